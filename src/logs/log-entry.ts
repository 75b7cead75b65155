/** One request of an access log, whatever its format. */
export interface LogEntry {
  /** When the request ended, epoch ms. */
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
  /** The address that `client` rests on; `null` where it rests on something else. */
  readonly address: string | null
  /** The person behind it, where the log knows people. */
  readonly person: string | null
  /** In capitals; `null` where the log does not say. */
  readonly method: string | null
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

/** An entry, the kind of what is wrong with the line, or `null` where it is no request, such as a heading. */
export type LineRead = LogEntry | BrokenKind | null

/** Status codes of a failure that clients try again after: timeouts and what servers failed at. */
export const isFailure = (status: number): boolean =>
  status === 408 || status === 499 || status >= 500
