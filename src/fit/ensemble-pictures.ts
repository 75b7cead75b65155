import { intervalQuantile } from '../scenario/request/sample.ts'
import type { Ensemble } from './ensemble.ts'
import {
  correlations,
  pairs,
  parameterShapes,
  type ParameterShape,
  type Tie,
} from './ensemble-shape.ts'
import type { FitPicture } from './estimate.ts'

/** The parameters that the figures say most of, and how they go together. */
export interface EnsembleTable {
  readonly shapes: readonly ParameterShape[]
  /** `correlation[i][j]` of the i-th and the j-th shape, over the members. */
  readonly correlation: readonly (readonly number[])[]
}

/** The first `count` parameters by what was learnt of them. */
export function ensembleTable(ensemble: Ensemble, count = 8): EnsembleTable {
  const shapes = parameterShapes(ensemble).slice(0, count)
  return {
    shapes,
    correlation: correlations(
      ensemble,
      shapes.map(({ name }) => name),
    ),
  }
}

/** Parameters that are shown one by one, and pairs. */
const shown = { alone: 4, pairs: 4 }

/**
 * Pictures of an ensemble: of the parameters that the figures say most of, the members against the
 * interval; and the pairs among all that are tied together most, a point a member.
 */
export function ensemblePictures(ensemble: Ensemble): FitPicture[] {
  const shapes = parameterShapes(ensemble)
  const alone = shapes.slice(0, shown.alone).map((shape) => alonePicture(ensemble, shape))
  const together = pairs(ensemble).slice(0, shown.pairs)
  return [...alone, ...together.map((pair, i) => pairPicture(ensemble, pair, i))]
}

/** Points along the interval's distribution. */
const curvePoints = 81

function alonePicture(ensemble: Ensemble, { name, width, shift }: ParameterShape): FitPicture {
  const parameter = ensemble.parameters.find((one) => one.name === name) ?? {
    low: 0,
    mid: 0,
    high: 0,
  }
  const total = ensemble.members.reduce((sum, { weight }) => sum + weight, 0)
  const sorted = ensemble.members
    .map(({ values, weight }) => ({ value: values[name] ?? parameter.mid, weight }))
    .toSorted((a, b) => a.value - b.value)
  let sum = 0
  const below = sorted.map(({ weight }) => (sum += weight) / total)
  const u = Array.from({ length: curvePoints }, (_, i) => (i + 0.5) / curvePoints)
  const moved = shift < 0 ? 'lower' : 'higher'
  return {
    name: `ensemble-${name.replaceAll(/[^\w]+/g, '-').replace(/-$/, '')}`,
    title: `${name}: assumed, and left by the reported figures`,
    how:
      'The line is the interval, the steps are the members of the ensemble. Where the steps are ' +
      `steeper, the figures say more: their spread is ${width.toFixed(2)} of the interval's, ` +
      `their mean ${Math.abs(shift).toFixed(2)} of its deviations ${moved}.`,
    xLabel: name,
    yLabel: 'Share below',
    xScale: 'linear',
    yScale: 'linear',
    data: [
      {
        label: `${sorted.length} members`,
        shape: 'steps',
        x: sorted.map(({ value }) => value),
        y: below,
      },
    ],
    fitted: [
      {
        label: 'interval',
        shape: 'line',
        x: u.map((one) => intervalQuantile(parameter, one)),
        y: u,
      },
    ],
  }
}

function pairPicture(ensemble: Ensemble, { a, b, correlation }: Tie, i: number): FitPicture {
  const column = (name: string) => ensemble.members.map(({ values }) => values[name] ?? null)
  const chance = 1 / Math.sqrt(Math.max(1, ensemble.effective))
  return {
    name: `ensemble-pair-${i + 1}`,
    title: `${a} and ${b}`,
    how:
      `A point is a set of values that reproduces what was reported; correlation ` +
      `${correlation.toFixed(2)}, where chance alone gives ${chance.toFixed(2)} either way. ` +
      'Intervals of their own would fill the whole square.',
    xLabel: a,
    yLabel: b,
    xScale: 'linear',
    yScale: 'linear',
    data: [
      {
        label: `${ensemble.members.length} members`,
        shape: 'points',
        x: column(a).map((value) => value ?? 0),
        y: column(b),
      },
    ],
    fitted: [],
  }
}
