import { secToMs } from '../core/units.ts'

/** One request of an access log, whatever its format. */
export interface LogEntry {
  /** When the log was written, that is when the request ended, epoch ms. */
  readonly endMs: number
  /** 1000 where times are written to the second: it ended within the second that begins there. */
  readonly resolutionMs: number
  /** From its first byte to its last; `null` where the log does not say. */
  readonly durationMs: number | null
  /** What the servers behind took of it; `null` where the log does not say. */
  readonly upstreamMs: number | null
  readonly status: number
  /** What tells one client from another; `null` where nothing does. */
  readonly client: string | null
  /** The person behind it, where the log knows people. */
  readonly person: string | null
  /** Path and query. */
  readonly target: string
}

/** A day: what takes longer is no request. */
const longestMs = 86_400_000

/** Whether a request may have taken so long; what it took may be unknown. */
export const canLast = (ms: number | null): boolean => ms === null || (ms >= 0 && ms <= longestMs)

/** Why a line was not read. */
export const brokenKinds = [
  'TooLong',
  'OtherFormat',
  'NoReadableTime',
  'NoStatus',
  'TimeTooFar',
  'ImpossibleNumber',
] as const
export type BrokenKind = (typeof brokenKinds)[number]

/** An entry, or the kind of what is wrong with the line. */
export type LineRead = LogEntry | BrokenKind

/** Milliseconds of seconds as a log writes them: `0.012`, `0.012, 0.034` (tries add up), `-`. */
export function secondsToMs(text: string): number | null {
  let sum: number | null = null
  for (const part of text.split(/[,:]/)) {
    const trimmed = part.trim()
    if (!/^\d+(\.\d+)?$/.test(trimmed)) continue
    sum = (sum ?? 0) + secToMs(Number(trimmed))
  }
  return sum
}

/** Status codes of a failure that clients try again after: timeouts and what servers failed at. */
export const isFailure = (status: number): boolean =>
  status === 408 || status === 499 || status >= 500
