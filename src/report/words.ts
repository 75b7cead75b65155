import type { EndName, FindingName, OutcomeName } from '../core/codes.ts'
import type { ReportedResult, RunRecord } from '../record/run.ts'
import type { Evidence } from '../scenario/schema/quantity.ts'
import { isSimulated } from './engine.ts'
import { formats, unknownText } from './format.ts'

/** The codes of a record in a reader's words. */
export const endWords: Record<EndName, string> = {
  booked: 'booked',
  soldOut: 'found everything taken',
  alreadyBooked: 'had booked already',
  ineligible: 'told they may not book',
  abandoned: 'gave up waiting',
  refused: 'refused',
  timedOut: 'timed out',
  failed: 'failed, or thrown out by a halt',
  dropped: 'never sent',
  unfinished: 'still there at the end',
}

export const outcomeWords: Record<OutcomeName, string> = {
  ok: 'answered',
  refused: 'connection refused',
  reset: 'connection reset',
  connectTimeout: 'no connection in time',
  timeout: 'no answer in time',
  http4xx: 'rejected (4xx)',
  http5xx: 'server error (5xx)',
  malformed: 'unreadable answer',
  dropped: 'never sent',
}

export const findingWords: Record<FindingName, { label: string; meaning: string }> = {
  earlyAdmission: { label: 'Let in before the opening', meaning: 'admitted by the gate too early' },
  bypassed: {
    label: 'Bypassed the gate',
    meaning: 'reached the booking pages without having waited their turn',
  },
  orderInversion: {
    label: 'Overtook in the queue',
    meaning: 'let in before somebody with an earlier ticket',
  },
  doubleBooking: { label: 'Booked twice', meaning: 'a second booking for the same person' },
  ineligibleBooked: {
    label: 'Booked without being eligible',
    meaning: 'a booking for a person who may not book',
  },
  eligibleRefused: {
    label: 'Eligible but turned away',
    meaning: 'told that they may not book although they may',
  },
}

/** How many cases of a finding there were, or that nobody could have seen any. */
export function findingText(cases: number | null): string {
  return cases === null ? 'not observed' : formats.count(cases)
}

export const evidenceMeaning: Record<Evidence, string> = {
  assumed: 'a guess, given as a range',
  inferred: 'worked out from reported figures',
  measured: 'measured by this toolkit',
  reported: 'stated by a source',
}

/** Whether any figure of a run's scenario was fitted to, its variants' included. */
function wasFitted(run: RunRecord): boolean {
  const rows = run.scenario['reported']
  const given = Array.isArray(rows) ? (rows as { inSample?: unknown }[]) : run.verdict.reported
  return given.some(({ inSample }) => inSample === true)
}

/**
 * How much a row of the reported-against-simulated table proves. Rows of a scenario that nothing
 * was fitted to are out of sample: its parameters come from elsewhere.
 */
export function kindOfRow(row: ReportedResult, run: RunRecord): string {
  // A target need not do what the model is built to do.
  if (row.byConstruction) return isSimulated(run) ? 'by construction' : 'measured'
  if (row.inSample) return 'in sample'
  return wasFitted(run) ? 'free' : 'out of sample'
}

/** `6,000,000 ± 10%`, `at least 71,472`, `0 to 40,541`. */
export function targetText({ target, tolerance }: ReportedResult): string {
  const text = formats.number
  if (typeof target === 'number')
    return tolerance === null || tolerance === 0
      ? text(target)
      : `${text(target)} ± ${formats.share(tolerance)}`
  const { min, max } = target
  if (min !== undefined && min === max) return `exactly ${text(min)}`
  if (min !== undefined && max !== undefined) return `${text(min)} to ${text(max)}`
  if (min !== undefined) return `at least ${text(min)}`
  return max === undefined ? unknownText : `at most ${text(max)}`
}
