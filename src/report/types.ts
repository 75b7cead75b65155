import type { RunRecord } from '../record/run.ts'
import type { EvidenceRow } from '../scenario/schema/evidence.ts'
import type { SweepRow } from './sweep.ts'

/** One run of a report. The first of several is the base: the others are read against it. */
export interface ReportRun {
  run: RunRecord
  /** Every number of the scenario with its label; of this run, so after its variant was applied. */
  evidence: EvidenceRow[]
  /** What a reader calls this run: `as it happened`, `10 servers, gate tight`. */
  label: string
}

export const reportFormats = ['html', 'png', 'csv', 'md', 'json'] as const
export type ReportFormat = (typeof reportFormats)[number]

export interface ReportOptions {
  /** `json` is `run.json`, which the caller writes; here it adds nothing. */
  formats: readonly ReportFormat[]
  title?: string
  sweep?: readonly SweepRow[]
  /** The answer to the question that the runs were made for, in one line. */
  answer?: string
}
