import type { CountCheck } from '../engine/sim/count-check.ts'
import type { RunRecord } from '../record/run.ts'
import { clockSec } from '../scenario/clock.ts'
import { windowSec } from '../scenario/plan-times.ts'
import type { ReportedRow, Scenario } from '../scenario/schema/schema.ts'
import { baseVariant } from '../scenario/load/variants.ts'
import { evaluate } from '../objectives/evaluate.ts'
import { isFault, parseExpression, type Expression } from '../objectives/expression.ts'
import { pathsOf } from '../objectives/term.ts'
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
    .map(asRow)
}

function asRow({ id, expr, target, tolerance, inSample }: ReportedRow): EnsembleRow {
  return {
    id,
    expr,
    target: typeof target === 'number' ? target : plainBounds(target),
    tolerance: typeof target === 'number' ? (tolerance ?? 0) : null,
    inSample,
  }
}

function plainBounds({ min, max }: Exclude<ReportedRow['target'], number>): EnsembleRow['target'] {
  return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) }
}

/** A row of a variant: no set of values is chosen by it, but each can be asked what it says. */
export interface VariantRow extends EnsembleRow {
  readonly variant: string
}

export function variantRows(scenario: Pick<Scenario, 'reported'>): VariantRow[] {
  return scenario.reported.flatMap((row) => {
    const { variant = baseVariant, byConstruction } = row
    return byConstruction || variant === baseVariant ? [] : [{ ...asRow(row), variant }]
  })
}

export interface Bounds {
  readonly min: number
  readonly max: number
}

/** Least and most that hold a row, inclusive; `margin` widens them by that share of each. */
export function boundsOfRow({ target, tolerance }: EnsembleRow, margin = 0): Bounds {
  const apart = typeof target === 'number' ? (tolerance ?? 0) * Math.abs(target) : 0
  const { min, max } =
    typeof target === 'number' ? { min: target - apart, max: target + apart } : target
  return {
    min: min === undefined ? -Infinity : min - margin * Math.abs(min),
    max: max === undefined ? Infinity : max + margin * Math.abs(max),
  }
}

/** Inclusive; `null` is within no bounds. */
export function isWithin({ min, max }: Bounds, value: number | null): boolean {
  return value !== null && value >= min && value <= max
}

type Hours = Pick<Scenario, 'opensAt' | 'endsAt'>

/** The figures of a run's `opening` are complete so many seconds after it. */
const openingSec = 60

/**
 * Seconds after the opening from which on a run can say what a row comes to. Waits count by the time
 * of entry, so that those of an hour are known only once all who came in it were let in or the run
 * is over.
 */
export function knownAtSec({ expr }: EnsembleRow, hours: Hours): number {
  const parsed = parseExpression(expr)
  const endSec = windowSec(hours)
  if (isFault(parsed)) return endSec
  const readings = sidesOf(parsed).flatMap((side) => pathsOf(side))
  if (readings.length > 0 && readings.every(({ path }) => path.startsWith('opening.'))) {
    return Math.min(openingSec, endSec)
  }
  const grows = ['flow', 'level', 'share']
  return readings.every(({ reading }) => grows.includes(reading.kind))
    ? clauseEndSec(parsed, hours)
    : endSec
}

function sidesOf({ left, comparison }: Expression) {
  return comparison === null ? [left] : [left, comparison.right]
}

function clauseEndSec({ clause }: Expression, hours: Hours): number {
  const text = clause.kind === 'at' ? clause.at : clause.kind === 'during' ? clause.to : null
  const endSec = windowSec(hours)
  return text === null ? endSec : (clockSec(text, hours.opensAt) ?? endSec)
}

const counted: Readonly<Record<string, CountCheck['count']>> = {
  arrivals: 'tickets',
  'visitors.arrived': 'tickets',
  booked: 'booked',
  'people.booked': 'booked',
}

/** What a row comes to, for a run that may have ended early; `undefined` where it cannot tell. */
export function observedIn(row: EnsembleRow, run: RunRecord): number | null | undefined {
  const { opensAt, endsAt } = run.header
  const parsed = parseExpression(row.expr)
  if (isFault(parsed)) return undefined
  const whole = run.scenario['endsAt']
  const hours = { opensAt, endsAt: typeof whole === 'string' ? whole : endsAt }
  if (knownAtSec(row, hours) > windowSec({ opensAt, endsAt })) return undefined
  return evaluate(parsed, run).observed
}

/** The row as a check that ends a run early; `null` where it is no count up to a time. */
export function checkOf(row: EnsembleRow, hours: Hours, margin = 0): CountCheck | null {
  const parsed = parseExpression(row.expr)
  if (isFault(parsed) || parsed.comparison !== null || parsed.left.kind !== 'path') return null
  const count = counted[parsed.left.path]
  if (count === undefined || parsed.clause.kind === 'during') return null
  return { count, atSec: clauseEndSec(parsed, hours), ...boundsOfRow(row, margin) }
}
