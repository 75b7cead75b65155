import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SlotStation, type Claim } from './station.ts'

/** The same rules over plain lists, nothing kept that can be counted. */
class NaiveStation {
  readonly line: { id: number; got: number }[] = []
  readonly serving: number[] = []
  readonly log: string[] = []
  private readonly slots: number
  private readonly need: number
  private readonly backlog: number

  constructor(slots: number, need: number, backlog: number) {
    this.slots = slots
    this.need = need
    this.backlog = backlog
  }

  busy(): number {
    const waiting = this.line.reduce((sum, { got }) => sum + got, 0)
    return waiting + this.serving.length * this.need
  }

  take(id: number): void {
    const canStart = this.line.length === 0 && this.busy() < this.slots
    if (!canStart && this.line.length >= this.backlog) {
      this.log.push(`${id} refused`)
      return
    }
    this.line.push({ id, got: 0 })
    // Whoever comes to an empty line is not sent to its end between its own first slots.
    if (canStart) {
      while (this.line.length === 1 && this.busy() < this.slots) this.step()
    }
  }

  release(id: number): void {
    const at = this.line.findIndex((claim) => claim.id === id)
    if (at >= 0) this.line.splice(at, 1)
    const served = this.serving.indexOf(id)
    if (served >= 0) this.serving.splice(served, 1)
    while (this.line.length > 0 && this.busy() < this.slots) this.step()
  }

  private step(): void {
    const claim = this.line.shift()
    if (claim === undefined) return
    claim.got++
    if (claim.got < this.need) {
      this.line.push(claim)
      return
    }
    this.serving.push(claim.id)
    this.log.push(`${claim.id} at ${this.busy()}`)
  }
}

describe('the slots of a station', () => {
  test('do as the naive model does, whatever comes and goes', () => {
    const size = fc
      .record({
        slots: fc.integer({ min: 1, max: 6 }),
        need: fc.integer({ min: 1, max: 4 }),
        backlog: fc.integer({ min: 0, max: 5 }),
      })
      .filter(({ slots, need }) => need <= slots)
    // A number: the claim so many back is released; null: one more comes.
    const action = fc.option(fc.nat({ max: 12 }), { nil: null })
    fc.assert(
      fc.property(size, fc.array(action, { maxLength: 80 }), (settings, actions) => {
        const { slots, need, backlog } = settings
        const station = new SlotStation({ name: 'db', slots, slotsPerRequest: need, backlog })
        const naive = new NaiveStation(slots, need, backlog)
        const log: string[] = []
        const claims: (Claim | null)[] = []
        for (const back of actions) {
          const id = claims.length
          if (back === null) {
            const claim = station.take((busy) => log.push(`${id} at ${busy}`))
            if (claim === null) log.push(`${id} refused`)
            claims.push(claim)
            naive.take(id)
          } else if (back < id) {
            const claim = claims[id - 1 - back]
            if (claim !== null && claim !== undefined) station.release(claim)
            naive.release(id - 1 - back)
          }
          expect(log).toEqual(naive.log)
          const { busy, queued } = station.state()
          expect([busy, queued]).toEqual([naive.busy(), naive.line.length])
          expect(busy).toBeLessThanOrEqual(slots)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('partial holders wait for each other for ever', () => {
    const station = new SlotStation({ name: 'db', slots: 2, slotsPerRequest: 2, backlog: 10 })
    const granted: string[] = []
    const first = station.take(() => granted.push('first'))
    station.take(() => granted.push('second'))
    station.take(() => granted.push('third'))
    if (first !== null) station.release(first)
    // One slot each, none left over.
    expect(granted).toEqual(['first'])
    expect(station.state()).toMatchObject({ busy: 2, queued: 2, served: 1, refused: 0 })
  })

  test('who leaves the line gives back what they held, to the next', () => {
    const station = new SlotStation({ name: 'db', slots: 2, slotsPerRequest: 2, backlog: 10 })
    const granted: string[] = []
    const first = station.take(() => granted.push('first'))
    const second = station.take(() => granted.push('second'))
    station.take(() => granted.push('third'))
    if (first !== null) station.release(first)
    if (second !== null) {
      station.release(second)
      station.release(second)
    }
    expect(granted).toEqual(['first', 'third'])
    expect(station.state()).toMatchObject({ busy: 2, queued: 0, served: 1 })
  })

  test('beyond the backlog they are refused', () => {
    const station = new SlotStation({ name: 'db', slots: 1, slotsPerRequest: 1, backlog: 1 })
    const claims = [0, 1, 2].map(() => station.take(() => undefined))
    expect(claims.map((claim) => claim !== null)).toEqual([true, true, false])
    expect(station.state()).toMatchObject({ busy: 1, queued: 1, refused: 1, backlog: 1 })
  })

  test('dropped, it is empty: who waits is told in turn, and what was held counts no more', () => {
    const station = new SlotStation({ name: 'db', slots: 2, slotsPerRequest: 2, backlog: 10 })
    const told: string[] = []
    const enter = (name: string) =>
      station.take(
        () => told.push(`${name} in`),
        () => told.push(`${name} out`),
      )
    const [first, second] = [enter('a'), enter('b')]
    station.take(() => told.push('c in'))
    enter('d')
    station.drop()
    expect(told).toEqual(['a in', 'b out', 'd out'])
    enter('e')
    for (const claim of [first, second]) if (claim !== null) station.release(claim)
    expect(told).toEqual(['a in', 'b out', 'd out', 'e in'])
    expect(station.state()).toMatchObject({ busy: 2, queued: 0, served: 0, refused: 0 })
  })
})
