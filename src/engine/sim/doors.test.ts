import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ScenarioInput } from '../../scenario/schema/schema.ts'
import { DoorHours } from './door-hours.ts'
import { Doors } from './doors.ts'
import { windowOf } from '../window.ts'
import { opening, visitors } from '../testing/opening.ts'
import { endsOf, traced } from './testing/trace.ts'

const step = (name: string) => ({ step: name, visits: [{ station: 'web', serviceMs: 100 }] })
const gated = { protocol: 'netfunnel', admission: { perSec: 1 } } as const

type Events = NonNullable<ScenarioInput['timeline']>

function hoursWith(timeline: Events): DoorHours {
  const window = windowOf(opening({ timeline }), { speed: 1, fromSec: 0, untilSec: Infinity })
  const startMs = window.opensAtMs
  // Milliseconds after the opening, in place of the window's start.
  return new DoorHours({
    opensAtMs: 0,
    events: window.events.map((event) => ({ ...event, atMs: event.atMs - startMs })),
  })
}

function doorsWith(doors: NonNullable<ScenarioInput['doors']>, timeline: Events = []): Doors {
  return new Doors(opening({ doors }), 12345, hoursWith(timeline))
}

const halt = { at: '12:00:10', kind: 'halt' } as const
const resume = { at: '12:00:30', kind: 'resume' } as const

describe('the hours of a door', () => {
  test('are from the opening on', () => {
    const hours = hoursWith([])
    expect([-5000, 0, 7].map((ms) => hours.after(ms, 0))).toEqual([0, 0, 7])
    expect([-5000, 0, 7].map((ms) => hours.after(ms, 100))).toEqual([100, 100, 107])
  })

  test('or from an early opening', () => {
    const hours = hoursWith([{ at: '11:59:58', kind: 'open-early' }])
    expect([-5000, -1000].map((ms) => hours.after(ms, 500))).toEqual([-1500, -500])
  })

  test('but for the halts, of which several may pass by', () => {
    const hours = hoursWith([
      { at: '11:59:55', kind: 'halt' },
      { at: '12:00:05', kind: 'resume' },
      halt,
      resume,
      { at: '12:00:40', kind: 'halt' },
    ])
    expect(hours.after(0, 0)).toBe(5000)
    expect(hours.after(0, 4999)).toBe(9999)
    // Never the instant at which a halt begins.
    expect(hours.after(0, 5000)).toBe(30_000)
    expect(hours.after(20_000, 0)).toBe(30_000)
    expect(hours.after(0, 14_999)).toBe(39_999)
    expect(hours.after(0, 15_000)).toBe(Infinity)
    expect(hours.after(50_000, 0)).toBe(Infinity)
    expect(hours.after(Infinity, 0)).toBe(Infinity)
  })

  test('let so much open time pass, whatever the halts', () => {
    const sec = fc.integer({ min: 1, max: 550 })
    fc.assert(
      fc.property(
        fc.uniqueArray(sec, { maxLength: 8 }),
        fc.integer({ min: -20_000, max: 600_000 }),
        fc.integer({ min: 0, max: 600_000 }),
        (turns, sinceMs, openMs) => {
          const sorted = turns.toSorted((a, b) => a - b)
          const hours = hoursWith(
            sorted.map((at, i) => ({
              at: new Date(Date.parse('2021-01-01T12:00:00Z') + at * 1000).toISOString(),
              kind: i % 2 === 0 ? ('halt' as const) : ('resume' as const),
            })),
          )
          const atMs = hours.after(sinceMs, openMs)
          // Open at t: an even number of turns have passed.
          const isOpen = (ms: number) =>
            ms >= 0 && sorted.filter((turn) => turn * 1000 <= ms).length % 2 === 0
          const edges = [0, ...sorted.map((turn) => turn * 1000)]
          const openBetween = (from: number, to: number) => {
            const points = [from, ...edges.filter((edge) => edge > from && edge < to), to]
            return points.reduce(
              (sum, point, i) =>
                i > 0 && isOpen(points[i - 1]!) ? sum + point - points[i - 1]! : sum,
              0,
            )
          }
          if (atMs === Infinity) {
            expect(sorted.length % 2).toBe(1)
            expect(openBetween(sinceMs, 1e9)).toBeLessThanOrEqual(openMs)
            return
          }
          expect(isOpen(atMs)).toBe(true)
          expect(openBetween(sinceMs, atMs)).toBe(openMs)
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('further front doors', () => {
  test('take their shares of the visitors, the front the rest', () => {
    const doors = doorsWith([
      { name: 'a', share: 0.2, perSec: 1 },
      { name: 'b', share: 0.5, perSec: 1 },
    ])
    const counts: Record<string, number> = {}
    const n = 20_000
    for (let entity = 0; entity < n; entity++) {
      const door = String(doors.choose(entity))
      counts[door] = (counts[door] ?? 0) + 1
    }
    expect(Object.keys(counts).toSorted()).toEqual(['-1', '0', '1'])
    for (const [door, share] of Object.entries({ '0': 0.2, '1': 0.5, '-1': 0.3 })) {
      expect(Math.abs(counts[door]! / n - share)).toBeLessThan(4 * Math.sqrt(0.25 / n))
    }
    expect(doorsWith([]).choose(1)).toBe(-1)
  })

  test('take in so many a second, first come, first served, and tell the core later', () => {
    const doors = doorsWith([{ name: 'a', share: 1, perSec: 4, delaySec: 10 }])
    const heardMs = [1000, 1000, 1100, 5000].map((ms) => doors.take(0, ms, Infinity))
    expect(heardMs).toEqual([11_000, 11_250, 11_500, 15_000])
  })

  test('lose who would have to wait for longer than they like, at no cost to the next', () => {
    const doors = doorsWith([{ name: 'a', share: 1, perSec: 1 }])
    expect([
      doors.take(0, 0, Infinity),
      doors.take(0, 0, Infinity),
      doors.take(0, 100, 1000),
      doors.take(0, 100, 1900),
    ]).toEqual([0, 1000, -1, 2000])
  })

  test('spare the core all steps but the booking, and their visitors the line', () => {
    const scenario = (share: number) =>
      opening({
        comeSec: visitors(50, 1, 0.01),
        waitingRoom: gated,
        journey: [step('identify'), step('look'), step('book')],
        doors: [{ name: 'app', share, perSec: 10, delaySec: 3 }],
      })
    const app = traced(scenario(1))
    expect(endsOf(app)).toEqual({ booked: 50 })
    expect(app.requests.map((request) => request.step)).toEqual(visitors(50, 2))
    expect(app.summary.visitors).toMatchObject({ queued: 0, admitted: 50, bypassed: 0 })
    // The last of fifty is taken in 4.9 s after the first, heard of 3 s later, booked in 0.1 s.
    expect(app.bookedSec.at(-1)).toBeCloseTo(1 + 4.9 + 3 + 0.1, 2)
    const front = traced(scenario(0))
    expect(front.summary.visitors).toMatchObject({ queued: 50, admitted: 50 })
    expect(front.requests).toHaveLength(150)
  })

  test('stand still during a halt, and go on in the old order', () => {
    const doors = doorsWith([{ name: 'a', share: 1, perSec: 0.25, delaySec: 3 }], [halt, resume])
    // Turns at 0, 4 and 8 s, of which the core hears 3 s later, and 2 s + 1 s of that are left.
    expect([0, 0, 0, 0].map((ms) => doors.take(0, ms, Infinity))).toEqual([
      3000, 7000, 31_000, 35_000,
    ])
    // Its turn would come at 36 s.
    expect(doors.take(0, 1000, 34_999)).toBe(-1)
    expect(doors.take(0, 1000, 35_000)).toBe(39_000)
  })

  const app = { name: 'app', share: 1, perSec: 1 }
  const line = { comeSec: visitors(20, 0.5), waitingRoom: gated, doors: [app] }

  test.each(['keep', 'void'] as const)('let nobody in during a halt (%s)', (tickets) => {
    const trace = traced(opening({ ...line, timeline: [{ ...halt, tickets }, resume] }))
    expect(endsOf(trace)).toEqual({ booked: 20 })
    trace.admittedSec.forEach((sec, i) => expect(sec).toBeCloseTo(i < 10 ? 0.5 + i : 20.5 + i, 6))
    expect(trace.summary.visitors).toMatchObject({ arrived: 20, reentries: 0 })
  })

  test('after a halt for good: who has patience gives up, the others wait in vain', () => {
    const forGood = (patienceSec: number | undefined) =>
      traced(
        opening({
          ...line,
          timeline: [halt],
          behaviour: patienceSec === undefined ? {} : { patienceSec },
        }),
      )
    const trace = forGood(15)
    expect(endsOf(trace)).toEqual({ booked: 10, abandoned: 10 })
    for (const { atSec } of trace.ends.filter(({ end }) => end === 'abandoned')) {
      expect(atSec).toBeCloseTo(15.5, 6)
    }
    expect(endsOf(forGood(undefined))).toEqual({ booked: 10, unfinished: 10 })
  })

  test('open early with the gate, and that is found', () => {
    const { admittedSec, summary } = traced(
      opening({
        ...line,
        comeSec: visitors(20, -30),
        timeline: [{ at: '11:59:50', kind: 'open-early' }],
      }),
    )
    expect(admittedSec).toHaveLength(20)
    admittedSec.forEach((sec, i) => expect(sec).toBeCloseTo(i - 10, 6))
    expect(summary.findings.earlyAdmission).toBe(10)
  })

  test('open with the rest, and those who lose patience are gone', () => {
    const trace = traced(
      opening({
        comeSec: visitors(20, -30, 1),
        waitingRoom: gated,
        behaviour: { patienceSec: 4.5 },
        doors: [{ name: 'app', share: 1, perSec: 1 }],
      }),
    )
    expect(endsOf(trace)).toEqual({ booked: 5, abandoned: 15 })
    expect(trace.admittedSec).toHaveLength(5)
    trace.admittedSec.forEach((sec, i) => expect(sec).toBeCloseTo(i, 3))
    expect(trace.summary.findings.earlyAdmission).toBe(0)
  })
})
