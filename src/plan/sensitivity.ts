import { mean } from 'simple-statistics'
import { must } from '../core/assert.ts'
import { secToHours } from '../core/units.ts'
import { allowed } from '../scenario/schema/parameters.ts'
import type { Parameter, Values } from '../scenario/schema/parameters.ts'
import type { Outcome } from './outcome.ts'
import type { Outcomes } from './outcomes.ts'
import type { MeasureReason } from './measure-reason.ts'
import type { Measure } from './plan-figures.ts'
import type { MeasureNext, SensitivityRow } from './plan-record.ts'
import { keepsUp, meetsSlo, trialsOf } from './replications.ts'
import type { Trial } from './trial.ts'

/** Parameters that are moved to both ends; the rest is screened out by one. */
const maxMoved = 10

export interface SensitivityOptions {
  readonly outcomes: Outcomes
  readonly parameters: readonly Parameter[]
  /** Where all others stand; absent: in the middle of their intervals. */
  readonly middle?: Values
  /** Ascending. */
  readonly counts: readonly number[]
  /** The count whose outcome is looked at where no count is reached. */
  readonly critical: number
  /** Seconds from the opening to the end. */
  readonly windowSec: number
  /** Replications where a probability is compared. */
  readonly screening: number
}

/**
 * What would change the answer: each parameter at its 5th and 95th percentile, the others in the
 * middle, with the same luck. Measured in instances needed, else (where the middle is not met by any
 * count) in the wait at the critical count, else in how often it collapses there.
 */
export async function sensitivityOf(options: SensitivityOptions): Promise<SensitivityRow[]> {
  const measure = await measureOf(options)
  const rows = await rowsIn(measure, options)
  // Where no parameter alone changes the count, the wait still ranks them.
  const isFlat = measure === 'instances' && rows.every(({ swing }) => swing === 0)
  return isFlat ? rowsIn('waitSecP95', options) : rows
}

async function rowsIn(measure: Measure, options: SensitivityOptions): Promise<SensitivityRow[]> {
  const parameters = await screened(options)
  const rows: SensitivityRow[] = []
  const outcomeAt = outcomesBy(measure, options)
  // One round for all ends at once: what a halving search asks first is known to be the same.
  const ends = parameters.flatMap((one) => [
    { parameter: one.name, value: allowed(one, one.low) },
    { parameter: one.name, value: allowed(one, one.high) },
  ])
  const measured = await outcomeAt(ends)
  parameters.forEach(({ name, evidence }, i) => {
    const low = must(ends[2 * i], 'the low end')
    const high = must(ends[2 * i + 1], 'the high end')
    const atLow = { value: low.value, outcome: measured[2 * i] ?? null }
    const atHigh = { value: high.value, outcome: measured[2 * i + 1] ?? null }
    const swing = swingOf(atLow.outcome, atHigh.outcome, beyondOf(measure, options))
    rows.push({ parameter: name, evidence, swing, measure, atLow, atHigh })
  })
  return rows.toSorted(
    (a, b) => Math.abs(b.swing) - Math.abs(a.swing) || (a.parameter < b.parameter ? -1 : 1),
  )
}

type Moved = NonNullable<Trial['moved']>

/**
 * Those that move the outcome most, each by itself at the end of its interval that is farther from
 * the middle. Draws of all at once would have to be more than there are parameters to tell as much.
 */
async function screened({
  outcomes,
  parameters,
  critical,
  middle,
}: SensitivityOptions): Promise<Parameter[]> {
  if (parameters.length <= maxMoved) return [...parameters]
  const at = (moved?: Moved): Trial => ({
    instances: critical,
    draw: null,
    ...(moved === undefined ? {} : { moved }),
  })
  const [atMiddle, ...ends] = await outcomes.of([
    at(),
    ...parameters.map((one) => at({ parameter: one.name, value: fartherEnd(one, middle) })),
  ])
  const badness = badnessOf(must(atMiddle, 'the run in the middle'))
  return parameters
    .map((parameter, i) => {
      const end = must(ends[i], 'the run at an end')
      return { parameter, strength: Math.abs(badnessOf(end) - badness) }
    })
    .toSorted((a, b) => b.strength - a.strength)
    .slice(0, maxMoved)
    .map(({ parameter }) => parameter)
}

function fartherEnd(parameter: Parameter, middle: Values | undefined): number {
  const { name, low, high } = parameter
  const at = middle?.get(name) ?? parameter.mid
  return allowed(parameter, high - at >= at - low ? high : low)
}

/** One number that grows with what is wrong: objectives missed, then the wait, then who did not book. */
function badnessOf(outcome: Outcome): number {
  const missed = outcome.slo.filter(({ ok }) => !ok).length
  const wait = outcome.waitSecP95 === null ? 1 : 1 - 1 / (1 + secToHours(outcome.waitSecP95))
  const lost = outcome.lost / Math.max(1, outcome.lost + outcome.booked)
  return missed + (outcome.collapsed ? 1 : 0) + (wait + lost) / 2
}

async function measureOf(options: SensitivityOptions): Promise<Measure> {
  const { outcomes, counts, critical } = options
  const [atMax, atCritical] = await outcomes.of([
    { instances: counts.at(-1) ?? 1, draw: null },
    { instances: critical, draw: null },
  ])
  if (atMax !== undefined && meetsSlo(atMax)) return 'instances'
  return atCritical !== undefined && atCritical.waitSecP95 !== null ? 'waitSecP95' : 'pCollapse'
}

function outcomesBy(
  measure: Measure,
  options: SensitivityOptions,
): (moved: readonly Moved[]) => Promise<(number | null)[]> {
  const { outcomes, critical, screening } = options
  if (measure === 'instances') return (moved) => neededBy(moved, options)
  if (measure === 'waitSecP95') {
    return async (moved) => {
      const trials = moved.map((one) => ({ instances: critical, draw: null, moved: one }))
      return (await outcomes.of(trials)).map(({ waitSecP95 }) => waitSecP95)
    }
  }
  return async (moved) => {
    const trials = moved.flatMap((one) => trialsOf({ instances: critical, moved: one }, screening))
    const found = await outcomes.of(trials)
    return moved.map((_, i) => {
      const part = found.slice(i * screening, (i + 1) * screening)
      return mean(part.map((outcome) => (keepsUp(outcome) ? 0 : 1)))
    })
  }
}

/** The smallest count that meets the objectives in one run, for all at once by halving. */
async function neededBy(
  moved: readonly Moved[],
  { outcomes, counts }: SensitivityOptions,
): Promise<(number | null)[]> {
  const spans = moved.map(() => ({ low: -1, high: counts.length }))
  for (;;) {
    const open = spans.flatMap(({ low, high }, i) => (high - low > 1 ? [i] : []))
    if (open.length === 0) break
    const middleOf = (i: number) => {
      const { low, high } = must(spans[i], 'a span')
      return (low + high) >> 1
    }
    const found = await outcomes.of(
      open.map((i) => ({
        instances: counts[middleOf(i)] ?? 1,
        draw: null,
        moved: must(moved[i], 'an end'),
      })),
    )
    open.forEach((i, k) => {
      const span = must(spans[i], 'a span')
      const outcome = found[k]
      if (outcome !== undefined && meetsSlo(outcome)) span.high = middleOf(i)
      else span.low = middleOf(i)
    })
  }
  return spans.map(({ high }) => counts[high] ?? null)
}

/** What stands for an outcome that is not reached, so that there is a swing: just beyond the range. */
function beyondOf(measure: Measure, { counts, windowSec }: SensitivityOptions): number {
  return measure === 'instances' ? (counts.at(-1) ?? 0) + 1 : windowSec
}

function swingOf(low: number | null, high: number | null, beyond: number): number {
  if (low === null && high === null) return 0
  return (high ?? Math.max(beyond, low ?? 0)) - (low ?? Math.max(beyond, high ?? 0))
}

/** No more than these are named. */
const maxMeasured = 5

/** What is only assumed and moves the answer, the most important first. */
export function measureNextOf(
  rows: readonly SensitivityRow[],
  parameters: readonly Parameter[],
): MeasureNext[] {
  const assumed = rows.filter(({ evidence, swing }) => evidence === 'assumed' && swing !== 0)
  return assumed.slice(0, maxMeasured).map((row) => ({
    parameter: row.parameter,
    evidence: row.evidence,
    source: parameters.find(({ name }) => name === row.parameter)?.source ?? null,
    reason: swingReason(row),
  }))
}

const swingReason = ({ measure, swing, atLow, atHigh }: SensitivityRow): MeasureReason => ({
  code: 'Swing',
  measure,
  swing,
  low: atLow.value,
  high: atHigh.value,
})
