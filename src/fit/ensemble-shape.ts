import { intervalQuantile } from '../scenario/request/sample.ts'
import type { Ensemble, EnsembleParameter } from './ensemble.ts'

/** What the reported figures say of one parameter. */
export interface ParameterShape {
  readonly name: string
  /** Weighted mean and standard deviation over the members, and those of the interval. */
  readonly mean: number
  readonly deviation: number
  readonly priorMean: number
  readonly priorDeviation: number
  /** `deviation` over `priorDeviation`: 1 where nothing was learnt, near 0 where it is pinned. */
  readonly width: number
  /** How far the mean has moved, in deviations of the interval. */
  readonly shift: number
}

/** Two parameters whose values go together in the members. */
export interface Tie {
  readonly a: string
  readonly b: string
  /** Weighted correlation (Pearson), −1 to 1. */
  readonly correlation: number
}

interface Column {
  readonly parameter: EnsembleParameter
  readonly values: readonly number[]
}

function columnsOf({ parameters, members }: Ensemble): Column[] {
  return parameters.map((parameter) => ({
    parameter,
    values: members.map(({ values }) => values[parameter.name] ?? parameter.mid),
  }))
}

/** Weighted covariance of two columns; the weights are normalised. */
function covariance(a: readonly number[], b: readonly number[], weights: readonly number[]) {
  const [meanA, meanB] = [weightedMean(a, weights), weightedMean(b, weights)]
  return weightedMean(
    a.map((value, i) => (value - meanA) * ((b[i] ?? meanB) - meanB)),
    weights,
  )
}

function weightedMean(values: readonly number[], weights: readonly number[]): number {
  return values.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), 0)
}

function weightsOf({ members }: Ensemble): number[] {
  const total = members.reduce((sum, { weight }) => sum + weight, 0)
  return members.map(({ weight }) => weight / total)
}

/** Quantiles that an interval's mean and deviation are taken from. */
const priorPoints = 2000

function priorValues(parameter: EnsembleParameter): number[] {
  return Array.from({ length: priorPoints }, (_, i) =>
    intervalQuantile(parameter, (i + 0.5) / priorPoints),
  )
}

/** Every parameter, the most told of first: the narrowest or the one that has moved most. */
export function parameterShapes(ensemble: Ensemble): ParameterShape[] {
  const weights = weightsOf(ensemble)
  const flat = Array.from({ length: priorPoints }, () => 1 / priorPoints)
  const shapes = columnsOf(ensemble).flatMap(({ parameter, values }): ParameterShape[] => {
    const prior = priorValues(parameter)
    const priorDeviation = Math.sqrt(covariance(prior, prior, flat))
    if (priorDeviation === 0) return []
    const priorMean = weightedMean(prior, flat)
    const mean = weightedMean(values, weights)
    const deviation = Math.sqrt(covariance(values, values, weights))
    const { name } = parameter
    const width = deviation / priorDeviation
    const shift = (mean - priorMean) / priorDeviation
    return [{ name, mean, deviation, priorMean, priorDeviation, width, shift }]
  })
  // What a normal variable gains by being narrowed and moved: −ln w + (w² + m² − 1)/2 (Kullback and
  // Leibler, Annals of Mathematical Statistics 22(1), 1951).
  const gain = ({ width, shift }: ParameterShape) =>
    -Math.log(Math.max(width, 1e-9)) + (width ** 2 + shift ** 2 - 1) / 2
  return shapes.toSorted((a, b) => gain(b) - gain(a))
}

/** `matrix[i][j]`: the weighted correlation of the i-th and the j-th of the names, over the members. */
export function correlations(ensemble: Ensemble, names: readonly string[]): number[][] {
  const weights = weightsOf(ensemble)
  const columns = columnsOf(ensemble)
  const values = names.map(
    (name) => columns.find(({ parameter }) => parameter.name === name)?.values ?? [],
  )
  return values.map((a) =>
    values.map((b) => {
      const spread = Math.sqrt(covariance(a, a, weights) * covariance(b, b, weights))
      return spread === 0 ? 0 : covariance(a, b, weights) / spread
    }),
  )
}

/** Every pair of parameters once, the strongest first, whether chance could have made it or not. */
function pairs(ensemble: Ensemble): Tie[] {
  const names = ensemble.parameters.map(({ name }) => name)
  const matrix = correlations(ensemble, names)
  const all = names.flatMap((a, i) =>
    names.slice(i + 1).map((b, k): Tie => ({ a, b, correlation: matrix[i]?.[i + 1 + k] ?? 0 })),
  )
  return all.toSorted((a, b) => Math.abs(b.correlation) - Math.abs(a.correlation))
}

/**
 * Pairs of parameters that the figures tie together, the strongest first. With n effective members a
 * correlation of nothing has a standard error of about 1/√n; the largest of m such is some √(2 ln m)
 * times as large, and only what exceeds it is told.
 */
export function ties(ensemble: Ensemble): Tie[] {
  const all = pairs(ensemble)
  const least = Math.sqrt((2 * Math.log(Math.max(2, all.length))) / Math.max(2, ensemble.effective))
  return all.filter(({ correlation }) => Math.abs(correlation) > least)
}
