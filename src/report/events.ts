import type { PerformedEvent } from '../record/run.ts'
import { clockAt, epochSecOf, runClock } from './clock.ts'
import { isSimulated } from './engine.ts'
import { eventDetailText } from './event-words.ts'
import type { ReportRun } from './types.ts'

export interface EventRow {
  clock: string
  kind: string
  detail: string
  performed: boolean
  label: string
}

/**
 * What people did to the system, or were to do, in order. Of simulated runs alone nothing: theirs
 * are performed by construction, and stand in the charts.
 */
export function eventRows(runs: readonly ReportRun[]): EventRow[] {
  const isWorthIt = ({ run }: ReportRun) =>
    !isSimulated(run) || run.events.some(({ performed }) => !performed)
  return runs.filter(isWorthIt).flatMap(({ run, label }) => {
    const { offsetSec } = runClock(run)
    return run.events.map(({ at, kind, detail, performed }: PerformedEvent) => ({
      clock: clockAt(Math.round(epochSecOf(at)), offsetSec),
      kind,
      detail: eventDetailText(detail),
      performed,
      label,
    }))
  })
}
