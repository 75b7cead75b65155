import { describe, expect, test } from 'vitest'
import type { ScenarioInput } from '../../scenario/schema.ts'
import { Doors } from './doors.ts'
import { opening, visitors } from './testing/opening.ts'
import { endsOf, traced } from './testing/trace.ts'

const step = (name: string) => ({ step: name, visits: [{ station: 'web', serviceMs: 100 }] })
const gated = { protocol: 'netfunnel', admission: { perSec: 1 } } as const

function doorsWith(doors: NonNullable<ScenarioInput['doors']>): Doors {
  return new Doors(opening({ doors }), 12345)
}

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
