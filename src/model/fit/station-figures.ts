import type { LoadLevel } from './load-level.ts'
import type { MeasuredRun } from './measured-run.ts'

/** Quantiles of the response times of a level that a fit goes by. */
const shares = [0.1, 0.25, 0.5, 0.75, 0.9] as const
/** A level with fewer answers has no quantiles worth the name. */
const leastAnswers = 20
/** Looks at a stack's metrics a second: twice, as the observer of rehearsals does. */
const looksPerSec = 2
/** What a look tells of a queue is up to half a second old, by when it may be longer. */
const staleShare = 0.05

/**
 * A run in figures, the same for a run that was measured and for one that was simulated: of each
 * level the answers (square root, so that a count's error is the same everywhere), quantiles of the
 * response times (natural logarithm of ms), and the mean busy slots and queue of each station.
 */
export function figuresOf(run: MeasuredRun, levels: readonly LoadLevel[]): number[] {
  return levels.flatMap((level) => {
    const { from, to } = level
    return [
      Math.sqrt(sumOf(run.requests, from, to)),
      ...(level.requests < leastAnswers ? [] : responseFigures(run, level)),
      ...run.stations.flatMap(({ busy, queue }) => [
        meanOf(busy, from, to),
        meanOf(queue, from, to),
      ]),
    ]
  })
}

/**
 * Variance of each figure on top of what chance in the services makes: a level of a station that was
 * looked at now and then, instead of all the time, has the error of so many looks. 0 where nothing
 * comes on top.
 */
export function lookVariances(run: MeasuredRun, levels: readonly LoadLevel[]): number[] {
  return levels.flatMap((level) => {
    const { from, to } = level
    const looks = (to - from) * run.bucketSec * looksPerSec
    const ofLooks = (mean: number) => Math.max(mean, 0.25) / looks
    return [
      0.01,
      ...(level.requests < leastAnswers ? [] : [...shares, 'mean'].map(() => 1e-5)),
      ...run.stations.flatMap(({ busy, queue }) => [
        ofLooks(meanOf(busy, from, to)),
        ofLooks(meanOf(queue, from, to)) + (staleShare * meanOf(queue, from, to)) ** 2,
      ]),
    ]
  })
}

function responseFigures(run: MeasuredRun, { from, to }: LoadLevel): number[] {
  const histogram = run.responseUs(from, to)
  // Nobody was answered in all that time: as if each had taken as long.
  const longestUs = (to - from) * run.bucketSec * 1e6
  const figures = [...histogram.quantiles(shares), histogram.mean()]
  return figures.map((us) => Math.log((us ?? longestUs) / 1000))
}

function sumOf(flow: ArrayLike<number>, from: number, to: number): number {
  let sum = 0
  for (let b = from; b < to; b++) sum += flow[b] ?? 0
  return sum
}

export function meanOf(flow: ArrayLike<number>, from: number, to: number): number {
  return sumOf(flow, from, to) / (to - from)
}
