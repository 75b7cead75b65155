import type { Ensemble, EnsembleRow } from '../../fit/ensemble.ts'
import type { FoundEnsemble, StaleReason } from '../../fit/ensemble-file.ts'
import type { ReportedFit } from '../../fit/fit-reported.ts'
import { parameterShapes, ties } from '../../fit/ensemble-shape.ts'
import { wordsFor, type WordsOf } from '../coded-words.ts'
import { formats } from '../format.ts'

/** `6,000,000 ± 10%`, `1 to 40,541`, `at least 5,400` */
function targetText({ target, tolerance }: Pick<EnsembleRow, 'target' | 'tolerance'>): string {
  if (typeof target === 'number') {
    return `${formats.number(target)} ± ${formats.share(tolerance ?? 0)}`
  }
  const { min, max } = target
  if (min === undefined) return `at most ${formats.number(max ?? null)}`
  if (max === undefined) return `at least ${formats.number(min)}`
  return `${formats.number(min)} to ${formats.number(max)}`
}

const shownParameters = 6

/** What was found, in a few lines. */
export function ensembleText(ensemble: Ensemble): string {
  const { kept, simulated, drawn, acceptance, effective, rows, predictions } = ensemble
  const ids = rows.map(({ id }) => id).join(', ')
  const shapes = parameterShapes(ensemble).slice(0, shownParameters)
  const narrowed = shapes.map(({ name, mean, priorMean, width }) => {
    const moved = `${formats.number(priorMean)} → ${formats.number(mean)}`
    return `  ${name}: mean ${moved}, width × ${formats.number(width)}`
  })
  const tied = ties(ensemble)
    .slice(0, shownParameters)
    .map(({ a, b, correlation }) => `  ${a} with ${b}: ${correlation.toFixed(2)}`)
  const predicted = predictions.map(
    ({ id, variant, checked, held, least, most, ...row }) =>
      `  ${id} in ${variant}: ${held} of ${checked} hold ${targetText(row)}, ` +
      `${formats.number(least)} to ${formats.number(most)} observed`,
  )
  return [
    `${kept} of ${simulated} simulated sets of values reproduce ${ids}; ${drawn} were drawn`,
    `${formats.share(acceptance)} of what the intervals allow reproduces them; effective size ${formats.number(effective)}`,
    ...(narrowed.length === 0 ? [] : ['constrained most:', ...narrowed]),
    ...(tied.length === 0 ? [] : ['correlated:', ...tied]),
    ...(predicted.length === 0 ? [] : ['predicted, not fitted:', ...predicted]),
  ].join('\n')
}

/** Why there is no ensemble: how often each row held, the rarest first, and the nearest miss. */
export function missText({ simulated, drawn, tallies }: ReportedFit): string {
  const lines = tallies.map(({ row, told, held, nearestMiss }) => {
    const near = nearestMiss === null ? '' : `, the nearest miss ${formats.number(nearestMiss)}`
    return `  ${row.id} (${row.expr}), ${targetText(row)}: held in ${held} of ${told}${near}\n`
  })
  return (
    `dambreak: no set of values reproduces what is reported: ${simulated} simulated, ${drawn} drawn; ` +
    `nothing was written\n${lines.join('')}`
  )
}

const words: WordsOf<StaleReason> = {
  WorkloadChanged: () => 'crowd, behaviour, journey or opening hours have changed',
  StackChanged: () => 'waiting room, stack, inventory or timeline have changed',
  IntervalRemoved: ({ path }) => `${path} is not an interval any more`,
  IntervalChanged: ({ path }) => `the interval of ${path} has changed`,
  IntervalAdded: ({ path }) => `${path} has become an interval`,
  ReportedChanged: () => 'the reported rows have changed',
}

/** What has changed since an ensemble was found, and the command that finds a new one. */
export function staleText(
  {
    path,
    reasons,
    basis,
  }: Pick<Extract<FoundEnsemble, { kind: 'stale' }>, 'path' | 'reasons' | 'basis'>,
  scenarioPath: string,
): string {
  const why = reasons.map((reason) => wordsFor(words, reason))
  const remedy =
    basis === 'measured'
      ? `dambreak fit --steps <run> --scenario ${scenarioPath} --out ${scenarioPath} --force`
      : `dambreak fit ${scenarioPath} --reported`
  return `${path} is out of date (${why.join('; ')}; for a new one run ${remedy})`
}
