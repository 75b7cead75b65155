import { must } from '../../../core/assert.ts'
import { normalQuantile } from '../../../core/special.ts'
import { highestOf, type Histogram } from '../../../record/histogram.ts'
import { simulate } from '../simulate.ts'
import { queueScenario, type Queue } from './queue-scenario.ts'

/** Averages over one stretch of a run. */
export interface Batch {
  readonly arrivalsPerSec: number
  /** Number in the line: of the waiting room, or of each station. */
  readonly inWaitingRoom: number
  readonly inQueue: readonly number[]
  readonly utilisation: readonly number[]
  /** Shares of arrivals. */
  readonly abandonShare: number
  readonly refusedShare: number
  /** Waits in the waiting room of those admitted, by the time of entry. */
  readonly waits: Histogram
}

/** The first part of each run is thrown away: the queue starts empty. */
const warmUpShare = 0.05
const batchesPerRun = 8

/** One run, cut into equal batches that are long enough to know nothing of each other. */
export function simulateBatches(queue: Queue, seed: number): Batch[] {
  const { tallies } = simulate(queueScenario(queue), { seed }).recorder
  const { flows, levels, stations, series, options } = tallies
  // The last bucket may stick out past the last arrival.
  const whole = Math.floor(queue.forSec / options.bucketSec)
  const skipped = Math.ceil(whole * warmUpShare)
  const length = Math.floor((whole - skipped) / batchesPerRun)
  return Array.from({ length: batchesPerRun }, (_, i) => {
    const from = skipped + i * length
    const over = (values: ArrayLike<number>) => mean(Array.from(values).slice(from, from + length))
    const arrivals = over(flows.arrivals)
    return {
      arrivalsPerSec: arrivals / options.bucketSec,
      inWaitingRoom: over(levels.waiting),
      inQueue: stations.map((station) => over(station.queue)),
      utilisation: stations.map((station) => over(station.utilisation)),
      abandonShare: over(flows.abandoned) / arrivals,
      refusedShare: over(flows.errors) / arrivals,
      waits: series.admittedWaitMs.mergeRange(from, from + length),
    }
  })
}

/** Share of waits of at most so long, to the resolution of the histogram (1 ms, or 1 in 1,000). */
export function shareOfWaits(waits: Histogram, maxMs: number): number {
  let within = 0
  for (let i = waits.next(0); i >= 0 && highestOf(i) <= maxMs; i = waits.next(i + 1)) {
    within += must(waits.counts[i], 'counter')
  }
  return within / waits.total()
}

export interface Estimate {
  readonly mean: number
  readonly standardError: number
}

/** Batch means. */
export function estimate(values: readonly number[]): Estimate {
  const centre = mean(values)
  const spread = values.reduce((sum, value) => sum + (value - centre) ** 2, 0)
  return {
    mean: centre,
    standardError: Math.sqrt(spread / (values.length - 1) / values.length),
  }
}

/**
 * Batch means with a control variate: what a second quantity, of which the mean is known, was off by
 * explains a part of what the first was off by (Lavenberg and Welch, "A perspective on the use of
 * control variables to increase the efficiency of Monte Carlo simulations", Management Science
 * 27(3), 1981). Half the noise of a queue is noise of its load.
 */
export function controlledEstimate(
  values: readonly number[],
  control: { readonly values: readonly number[]; readonly mean: number },
): Estimate {
  const x = mean(control.values)
  const y = mean(values)
  let xx = 0
  let xy = 0
  for (const [i, value] of values.entries()) {
    const off = must(control.values[i], 'control') - x
    xx += off * off
    xy += off * (value - y)
  }
  const slope = xy / xx
  const shift = control.mean - x
  const residual = values.reduce(
    (sum, value, i) => sum + (value - y - slope * (must(control.values[i], 'control') - x)) ** 2,
    0,
  )
  const variance = (residual / (values.length - 2)) * (1 / values.length + shift ** 2 / xx)
  return { mean: y + slope * shift, standardError: Math.sqrt(variance) }
}

/**
 * How many standard errors a mean may be off, so that all of `rows` correct means hold together
 * about as surely as a single one holds within three (Bonferroni).
 */
export function errorsAllowed(rows: number): number {
  const beyondThree = 0.0027
  return normalQuantile(1 - beyondThree / rows / 2)
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
