import { mean, standardDeviation, variance } from 'simple-statistics'
import { streamKey, streams, uniform } from '../core/chance.ts'
import { normalQuantile } from '../core/special.ts'
import { boundedStep } from './bounded-step.ts'

/** What is believed of a coordinate before anything is measured, and the least it can be. */
export interface Belief {
  readonly mean: number
  readonly sd: number
  readonly least: number
  /** The model's figures are nearly linear over so much. */
  readonly width: number
}

export interface SimulatedFitOptions {
  readonly observed: readonly number[]
  /** Variance of each figure beside that of the model's own chance. */
  readonly moreVariance: readonly number[]
  readonly beliefs: readonly Belief[]
  readonly start: readonly number[]
  /** The figures that the model gives for these coordinates, on one luck of many. */
  readonly figures: (coordinates: readonly number[], luck: number) => readonly number[]
  readonly seed: number
  /** Half of the draws; a twelfth of it is what means are made of while it descends. */
  readonly size: number
}

export interface SimulatedFit {
  readonly mid: readonly number[]
  /** Coordinates that the data leave possible, correlation and all. */
  readonly draws: readonly (readonly number[])[]
  /** Standard deviations that the draws would have if a coordinate could be less than its least. */
  readonly sd: readonly number[]
  /** Squared misfit over what chance alone would make of it; about 1 where the model is right. */
  readonly misfit: number
  /** The model's mean figures at `mid`, and the standard deviations of one measurement of them. */
  readonly figures: readonly number[]
  readonly deviations: readonly number[]
  /** 1 / variance that chance makes of one measurement, by figure; not widened. */
  readonly weights: readonly number[]
}

/**
 * The method of simulated moments (McFadden, Econometrica 57(5), 1989; Gouriéroux and Monfort,
 * Simulation-based Econometric Methods, 1996): the coordinates at which the mean figures of a model
 * come nearest to those observed, by weighted least squares, with what was believed before as further
 * observations (Gauss–Newton on common random numbers, each step as long as it helps). The draws are a
 * parametric bootstrap of the same estimator, linear about its result: each takes the errors of one
 * simulation for those of the measurement, and beliefs as far off as they may be. Where the model
 * misses what was observed by more than chance makes it, all deviations are widened by as much.
 */
export function fitBySimulation(options: SimulatedFitOptions): SimulatedFit {
  const { size, start } = options
  const lucks = Math.max(4, Math.ceil(size / 12))
  let point = pointAt(options, start, lucks)
  for (let pass = 0; pass < 2; pass++) {
    const weights = weightsAt(options, point.at, 3 * lucks)
    point = descend(options, { point, weights, lucks, rounds: 4 })
  }
  const weights = weightsAt(options, point.at, 5 * lucks)
  point = descend(options, { point, weights, lucks: 2 * lucks, rounds: 2 })
  return withDraws(options, { point, weights, lucks: 2 * lucks })
}

/**
 * How far another model of the same coordinates is off where a fit has ended: twice the loss of
 * log-likelihood, up to a constant, of errors that are normal with the fit's deviations.
 */
export function squaredMisfit(
  options: Omit<SimulatedFitOptions, 'start'>,
  { mid, weights }: SimulatedFit,
): number {
  const runs = Array.from({ length: Math.max(8, Math.ceil(options.size / 3)) }, (_, n) =>
    options.figures(mid, 3 * ownLuck + n),
  )
  const figures = meansOf(runs)
  return sumOf(options.observed, (value, k) => {
    return (weights[k] ?? 0) * (value - (figures[k] ?? 0)) ** 2
  })
}

/** Coordinates with the model's mean figures there. */
interface Point {
  readonly at: readonly number[]
  readonly figures: readonly number[]
}

interface Descent {
  readonly point: Point
  /** 1 / variance of one measurement, by figure. */
  readonly weights: readonly number[]
  /** Simulations over which figures are averaged. */
  readonly lucks: number
}

function descend(
  options: SimulatedFitOptions,
  { point: from, weights, lucks, rounds }: Descent & { readonly rounds: number },
): Point {
  const { observed, beliefs } = options
  const most = beliefs.map(({ width }) => furthest * width)
  let point = pointAt(options, from.at, lucks)
  for (let round = 0; round < rounds; round++) {
    const { at, figures } = point
    const slopes = slopesAt(options, point, lucks)
    const gaps = observed.map((value, k) => value - (figures[k] ?? 0))
    const pulls = beliefs.map(({ mean }, i) => mean - (at[i] ?? 0))
    const step = boundedStep({ slopes, weights, gaps, at, beliefs, pulls, most })
    const cost = costOf(options, point, weights)
    const next = [1, 0.5, 0.2].reduce<Point | null>((found, share) => {
      if (found !== null) return found
      const to = at.map((value, i) => value + share * (step[i] ?? 0))
      const tried = pointAt(options, to, lucks)
      return costOf(options, tried, weights) < cost ? tried : null
    }, null)
    if (next === null) break
    point = next
    if (cost - costOf(options, point, weights) < minGain) break
  }
  return point
}

/** A step goes at most so many widths. */
const furthest = 6
/** Squared deviations: less is no gain beside the noise of the means. */
const minGain = 0.05

function pointAt(options: SimulatedFitOptions, at: readonly number[], lucks: number): Point {
  const runs = Array.from({ length: lucks }, (_, luck) => options.figures(at, luck))
  return { at, figures: meansOf(runs) }
}

/** Differences on common luck: by coordinate, then figure. */
function slopesAt(options: SimulatedFitOptions, { at, figures }: Point, lucks: number): number[][] {
  return options.beliefs.map(({ width }, i) => {
    const beside = pointAt(options, at.with(i, (at[i] ?? 0) + width), lucks)
    return beside.figures.map((value, k) => (value - (figures[k] ?? 0)) / width)
  })
}

/** On luck of its own, which no mean was made of. */
const ownLuck = 10_000

function weightsAt(options: SimulatedFitOptions, at: readonly number[], count: number): number[] {
  const runs = Array.from({ length: count }, (_, n) => options.figures(at, ownLuck + n))
  return options.moreVariance.map((more, k) => {
    const chance = variance(runs.map((run) => run[k] ?? 0))
    return 1 / (chance + more + 1e-9)
  })
}

function costOf(
  { observed, beliefs }: SimulatedFitOptions,
  { at, figures }: Point,
  weights: readonly number[],
): number {
  const missed = sumOf(observed, (value, k) => (weights[k] ?? 0) * (value - (figures[k] ?? 0)) ** 2)
  return missed + sumOf(beliefs, ({ mean, sd }, i) => (((at[i] ?? 0) - mean) / sd) ** 2)
}

function withDraws(options: SimulatedFitOptions, { point, weights, lucks }: Descent): SimulatedFit {
  const { observed, moreVariance, beliefs, seed, size } = options
  const mid = point.at
  const slopes = slopesAt(options, point, lucks)
  const key = streamKey(seed, streams.fitNoise)
  const samples = Array.from({ length: 2 * size }, (_, d) => options.figures(mid, 2 * ownLuck + d))
  const central = meansOf(samples)
  // Of chance in the services, and of looking at the stations now and then.
  const errors = samples.map((sample, d) =>
    sample.map((value, k) => {
      const look = Math.sqrt(moreVariance[k] ?? 0) * normalQuantile(uniform(key, d, 1000 + k))
      return value - (central[k] ?? 0) + look
    }),
  )
  const stepFor = (gaps: readonly number[], pulls: readonly number[]) =>
    boundedStep({ slopes, weights, at: mid, beliefs, gaps, pulls })
  const missOf = (gaps: readonly number[], step: readonly number[]) =>
    sumOf(gaps, (gap, k) => (weights[k] ?? 0) * (gap - along(slopes, step, k)) ** 2)
  const none = beliefs.map(() => 0)
  const byChance = sumOf(errors, (error) => missOf(error, stepFor(error, none))) / errors.length
  const missed = missOf(
    observed.map((value, k) => value - (central[k] ?? 0)),
    none,
  )
  const misfit = missed / byChance
  const widening = Math.sqrt(Math.max(1, misfit))
  const unbound = beliefs.map((belief) => ({ ...belief, least: Number.NEGATIVE_INFINITY }))
  const drawnWith = (bounds: readonly Belief[]) =>
    errors.map((error, d) => {
      const pulls = beliefs.map(({ sd }, i) => sd * normalQuantile(uniform(key, d, 500 + i)))
      const gaps = error.map((by) => by * widening)
      const step = boundedStep({ slopes, weights, at: mid, beliefs: bounds, gaps, pulls })
      return mid.map((value, i) => value + (step[i] ?? 0))
    })
  const free = drawnWith(unbound)
  return {
    mid,
    draws: drawnWith(beliefs),
    sd: mid.map((_, i) => standardDeviation(free.map((draw) => draw[i] ?? 0))),
    misfit,
    figures: central,
    deviations: weights.map((weight) => widening / Math.sqrt(weight)),
    weights,
  }
}

function meansOf(runs: readonly (readonly number[])[]): number[] {
  return (runs[0] ?? []).map((_, k) => mean(runs.map((run) => run[k] ?? 0)))
}

function along(slopes: readonly (readonly number[])[], step: readonly number[], k: number): number {
  return sumOf(slopes, (slope, i) => (slope[k] ?? 0) * (step[i] ?? 0))
}

function sumOf<T>(items: readonly T[], of: (item: T, index: number) => number): number {
  let sum = 0
  items.forEach((item, i) => {
    sum += of(item, i)
  })
  return sum
}
