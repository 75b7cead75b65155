import { describe, expect, test } from 'vitest'
import { findingNames } from '../core/codes.ts'
import { isLong } from '../core/testing/sweep.ts'
import { opening, visitors, type OpeningEdits } from '../engine/testing/opening.ts'
import { expectLaws } from '../engine/testing/engine-laws.ts'
import { loadedOf } from '../engine/testing/loaded.ts'
import type { RunRecord } from '../record/run.ts'
import type { FaultName } from './contract.ts'
import { rehearse } from './testing/rehearse.ts'

/** A crowd of families at a gate that lets ten in a second. */
const crowd: OpeningEdits = {
  endsAt: '2021-01-01T12:05:00Z',
  population: { people: 800, devicesPerPerson: 1.5, ineligible: 40 },
  arrivals: [
    { kind: 'burst', share: 0.6, forSec: 20 },
    { kind: 'decay', share: 0.4, scaleSec: 60, spacing: 'even' },
  ],
  waitingRoom: { admission: { perSec: 10 }, pollSec: { front: 2, back: 5 } },
  behaviour: { patienceSec: { dist: 'lognormal', mean: 300, cv: 1 }, bypass: { share: 0.1 } },
}

describe('workers', () => {
  const loaded = loadedOf(opening(crowd))
  const by = async (workers: number) =>
    (await rehearse(loaded, { seed: 3, workers, turnMs: 4, asksStack: true })).run

  test('share a scenario exactly, and merge what they recorded', async () => {
    const one = await by(1)
    for (const workers of isLong ? [2, 3, 7] : [3]) {
      const several = await by(workers)
      expectLaws(several, loaded)
      // Who comes, and when, does not hang on how many perform it.
      expect(several.timeline.arrivals).toEqual(one.timeline.arrivals)
      expect(several.timeline.bypassed).toEqual(one.timeline.bypassed)
      expect(several.summary.opening.ticketsIn10Sec).toBe(one.summary.opening.ticketsIn10Sec)
      expect(several.audit.live?.workers).toBe(workers)
      // Who asks first within a millisecond does: tickets change hands, and nothing else.
      expectAlike(several, one)
    }
  })

  test('whose visitors do not meet record what one would', async () => {
    // No line, no shared slots that run out: each is served as if it were alone.
    const alone = loadedOf(
      opening({
        population: { people: 300 },
        arrivals: [{ kind: 'constant', share: 1, forSec: 15 }],
        waitingRoom: { protocol: 'none', admission: { perSec: 1 } },
        journey: [
          { step: 'look', visits: [{ station: 'web', serviceMs: 80 }], thinkSec: 2 },
          { step: 'book', visits: [{ station: 'web', serviceMs: 300 }] },
        ],
        stack: { instances: 1, stations: [{ name: 'web', perInstance: true, slots: 300 }] },
      }),
    )
    const run = async (workers: number) => (await rehearse(alone, { seed: 1, workers })).run
    const one = await run(1)
    expect(one.summary.visitors.booked).toBe(300)
    for (const workers of isLong ? [2, 3, 7] : [2]) {
      const { summary, timeline, histograms, audit } = await run(workers)
      expect(summary).toEqual(one.summary)
      expect(histograms).toEqual(one.histograms)
      // Levels are looked at now and then, by each at its own times.
      const { inside, waiting, ...flows } = timeline
      const { inside: insideOfOne, waiting: waitingOfOne, ...flowsOfOne } = one.timeline
      expect(flows).toEqual(flowsOfOne)
      expect(waiting).toEqual(waitingOfOne)
      inside.forEach((n, i) => expect(Math.abs(n - insideOfOne[i]!)).toBeLessThan(0.3))
      expect(audit).toMatchObject({
        intendedRate: one.audit.intendedRate,
        events: one.audit.events,
        latenessMs: one.audit.latenessMs,
      })
    }
  })

  test('divide the ceilings, and what these keep back is counted by all together', async () => {
    const stalled = loadedOf(
      opening({
        comeSec: visitors(400, 1, 0.01),
        waitingRoom: { protocol: 'none', admission: { perSec: 1 } },
        journey: [
          { step: 'book', timeoutMs: 8000, visits: [{ station: 'web', serviceMs: 60_000 }] },
        ],
        stack: { instances: 1, stations: [{ name: 'web', perInstance: true, slots: 1000 }] },
      }),
    )
    for (const workers of [1, 3]) {
      const ceiling = { inFlight: 90, perSec: 1e6 }
      const { run } = await rehearse(stalled, { seed: 1, workers, ceiling })
      expectLaws(run, stalled)
      expect(run.audit.live!.maxInFlight).toBe(90)
      expect(run.audit.dropped).toEqual({ generator: 0, ceiling: 310 })
      expect(run.summary.visitors).toMatchObject({ timedOut: 90, dropped: 310 })
      // A stalled target is no fault of the generator's, and must not look fast.
      expect(run.verdict).toMatchObject({ valid: true, saturated: true })
      expect(run.summary.steps['book']!.responseMs.p05!).toBeGreaterThan(7999)
    }
  })
})

function expectAlike(several: RunRecord, one: RunRecord): void {
  const of = ({ summary: { visitors: counts, people, waitSec, admittedWaitSec } }: RunRecord) => ({
    queued: counts.queued,
    admitted: counts.admitted,
    alreadyBooked: counts.alreadyBooked,
    abandoned: counts.abandoned,
    booked: people.booked,
    p50: waitSec.p50!,
    p90: waitSec.p90!,
    mean: admittedWaitSec.mean!,
  })
  const expected = of(one)
  for (const [name, value] of Object.entries(of(several))) {
    const whole = expected[name as keyof typeof expected]
    expect(Math.abs(value - whole), name).toBeLessThanOrEqual(Math.max(3, 0.01 * whole))
  }
}

describe('faults of the stack', () => {
  const early = loadedOf(
    opening({
      ...crowd,
      arrivals: [
        { kind: 'early', share: 0.4, forSec: 60 },
        { kind: 'burst', share: 0.6, forSec: 20 },
      ],
      behaviour: {},
    }),
  )
  const seen = async (fault: FaultName | null, asksStack: boolean) => {
    const given = fault === null ? {} : { fault }
    const { run, stack } = await rehearse(early, { seed: 2, ...given, asksStack })
    const found = findingNames.filter((name) => (run.summary.findings[name] ?? 0) > 0)
    return { found, findings: run.summary.findings, theirs: stack.findings() }
  }

  test('a clean stack shows none of them', async () => {
    expect((await seen(null, false)).found).toEqual([])
    const { found, findings } = await seen(null, true)
    expect([found, findings.orderInversion]).toEqual([[], 0])
  })

  test.each([
    ['race', ['doubleBooking']],
    ['early-gate', ['earlyAdmission']],
    ['eligibility', ['eligibleRefused']],
  ] as const)('%s is seen by visitors', async (fault, expected) => {
    const { found, findings, theirs } = await seen(fault, false)
    expect(found).toEqual(expected)
    for (const name of expected) {
      expect(findings[name]!).toBeGreaterThan(5)
      expect(findings[name]!).toBeLessThanOrEqual(theirs[name])
    }
  })

  test('order is seen by the stack alone: visitors cannot tell', async () => {
    const outside = await seen('order', false)
    expect([outside.found, outside.findings.orderInversion]).toEqual([[], null])
    const inside = await seen('order', true)
    expect(inside.found).toEqual(['orderInversion'])
    expect(inside.findings.orderInversion).toBe(inside.theirs.orderInversion)
  })

  test('forged-key is seen by those who have none', async () => {
    const bypassing = loadedOf(opening(crowd))
    const closed = { ...bypassing, scenario: { ...bypassing.scenario } }
    const { run, stack } = await rehearse(closed, { seed: 2, fault: 'forged-key' })
    expect(run.summary.findings.bypassed!).toBeGreaterThan(50)
    // The stack counts people, its visitors count themselves.
    expect(stack.findings().bypassed).toBeLessThanOrEqual(run.summary.findings.bypassed!)
    expect(stack.findings().bypassed).toBeGreaterThan(50)
  })
})
