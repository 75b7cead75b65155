import type { Ensemble, EnsembleRow } from '../fit/ensemble.ts'
import { tallyRows, type SearchProblem, type Trial } from '../fit/ensemble-search.ts'
import { parameterShapes, ties } from '../fit/ensemble-shape.ts'
import { formats } from '../report/format.ts'

/** `6,000,000 ± 10%`, `1 to 40,541`, `at least 5,400` */
export function targetText({
  target,
  tolerance,
}: Pick<EnsembleRow, 'target' | 'tolerance'>): string {
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
    `${kept} of ${simulated} sets of values that were run reproduce ${ids}; ${drawn} were drawn`,
    `${formats.share(acceptance)} of what the intervals allow does; worth ${formats.number(effective)} equal draws`,
    ...(narrowed.length === 0 ? [] : ['told most of:', ...narrowed]),
    ...(tied.length === 0 ? [] : ['tied together:', ...tied]),
    ...(predicted.length === 0 ? [] : ['not asked for, predicted:', ...predicted]),
  ].join('\n')
}

/** Why there is no ensemble: how often each row was held, the rarest first, and how near it came. */
export function missText(
  problem: SearchProblem,
  { trials, drawn }: { readonly trials: readonly Trial[]; readonly drawn: number },
): string {
  const lines = tallyRows(problem, trials).map(({ row, told, held, nearestMiss }) => {
    const near = nearestMiss === null ? '' : `, the nearest miss ${formats.number(nearestMiss)}`
    return `  ${row.id} (${row.expr}) is ${targetText(row)}: held by ${held} of ${told}${near}\n`
  })
  return (
    `dambreak: no set of values reproduces what was reported: ${trials.length} run, ${drawn} drawn; ` +
    `nothing was written\n${lines.join('')}`
  )
}
