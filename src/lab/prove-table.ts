import { median } from 'simple-statistics'
import type { Interval } from '../scenario/schema/parameters.ts'
import { surgeFigures, surgeFigureNames, type SurgeFigure } from './prove-figures.ts'
import type { Prediction } from './prove-prediction.ts'

/** One prediction beside its measurement. */
export interface ProofRow extends Interval {
  readonly stack: string
  readonly instances: number
  readonly figure: SurgeFigure
  readonly measured: number
  /** Predicted over measured, less 1. */
  readonly error: number
  readonly isInside: boolean
}

export function rowsOf(given: {
  stack: string
  instances: number
  prediction: Prediction
  measured: Readonly<Record<SurgeFigure, number>>
}): ProofRow[] {
  const { stack, instances, prediction } = given
  return surgeFigureNames.map((figure) => {
    const { low, mid, high } = prediction[figure]
    const measured = given.measured[figure]
    const error = mid / measured - 1
    const isInside = measured >= low && measured <= high
    return { stack, instances, figure, low, mid, high, measured, error, isInside }
  })
}

/** What is to be shown, and what was. */
export interface ProofVerdict {
  readonly rows: number
  readonly medianError: number
  readonly largestError: number
  readonly inside: number
  /** The furthest that an end of an interval is from its middle, as a share of it. */
  readonly widest: number
  readonly faults: readonly string[]
}

export interface ProofLimits {
  readonly medianError: number
  readonly largestError: number
  /** Share of the measurements inside their intervals. */
  readonly inside: number
  readonly widest: number
}

export const fullLimits: ProofLimits = {
  medianError: 0.1,
  largestError: 0.25,
  inside: 27 / 30,
  widest: 0.25,
}

/**
 * Of the short form, on machines that do other things meanwhile: half off is more than noise makes.
 * A processor that is taken away for a tenth of the time makes the stack a tenth slower, and the line
 * in front of it, by rate / (rate − capacity), a fifth longer; intervals after a rehearsal
 * of half the length are up to ±25%. Whether a measurement is inside its
 * interval is told, and not judged: five of them are too few.
 */
export const shortLimits: ProofLimits = {
  medianError: 0.5,
  largestError: 0.5,
  inside: 0,
  widest: 0.5,
}

export function verdictOf(rows: readonly ProofRow[], limits: ProofLimits): ProofVerdict {
  const errors = rows.map(({ error }) => Math.abs(error))
  const medianError = errors.length === 0 ? Number.NaN : median(errors)
  // The largest of what is no number is none either.
  const largestError = errors.length === 0 ? Number.NaN : Math.max(...errors)
  const inside = rows.filter(({ isInside }) => isInside).length
  const widest = Math.max(
    ...rows.map(({ low, mid, high }) => Math.max(high / mid - 1, 1 - low / mid)),
  )
  const least = Math.ceil(limits.inside * rows.length - 1e-9)
  const faults = [
    // Asked this way round, so that what is no number is a fault.
    ...(medianError <= limits.medianError
      ? []
      : [`median error ${percent(medianError)}, at most ${percent(limits.medianError)}`]),
    ...(largestError <= limits.largestError
      ? []
      : [`largest error ${percent(largestError)}, at most ${percent(limits.largestError)}`]),
    ...(inside >= least
      ? []
      : [`${inside} of ${rows.length} inside their intervals, at least ${least}`]),
    ...(widest <= limits.widest
      ? []
      : [`an interval of ±${percent(widest)}, at most ±${percent(limits.widest)}`]),
  ]
  return { rows: rows.length, medianError, largestError, inside, widest, faults }
}

const percent = (share: number): string => `${(share * 100).toFixed(1)}%`
const signed = (share: number): string => `${share >= 0 ? '+' : ''}${percent(share)}`

const columns = ['stack', 'instances', 'figure', 'predicted', '95% interval', 'measured', 'error']

/** The rows as lines of text, columns aligned, the head first where asked for. */
export function tableText(rows: readonly ProofRow[], withHead: boolean): string {
  const cells = rows.map((row) => [
    row.stack,
    String(row.instances),
    surgeFigures[row.figure],
    digits(row.mid),
    `${digits(row.low)} … ${digits(row.high)}`,
    digits(row.measured),
    `${signed(row.error)}${row.isInside ? '' : ' outside'}`,
  ])
  const widths = [11, 9, 28, 9, 17, 8, 6]
  const lineOf = (texts: readonly string[]) =>
    texts
      .map((text, c) =>
        c === 0 || c === 2 ? text.padEnd(widths[c] ?? 0) : text.padStart(widths[c] ?? 0),
      )
      .join('  ')
      .trimEnd()
  return [...(withHead ? [columns] : []), ...cells].map((texts) => `${lineOf(texts)}\n`).join('')
}

const digits = (value: number): string => value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2)
