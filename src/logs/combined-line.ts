import { maxLineChars } from '../core/lines.ts'
import { canLast, secondsToMs, type LineRead } from './log-entry.ts'
import { logTimeMs } from './timestamp.ts'

/**
 * nginx's combined format and the common one before it:
 *
 *   10.0.0.1 - - [19/Jul/2021:20:00:00 +0900] "GET /booking HTTP/1.1" 200 612 "-" "Mozilla/5.0"
 *
 * After it, `rt=0.012` and `urt=0.010`, or one number of seconds, are taken for `$request_time` and
 * `$upstream_response_time`.
 */
const form =
  /^(\S+) \S+ (\S+) \[([^\]]{20,40})\] "((?:[^"\\]|\\.)*)" (\d{3}) (?:\d+|-)(?: "(?:[^"\\]|\\.)*" "((?:[^"\\]|\\.)*)")?(.*)$/
const request = /^[A-Z]+ (\S+)(?: HTTP\/\d(?:\.\d)?)?$/

/** Whether a line is of this format. */
export const isCombined = (line: string): boolean => form.test(line)

export function readCombined(line: string): LineRead {
  if (line.length > maxLineChars) return 'TooLong'
  const found = form.exec(line)
  if (found === null) return 'OtherFormat'
  const [, address = '-', user = '-', time = '', asked = '', status = '', agent, rest = ''] = found
  const endMs = logTimeMs(time)
  if (endMs === null) return 'NoReadableTime'
  const named = (name: string) =>
    new RegExp(`(?:^|\\s)${name}=([\\d.-]+(?:\\s?[,:]\\s?[\\d.-]+)*)`).exec(rest)?.[1]
  const bare = /^\s+(\d+\.\d+)\s*$/.exec(rest)?.[1]
  const durationMs = rest === '' ? null : secondsToMs(named('rt') ?? bare ?? '')
  const upstreamMs = rest === '' ? null : secondsToMs(named('urt') ?? '')
  if (!canLast(durationMs) || !canLast(upstreamMs)) return 'ImpossibleNumber'
  return {
    endMs,
    resolutionMs: 1000,
    durationMs,
    upstreamMs,
    status: Number(status),
    client: address === '-' ? null : `${address} ${agent ?? ''}`,
    person: user === '-' ? null : user,
    target: request.exec(asked)?.[1] ?? '',
  }
}
