import type { ReportedRow, Scenario } from '../../scenario/schema.ts'
import { baseVariant } from '../../scenario/variants.ts'
import type { EnsembleRow } from './ensemble.ts'

/**
 * The rows that a set of values must reproduce: what was reported of the base and does not hold by
 * construction, whether it was fitted to before or not.
 */
export function constrainingRows(scenario: Pick<Scenario, 'reported'>): EnsembleRow[] {
  return scenario.reported
    .filter(
      ({ byConstruction, variant }) => !byConstruction && (variant ?? baseVariant) === baseVariant,
    )
    .map(({ id, expr, target, tolerance, inSample }) => ({
      id,
      expr,
      target: typeof target === 'number' ? target : plainBounds(target),
      tolerance: typeof target === 'number' ? (tolerance ?? 0) : null,
      inSample,
    }))
}

function plainBounds({ min, max }: Exclude<ReportedRow['target'], number>): EnsembleRow['target'] {
  return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) }
}

/** Least and most that hold a row, inclusive. */
export function boundsOfRow({ target, tolerance }: EnsembleRow): { min: number; max: number } {
  if (typeof target !== 'number') {
    return { min: target.min ?? -Infinity, max: target.max ?? Infinity }
  }
  const apart = (tolerance ?? 0) * Math.abs(target)
  return { min: target - apart, max: target + apart }
}
