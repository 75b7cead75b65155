import { secToUs, usToMs } from '../core/units.ts'
import type { LoadLevel } from './load-level.ts'
import type { MeasuredRun } from './measured-run.ts'

/** Quantiles of the response times of a level that a fit goes by. */
const shares = [0.1, 0.25, 0.5, 0.75, 0.9] as const
/** A level with fewer answers has no quantiles worth the name. */
export const minAnswers = 20
/** Looks at a stack's metrics a second: twice, as the observer of rehearsals does. */
const looksPerSec = 2
/** A reading of a queue is up to half a second old, and the queue may have grown since. */
const staleShare = 0.05

/** One figure of a run at one level of load. */
export interface StationFigure {
  readonly level: LoadLevel
  readonly kind: 'answers' | 'response' | 'mean-response' | 'busy' | 'queue'
  /** Of a response: its quantile. */
  readonly share: number
  /** Of busy slots and queues: the station's number. */
  readonly station: number
}

/**
 * The figures of a run, the same for one that was measured and for one that was simulated: of each
 * level the answers, quantiles and mean of the response times, and the mean busy slots and queue of
 * each station.
 */
export function figuresFor(levels: readonly LoadLevel[], stations: number): StationFigure[] {
  return levels.flatMap((level): StationFigure[] => {
    const none = { level, share: Number.NaN, station: -1 }
    const isTimed = level.requests >= minAnswers
    return [
      { ...none, kind: 'answers' },
      ...(isTimed ? shares : []).map((share) => ({ ...none, kind: 'response' as const, share })),
      ...(isTimed ? [{ ...none, kind: 'mean-response' as const }] : []),
      ...Array.from({ length: stations }, (_, station) => [
        { ...none, kind: 'busy' as const, station },
        { ...none, kind: 'queue' as const, station },
      ]).flat(),
    ]
  })
}

/**
 * Their values on a scale on which their errors are about the same everywhere: answers as the square
 * root of their number, response times as the natural logarithm of ms.
 */
export function valuesOf(run: MeasuredRun, figures: readonly StationFigure[]): number[] {
  let last: { level: LoadLevel; responses: Map<number, number>; meanMs: number } | null = null
  const responsesOf = (level: LoadLevel) => {
    if (last?.level === level) return last
    const { from, to } = level
    const histogram = run.responseUs(from, to)
    // Nobody was answered in all that time: as if each had taken as long.
    const longestUs = secToUs((to - from) * run.bucketSec)
    const quantiles = histogram.quantiles(shares).map((us) => usToMs(us ?? longestUs))
    const responses = new Map(shares.map((share, i) => [share, quantiles[i] ?? Number.NaN]))
    last = { level, responses, meanMs: usToMs(histogram.mean() ?? longestUs) }
    return last
  }
  return figures.map(({ level, kind, share, station }) => {
    const { from, to } = level
    switch (kind) {
      case 'answers':
        return Math.sqrt(sumOf(run.requests, from, to))
      case 'response':
        return Math.log(responsesOf(level).responses.get(share) ?? Number.NaN)
      case 'mean-response':
        return Math.log(responsesOf(level).meanMs)
      case 'busy':
      case 'queue':
        return meanBetween(run.stations[station]?.[kind] ?? [], from, to)
    }
  })
}

/**
 * Variance of each value on top of what chance in the services makes. A station that was looked at now
 * and then, instead of all the time, has the error of so many looks, and its queue that of looks that
 * come late; the rest is the grain of histograms and buckets.
 */
export function lookVariances(run: MeasuredRun, figures: readonly StationFigure[]): number[] {
  return figures.map(({ level, kind, station }) => {
    if (kind === 'answers') return 0.01
    if (kind !== 'busy' && kind !== 'queue') return 1e-5
    const { from, to } = level
    const mean = meanBetween(run.stations[station]?.[kind] ?? [], from, to)
    const ofLooks = Math.max(mean, 0.25) / ((to - from) * run.bucketSec * looksPerSec)
    return kind === 'busy' ? ofLooks : ofLooks + (staleShare * mean) ** 2
  })
}

function sumOf(flow: ArrayLike<number>, from: number, to: number): number {
  let sum = 0
  for (let b = from; b < to; b++) sum += flow[b] ?? 0
  return sum
}

export function meanBetween(flow: ArrayLike<number>, from: number, to: number): number {
  return sumOf(flow, from, to) / (to - from)
}
