import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lapseTickMs, Stage, Tickets } from './tickets.ts'

/** The same as `Tickets`, without any art: a list that is searched through. */
class NaiveTickets {
  readonly all: { stage: Stage; dueMs: number; wasAdmitted: boolean }[] = []

  count(stage: Stage): number {
    return this.all.filter((one) => one.stage === stage).length
  }

  waiting(): number[] {
    return this.all.flatMap((one, n) => (one.stage === Stage.waiting ? [n] : []))
  }

  isLive(n: number): boolean {
    return this.all[n]!.stage <= Stage.inside
  }

  /** Due times are rounded up to the grid, and lie after what was swept. */
  due(dueMs: number, nowMs: number): number {
    const tick = Math.ceil((dueMs - startMs) / lapseTickMs)
    return Math.max(tick, Math.floor((nowMs - startMs) / lapseTickMs) + 1) * lapseTickMs + startMs
  }

  sweep(nowMs: number): void {
    this.all.forEach((one, n) => {
      if (this.isLive(n) && one.dueMs <= nowMs) one.stage = Stage.lapsed
    })
  }
}

const startMs = 5000.5

const command = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('issue'), sec: fc.nat({ max: 60 }) }) },
  fc.record({ kind: fc.constant('call'), sec: fc.nat({ max: 3 }) }),
  fc.record({ kind: fc.constant('callFurther'), sec: fc.nat({ max: 1000 }) }),
  fc.record({ kind: fc.constant('admit'), sec: fc.nat({ max: 1000 }) }),
  fc.record({ kind: fc.constant('complete'), sec: fc.nat({ max: 1000 }) }),
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('renew'), sec: fc.nat({ max: 1000 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('pass'),
      sec: fc.oneof(
        fc.nat({ max: 30_000 }).map((ms) => ms / 1000),
        fc.nat({ max: 900 }),
      ),
    }),
  },
)
type Command = { kind: string; sec: number }

/** Does the same to both. */
class Pair {
  nowMs = startMs
  readonly naive = new NaiveTickets()
  readonly tickets = new Tickets(startMs)

  perform({ kind, sec }: Command): void {
    const { naive, tickets } = this
    // Which ticket a command is about: any, live or not.
    const n = naive.all.length === 0 ? -1 : (sec * 7919) % naive.all.length
    const dueMs = this.nowMs + (sec % 700) * 1000
    if (kind === 'issue') {
      expect(tickets.issue(dueMs)).toBe(naive.all.length)
      const due = naive.due(dueMs, this.nowMs)
      naive.all.push({ stage: Stage.waiting, dueMs: due, wasAdmitted: false })
    } else if (kind === 'pass') {
      this.nowMs += sec * 1000
      naive.sweep(this.nowMs)
      tickets.sweep(this.nowMs)
    } else if (kind === 'call') {
      const [first = -1] = naive.waiting()
      expect(tickets.first()).toBe(first)
      if (first >= 0) this.call(first)
    } else if (kind === 'callFurther') {
      const line = naive.waiting()
      const ahead = line.length === 0 ? 0 : sec % line.length
      expect(tickets.at(ahead)).toBe(line[ahead] ?? -1)
      if (line[ahead] !== undefined) this.call(line[ahead])
    } else if (n >= 0 && naive.isLive(n)) this.change(kind, n, dueMs)
  }

  private call(n: number): void {
    this.tickets.call(n)
    this.naive.all[n]!.stage = Stage.called
  }

  private change(kind: string, n: number, dueMs: number): void {
    const one = this.naive.all[n]!
    if (kind === 'complete') {
      this.tickets.complete(n)
      one.stage = Stage.completed
      return
    }
    one.dueMs = this.naive.due(dueMs, this.nowMs)
    if (kind === 'renew') this.tickets.renew(n, dueMs)
    else if (one.stage !== Stage.inside) {
      this.tickets.admit(n, dueMs)
      one.stage = Stage.inside
      one.wasAdmitted = true
    } else this.tickets.renew(n, dueMs)
  }

  expectSame(): void {
    const { naive, tickets } = this
    const line = naive.waiting()
    expect({
      issued: tickets.issued,
      waiting: tickets.waiting,
      called: tickets.called,
      inside: tickets.inside,
      completed: tickets.completed,
      lapsed: tickets.lapsed,
      first: tickets.first(),
    }).toEqual({
      issued: naive.all.length,
      waiting: line.length,
      called: naive.count(Stage.called),
      inside: naive.count(Stage.inside),
      completed: naive.count(Stage.completed),
      lapsed: naive.count(Stage.lapsed),
      first: line[0] ?? -1,
    })
    naive.all.forEach((one, n) => {
      expect(tickets.stage(n)).toBe(one.stage)
      expect(tickets.wasAdmitted(n)).toBe(one.wasAdmitted)
    })
    line.forEach((n, ahead) => {
      expect(tickets.ahead(n)).toBe(ahead)
      expect(tickets.at(ahead)).toBe(n)
    })
  }
}

describe('the tickets', () => {
  test('are as in a plain list, after any commands', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 150 }), (commands) => {
        const pair = new Pair()
        for (const one of commands) pair.perform(one)
        pair.expectSame()
      }),
      { numRuns: 300 },
    )
  })

  test('are as in a plain list over many blocks and growths', () => {
    const some = fc.array(command, { minLength: 50, maxLength: 200 })
    fc.assert(
      fc.property(some, fc.integer({ min: 900, max: 5000 }), (commands, crowd) => {
        const pair = new Pair()
        for (let i = 0; i < crowd; i++) pair.perform({ kind: 'issue', sec: (i * 31) % 90 })
        for (const one of commands) pair.perform(one)
        pair.expectSame()
      }),
      { numRuns: 20 },
    )
  })

  test('lapse at the first tick at or after the time given, and not before', () => {
    const tickets = new Tickets(0)
    const n = tickets.issue(1001)
    tickets.sweep(1049.9)
    expect(tickets.stage(n)).toBe(Stage.waiting)
    tickets.sweep(1050)
    expect(tickets.stage(n)).toBe(Stage.lapsed)
  })

  test('lapse in time beyond the span of the wheel, and after a renewal to an earlier time', () => {
    const tickets = new Tickets(0)
    const late = tickets.issue(3_600_000)
    const early = tickets.issue(3_600_000)
    tickets.renew(early, 60_000)
    tickets.sweep(60_000)
    expect([late, early].map((n) => tickets.stage(n))).toEqual([Stage.waiting, Stage.lapsed])
    tickets.sweep(3_599_999)
    expect(tickets.stage(late)).toBe(Stage.waiting)
    tickets.sweep(3_600_000)
    expect(tickets.stage(late)).toBe(Stage.lapsed)
  })

  test('lapse by the time that they were given last, however often and to whatever', () => {
    const step = fc.record({ passMs: fc.nat({ max: 150 }), dueInMs: fc.nat({ max: 400 }) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const tickets = new Tickets(0)
        const n = tickets.issue(700)
        let nowMs = 0
        let dueMs = 700
        for (const { passMs, dueInMs } of steps) {
          nowMs += passMs
          tickets.sweep(nowMs)
          if (tickets.stage(n) === Stage.lapsed) break
          const nextTick = Math.floor(nowMs / lapseTickMs) + 1
          dueMs = Math.max(nextTick, Math.ceil((nowMs + dueInMs) / lapseTickMs)) * lapseTickMs
          tickets.renew(n, nowMs + dueInMs)
        }
        expect(tickets.stage(n)).toBe(nowMs < dueMs ? Stage.waiting : Stage.lapsed)
        tickets.sweep(Math.max(nowMs, dueMs - 1))
        expect(tickets.stage(n)).toBe(nowMs < dueMs ? Stage.waiting : Stage.lapsed)
        tickets.sweep(Math.max(nowMs, dueMs))
        expect(tickets.stage(n)).toBe(Stage.lapsed)
      }),
    )
  })

  test('made void are gone, and leave the line to those who come after', () => {
    const tickets = new Tickets(0)
    for (let i = 0; i < 1000; i++) tickets.issue(10_000)
    tickets.call(0)
    tickets.admit(0, 300_000)
    tickets.call(1)
    tickets.complete(2)
    tickets.voidAll()
    expect(tickets).toMatchObject({ waiting: 0, called: 0, inside: 0, completed: 1, lapsed: 999 })
    expect(tickets.wasAdmitted(0)).toBe(true)
    const n = tickets.issue(5000)
    expect(tickets.first()).toBe(n)
    expect(tickets.ahead(n)).toBe(0)
    tickets.sweep(400_000)
    expect(tickets).toMatchObject({ waiting: 0, completed: 1, lapsed: 1000 })
  })

  test('are issued up to the limit and no further', () => {
    const tickets = new Tickets(0, 2)
    expect([1, 2, 3].map(() => tickets.issue(1000))).toEqual([0, 1, -1])
    expect(tickets.issued).toBe(2)
  })

  test('that are over stay so', () => {
    const tickets = new Tickets(0)
    const n = tickets.issue(1000)
    tickets.complete(n)
    expect(() => tickets.call(n)).toThrow('only who waits is called')
    expect(() => tickets.admit(n, 2000)).toThrow('a ticket that is over stays so')
  })
})
