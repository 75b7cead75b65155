import type { RunRecord } from '../record/run.ts'
import { runClock } from './clock.ts'
import { saturation } from './saturation.ts'

/** One candidate of "how many instances?": a run with that many instances and that gate. */
export interface SweepRow {
  instances: number
  /** What the gate was: `tight`, `leaking`; candidates of one gate make one line. */
  gate: string
  errorShare: number | null
  requestErrorShare: number | null
  /** People who booked. */
  booked: number
  peakWaiting: number
  waitingAtEnd: number
  waitSecP50: number | null
  waitSecP95: number | null
  /** The station nearest to its limit, and its utilisation in the busiest bucket of the timeline. */
  busiestStation: string | null
  busiestUtilisation: number | null
  /** Peaks are those of so many seconds. */
  bucketSec: number
  /** How long after the opening the candidate was run; absent: not said. */
  windowSec?: number
  /** Whether the run met what was asked of it. */
  ok: boolean
}

/** The sweep's row of a run; `ok` is the run's own verdict on its SLOs unless it is given. */
export function sweepRow(
  run: RunRecord,
  given: { instances: number; gate: string; ok?: boolean },
): SweepRow {
  const { summary, timeline, verdict } = run
  const endSec = timeline.startSec + timeline.arrivals.length * timeline.bucketSec
  const busiest = saturation(run)[0]
  return {
    instances: given.instances,
    gate: given.gate,
    errorShare: summary.errorShare,
    requestErrorShare: summary.requestErrorShare,
    booked: summary.people.booked,
    peakWaiting: timeline.waiting.reduce((most, value) => Math.max(most, value), 0),
    waitingAtEnd: timeline.waiting.at(-1) ?? 0,
    waitSecP50: summary.waitSec.p50,
    waitSecP95: summary.waitSec.p95,
    busiestStation: busiest?.station ?? null,
    busiestUtilisation: busiest?.peakUtilisation ?? null,
    bucketSec: timeline.bucketSec,
    windowSec: endSec - runClock(run).opensAtSec,
    ok: given.ok ?? (verdict.valid && verdict.slo.every((slo) => slo.ok)),
  }
}
