import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Station } from '../../scenario/schema/schema.ts'
import { Dropped, slowdown, Slots, type Hold } from './slots.ts'

type Settings = Pick<Station, 'slots' | 'slotsPerRequest'> & { backlog: number }

const station = (edits: Partial<Station> = {}): Station => ({
  name: 'web',
  perInstance: true,
  slots: 2,
  slotsPerRequest: 1,
  backlog: 3,
  contention: 0,
  coherency: 0,
  ...edits,
})

/** Lets every promise that is settled be heard. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

/** The rules spelt out over plain lists: who is in service, who waits with how many slots. */
class NaiveStation {
  readonly inService: number[] = []
  readonly line: { id: number; got: number }[] = []
  /** Who began, with how many busy slots. */
  readonly began: [number, number][] = []
  refused = 0
  private readonly settings: Settings

  constructor(settings: Settings) {
    this.settings = settings
  }

  busy(): number {
    const { slotsPerRequest } = this.settings
    return (
      this.inService.length * slotsPerRequest + this.line.reduce((sum, { got }) => sum + got, 0)
    )
  }

  come(id: number): void {
    const { slots, slotsPerRequest, backlog } = this.settings
    const isFree = this.line.length === 0 && this.busy() < slots
    if (!isFree && this.line.length >= backlog) {
      this.refused++
      return
    }
    let got = 0
    const before = this.busy()
    while (isFree && got < slotsPerRequest && before + got < slots) got++
    if (got === slotsPerRequest) this.begin(id)
    else this.line.push({ id, got })
  }

  go(id: number): void {
    this.inService.splice(this.inService.indexOf(id), 1)
    while (this.busy() < this.settings.slots) {
      const first = this.line.shift()
      if (first === undefined) return
      if (first.got + 1 === this.settings.slotsPerRequest) this.begin(first.id)
      else this.line.push({ id: first.id, got: first.got + 1 })
    }
  }

  clear(): void {
    this.inService.length = 0
    this.line.length = 0
  }

  private begin(id: number): void {
    this.inService.push(id)
    this.began.push([id, this.busy()])
  }
}

describe('a station of an instance', () => {
  test('does as the rules say, whatever comes and goes', async () => {
    const settings = fc.record({
      slots: fc.integer({ min: 1, max: 6 }),
      slotsPerRequest: fc.integer({ min: 1, max: 6 }),
      backlog: fc.integer({ min: 0, max: 5 }),
    })
    const acts = fc.array(
      fc.oneof(
        { weight: 6, arbitrary: fc.constant('come') },
        { weight: 5, arbitrary: fc.nat(20) },
        { weight: 1, arbitrary: fc.constant('drop') },
      ),
      { maxLength: 60 },
    )
    await fc.assert(
      fc.asyncProperty(settings, acts, async (drawn, list) => {
        const naive = new NaiveStation(drawn)
        const slots = new Slots(station(drawn))
        const holds = new Map<number, Hold>()
        const began: [number, number][] = []
        const dropped: number[] = []
        const expectDropped: number[] = []
        for (const [id, act] of list.entries()) {
          if (act === 'come') {
            naive.come(id)
            slots.take()?.then(
              (hold) => {
                holds.set(id, hold)
                began.push([id, hold.busy])
              },
              (error: unknown) => {
                expect(error).toBeInstanceOf(Dropped)
                dropped.push(id)
              },
            )
          } else if (typeof act === 'number') {
            const leaver = naive.inService[act % naive.inService.length]
            if (leaver === undefined) continue
            naive.go(leaver)
            holds.get(leaver)!.release()
            // A second time changes nothing.
            holds.get(leaver)!.release()
          } else {
            expectDropped.push(...naive.line.map((waiting) => waiting.id))
            naive.clear()
            slots.drop()
          }
          await settled()
          const { busy, queued, refused } = slots.state()
          expect({ busy, queued, refused, began, dropped }).toEqual({
            busy: naive.busy(),
            queued: naive.line.length,
            refused: naive.refused,
            began: naive.began,
            dropped: expectDropped,
          })
        }
        // What was held when it was dropped counts no more.
        slots.drop()
        for (const hold of holds.values()) hold.release()
        expect(slots.state().busy).toBe(0)
      }),
      { seed: 7, numRuns: 300 },
    )
  })

  test('with no backlog has its slots', () => {
    const slots = new Slots(station({ backlog: 0 }))
    expect([1, 2, 3].map(() => slots.take() !== null)).toEqual([true, true, false])
    expect(slots.state()).toMatchObject({ busy: 2, queued: 0, served: 0, refused: 1 })
  })

  test('locks up where each of two has half of what it needs', async () => {
    const slots = new Slots(station({ slots: 2, slotsPerRequest: 2 }))
    const first = await slots.take()!
    const late: string[] = []
    for (const name of ['b', 'c']) void slots.take()!.then(() => late.push(name))
    first.release()
    await settled()
    // Of the two slots that came free each has one, and waits for the other's.
    expect(late).toEqual([])
    expect(slots.state()).toMatchObject({ busy: 2, queued: 2 })
  })
})

test('a service is the longer the busier the slots, as the Universal Scalability Law has it', () => {
  expect(slowdown(station({ contention: 0.1, coherency: 0.01 }), 1)).toBe(1)
  expect(slowdown(station({ contention: 0.1 }), 11)).toBeCloseTo(2, 12)
  expect(slowdown(station({ contention: 0.1, coherency: 0.01 }), 5)).toBeCloseTo(
    1 + 0.1 * 4 + 0.01 * 5 * 4,
    12,
  )
})
