import type { RunRecord } from '../record/run.ts'

/**
 * Why response times of a run may flatter: they run from when a request really left. `null` where
 * they run from when it was to leave.
 */
export function sentOnlyText({ header }: RunRecord): string | null {
  if (header.timing !== 'sent-only') return null
  if (header.engine === 'log') {
    return 'A log’s times begin when the server took the request in. How long it lay unread before, how long connecting took and who never got through stands in no figure, so visitors may have waited longer than it shows.'
  }
  return 'k6 takes the time from when a request really left, not from when it was to leave. What a visitor was late by then is in no figure (coordinated omission is possible), so the true response times may be longer than these.'
}

/** From when the response times of a run count, for a legend. */
export function responseClock({ header }: RunRecord): string {
  if (header.engine === 'log') return 'as the log has it'
  return header.timing === 'sent-only' ? 'from the actual send' : 'from the intended start'
}
