import { describe, expect, test } from 'vitest'
import { measureTruth, truthFaults, type TruthCase } from './testing/truth.ts'

/**
 * What a run says of response times, against a server that knows: `npm run truth` does the same for
 * longer. Two measurements of one thing are compared, no speed; but a machine that is busy with
 * something else comes between the two, so a case may be tried three times.
 */
const thrice = { retry: 2 }

const hold = async (given: TruthCase) => {
  const truth = await measureTruth(given)
  expect(truthFaults(given, truth)).toEqual([])
  return truth
}

describe.concurrent(
  'percentiles from the intended start are those of the server’s log and the plan',
  () => {
    test('at a constant rate', thrice, async () => {
      const { requests, run } = await hold({
        name: 'even',
        spacing: 'even',
        perSec: 100,
        forSec: 8,
      })
      expect(requests).toBe(800)
      expect(run.summary.steps['book']!.outcomes.ok).toBe(800)
    })

    test('of arrivals by chance, whose gaps are exponential', thrice, async () => {
      const { requests } = await hold({
        name: 'poisson',
        spacing: 'poisson',
        perSec: 40,
        forSec: 10,
      })
      expect(requests).toBeGreaterThan(300)
    })

    test('of a server that stood still for two seconds of ten', thrice, async () => {
      const { recordedMs, closedLoopMs, run } = await hold({
        name: 'stalled',
        spacing: 'poisson',
        perSec: 60,
        forSec: 10,
        stall: { atSec: 3, forSec: 2 },
      })
      // A fifth of those who came met it; clients that wait for each other would hardly have noticed.
      expect(recordedMs.p90).toBeGreaterThan(900)
      expect(closedLoopMs.p90).toBeLessThan(recordedMs.p90 / 5)
      // The target's fault, and not the generator's.
      expect(run.verdict.valid).toBe(true)
    })
  },
)

describe('a generator that has no processor', () => {
  test('says so: the run is invalid', thrice, async () => {
    const starved: TruthCase = {
      name: 'starved',
      spacing: 'even',
      perSec: 100,
      forSec: 4,
      starves: true,
    }
    const { run } = await hold(starved)
    expect(run.verdict.valid).toBe(false)
    expect(run.verdict.reasons).toMatchObject([{ code: 'RequestsLate', maxMs: 50 }])
    // Nothing was left out: it was late.
    expect(run.summary.visitors.booked).toBe(400)
    expect(run.audit.latenessMs!.max).toBeGreaterThan(150)
  })
})
