import type { RunRecord } from '../record/run.ts'
import { dateAt, minuteAt, runClock } from './clock.ts'
import type { ReportOptions, ReportRun } from './types.ts'

/** `19 Jul 2021, 20:00` */
export function openingText(run: RunRecord): string {
  const { opensAtSec, offsetSec } = runClock(run)
  return `${dateAt(opensAtSec, offsetSec)}, ${minuteAt(opensAtSec, offsetSec)}`
}

/** The title that was given, or the opening that the base rehearses. */
export function reportTitle(runs: readonly ReportRun[], options: ReportOptions): string {
  const base = runs[0]
  if (options.title !== undefined || base === undefined) return options.title ?? 'dambreak'
  return `The opening of ${openingText(base.run)}`
}
