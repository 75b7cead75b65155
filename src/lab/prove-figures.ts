import { usToMs } from '../core/units.ts'
import type { MeasuredRun } from '../fit/measured-run.ts'

/** What a surge is measured and predicted by. */
export const surgeFigures = {
  p50Ms: 'response p50, ms',
  p95Ms: 'response p95, ms',
  kneePerSec: 'throughput at the knee, 1/s',
  queued: 'requests waiting, mean',
  drainSec: 'time to drain, s',
} as const
export type SurgeFigure = keyof typeof surgeFigures
export const surgeFigureNames = Object.keys(surgeFigures) as SurgeFigure[]

/** Seconds after the beginning of the surge from which on the stack is full. */
const fullFromSec = 3
/** All but a hundredth have been answered: then the surge is over. */
const drainedShare = 0.99

/** Times of a surge, in seconds after the run's first bucket. */
export interface SurgeSpan {
  readonly surgeSec: number
  /** From here on nobody is left. */
  readonly overSec: number
}

/** The figures of a surge that begins with the run. */
export function surgeFiguresOf(
  run: MeasuredRun,
  { surgeSec, overSec }: SurgeSpan,
): Record<SurgeFigure, number> {
  const { bucketSec, requests, stations } = run
  const over = overSec / bucketSec
  const answered = run.responseUs(0, over)
  const [p50 = null, p95 = null] = answered.quantiles([0.5, 0.95])
  const mean = (flow: ArrayLike<number>, fromSec: number, toSec: number) => {
    let sum = 0
    for (let b = fromSec / bucketSec; b < toSec / bucketSec; b++) sum += flow[b] ?? 0
    return (sum * bucketSec) / (toSec - fromSec)
  }
  const waiting = stations.map(({ queue }) => mean(queue, 0, overSec))
  return {
    p50Ms: usToMs(p50 ?? Number.NaN),
    p95Ms: usToMs(p95 ?? Number.NaN),
    kneePerSec: mean(requests, fullFromSec, surgeSec) / bucketSec,
    queued: waiting.reduce((sum, queue) => sum + queue, 0),
    drainSec: drainedSec(run, over) - surgeSec,
  }
}

/** When all but a hundredth had been answered, between two buckets as if answers came evenly. */
function drainedSec({ requests, bucketSec }: MeasuredRun, over: number): number {
  let all = 0
  for (let b = 0; b < over; b++) all += requests[b] ?? 0
  let answered = 0
  for (let b = 0; b < over; b++) {
    const more = requests[b] ?? 0
    const missing = drainedShare * all - answered
    if (more > 0 && missing <= more) return (b + missing / more) * bucketSec
    answered += more
  }
  return over * bucketSec
}
