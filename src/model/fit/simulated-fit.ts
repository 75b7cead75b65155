import { must } from '../../core/assert.ts'
import { streamKey, streams, uniform } from '../../core/chance.ts'
import { normalQuantile } from '../../core/special.ts'
import { invert } from '../statistics/matrix.ts'
import { boundedStep } from './bounded-step.ts'

/** What is believed of a coordinate before anything is measured, and the least it can be. */
export interface Belief {
  readonly mean: number
  readonly sd: number
  readonly least: number
  /** About its value the model's figures are nearly linear so far to both sides. */
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
  /** Simulations of each round; the last has three times as many. */
  readonly size: number
  readonly rounds?: number
}

export interface SimulatedFit {
  readonly mid: readonly number[]
  /** Coordinates that the data leave possible, correlation and all. */
  readonly draws: readonly (readonly number[])[]
  /** Standard deviations of the draws. */
  readonly sd: readonly number[]
  /** Squared misfit over what chance alone would make of it; about 1 where the model is right. */
  readonly misfit: number
  /** The model's mean figures at `mid`, and the standard deviations of one measurement of them. */
  readonly figures: readonly number[]
  readonly deviations: readonly number[]
}

/**
 * The method of simulated moments (McFadden, Econometrica 57(5), 1989; Gouriéroux and Monfort,
 * Simulation-based Econometric Methods, 1996): the coordinates at which the mean figures of a model
 * come nearest to those observed, by weighted least squares, with what was believed before as further
 * observations. Round by round the model is simulated all about where the fit stands; a plane through
 * the figures says where to go, and in the end how certain it is: the draws are a parametric bootstrap
 * of the estimator, each taking the errors of one simulation for those of the measurement, and
 * beliefs as far off as they may be. Where the model misses what was observed by more than chance
 * makes it, all deviations are widened by as much.
 */
export function fitBySimulation(options: SimulatedFitOptions): SimulatedFit {
  const { rounds = 5, size, beliefs } = options
  let mid: readonly number[] = options.start
  for (let round = 0; round < rounds; round++) {
    const widening = Math.max(1, 4 * 0.5 ** round)
    const plane = planeAbout(options, mid, { round, size, widening })
    const step = stepOn(options, plane)
    // A plane is not to be trusted far beyond where it was laid.
    const shares = step.map((by, i) => Math.abs(by) / (2 * widening * (beliefs[i]?.width ?? 1)))
    const held = Math.max(1, ...shares)
    mid = mid.map((value, i) => value + (step[i] ?? 0) / held)
  }
  const plane = planeAbout(options, mid, { round: rounds, size: 3 * size, widening: 1 })
  const step = stepOn(options, plane)
  return withDraws(options, plane, step)
}

/** The figures about some coordinates, as far as they are linear: figure = level + slopes · step. */
interface Plane {
  readonly at: readonly number[]
  readonly levels: readonly number[]
  /** By coordinate, then figure. */
  readonly slopes: readonly (readonly number[])[]
  /** By simulation, then figure: what chance made of it. */
  readonly errors: readonly (readonly number[])[]
  /** Of one measurement, by figure: 1 / variance. */
  readonly weights: readonly number[]
}

interface Round {
  readonly round: number
  readonly size: number
  readonly widening: number
}

function planeAbout(
  { beliefs, figures, moreVariance, seed }: SimulatedFitOptions,
  at: readonly number[],
  { round, size, widening }: Round,
): Plane {
  const key = streamKey(seed, streams.fitNoise)
  const steps = Array.from({ length: size }, (_, n) =>
    beliefs.map(({ width, least }, i) => {
      const by = (2 * uniform(key, round * 10_007 + n, i) - 1) * width * widening
      return Math.max(least - (at[i] ?? 0), by)
    }),
  )
  const samples = steps.map((step, n) =>
    figures(
      at.map((value, i) => value + (step[i] ?? 0)),
      round * 10_007 + n,
    ),
  )
  const rows = steps.map((step) => [1, ...step])
  const square = must(invert(productOf(rows)), 'steps in every direction')
  const coefficients = moreVariance.map((_, k) => {
    const right = rows[0]?.map((_one, c) =>
      sumOf(rows, (row, n) => (row[c] ?? 0) * (samples[n]?.[k] ?? 0)),
    )
    return square.map((line) => sumOf(line, (cell, c) => cell * (right?.[c] ?? 0)))
  })
  const freedom = Math.sqrt(size / Math.max(1, size - beliefs.length - 1))
  const errors = rows.map((row, n) =>
    coefficients.map((of, k) => ((samples[n]?.[k] ?? 0) - dot(of, row)) * freedom),
  )
  return {
    at,
    levels: coefficients.map((of) => of[0] ?? 0),
    slopes: beliefs.map((_, i) => coefficients.map((of) => of[i + 1] ?? 0)),
    errors,
    weights: moreVariance.map((more, k) => {
      const chance = sumOf(errors, (error) => (error[k] ?? 0) ** 2) / size
      return 1 / (chance + more + 1e-9)
    }),
  }
}

function stepOn({ observed, beliefs }: SimulatedFitOptions, plane: Plane): number[] {
  const gaps = observed.map((value, k) => value - (plane.levels[k] ?? 0))
  const pulls = beliefs.map(({ mean }, i) => mean - (plane.at[i] ?? 0))
  return boundedStep({ ...plane, beliefs, gaps, pulls })
}

function withDraws(
  options: SimulatedFitOptions,
  plane: Plane,
  last: readonly number[],
): SimulatedFit {
  const { observed, moreVariance, beliefs, seed } = options
  const { slopes, weights } = plane
  const key = streamKey(seed, streams.fitNoise)
  const mid = plane.at.map((value, i) => value + (last[i] ?? 0))
  const central = plane.levels.map((level, k) => level + along(slopes, last, k))
  // Of chance in the services, and of looking at the stations now and then.
  const errors = plane.errors.map((error, d) =>
    error.map((by, k) => {
      const look = Math.sqrt(moreVariance[k] ?? 0) * normalQuantile(uniform(key, d, 1000 + k))
      return by + look
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
  const draws = errors.map((error, d) => {
    const pulls = beliefs.map(({ sd }, i) => sd * normalQuantile(uniform(key, d, 500 + i)))
    const step = stepFor(
      error.map((by) => by * widening),
      pulls,
    )
    return mid.map((value, i) => value + (step[i] ?? 0))
  })
  return {
    mid,
    draws,
    sd: mid.map((_, i) => deviationOf(draws.map((draw) => draw[i] ?? 0))),
    misfit,
    figures: central,
    deviations: weights.map((weight) => widening / Math.sqrt(weight)),
  }
}

/** XᵀX. */
function productOf(rows: readonly (readonly number[])[]): number[][] {
  const columns = rows[0] ?? []
  return columns.map((_, r) =>
    columns.map((_one, c) => sumOf(rows, (row) => (row[r] ?? 0) * (row[c] ?? 0))),
  )
}

function along(slopes: readonly (readonly number[])[], step: readonly number[], k: number): number {
  return sumOf(slopes, (slope, i) => (slope[k] ?? 0) * (step[i] ?? 0))
}

function dot(a: readonly number[], b: readonly number[]): number {
  return sumOf(a, (value, i) => value * (b[i] ?? 0))
}

function sumOf<T>(items: readonly T[], of: (item: T, index: number) => number): number {
  let sum = 0
  items.forEach((item, i) => {
    sum += of(item, i)
  })
  return sum
}

function deviationOf(values: readonly number[]): number {
  const mean = sumOf(values, (value) => value) / values.length
  return Math.sqrt(sumOf(values, (value) => (value - mean) ** 2) / values.length)
}
