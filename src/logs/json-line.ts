import { secToMs } from '../core/units.ts'
import { isMapping, type Mapping } from '../scenario/plain.ts'
import { maxLineChars } from '../core/lines.ts'
import { canLast, secondsToMs, type LineRead } from './log-entry.ts'
import { readTimestamp, type TimeContext } from './timestamp.ts'

/** The names of fields that are understood, the first that a line has is taken. */
const jsonFields = {
  time: ['time', 'ts', 'timestamp', '@timestamp', 'time_iso8601', 'time_local', 'msec'],
  status: ['status', 'status_code', 'response_code'],
  durationSec: ['request_time', 'duration', 'response_time'],
  durationMs: ['duration_ms', 'durationMs', 'latency_ms'],
  upstreamSec: ['upstream_response_time'],
  client: ['client', 'client_id', 'session', 'session_id'],
  address: ['remote_addr', 'remote_ip', 'client_ip', 'clientip'],
  agent: ['http_user_agent', 'user_agent'],
  person: ['person', 'user', 'user_id', 'remote_user'],
  target: ['request_uri', 'uri', 'url', 'path', 'request'],
} as const

function first(line: Mapping, names: readonly string[]): string | number | null {
  for (const name of names) {
    const value = line[name]
    if (typeof value === 'number' || (typeof value === 'string' && value !== '')) return value
  }
  return null
}

/** An access log's line as JSON; times without a zone are in that of the context. */
export function readJsonLine(text: string, context: TimeContext): LineRead {
  if (text.length > maxLineChars) return 'TooLong'
  const line = mappingOf(text)
  if (line === null) return 'OtherFormat'
  const time = first(line, jsonFields.time)
  const stamp = time === null ? null : readTimestamp(time, context)
  if (stamp === null) return 'NoReadableTime'
  const status = Number(first(line, jsonFields.status) ?? NaN)
  if (!Number.isInteger(status) || status < 0 || status > 999) return 'NoStatus'
  const durationMs = durationOf(line)
  const upstream = first(line, jsonFields.upstreamSec)
  const upstreamMs = upstream === null ? null : secondsToMs(String(upstream))
  if (!canLast(durationMs) || !canLast(upstreamMs)) return 'ImpossibleNumber'
  const target = String(first(line, jsonFields.target) ?? '')
  return {
    endMs: stamp.ms,
    resolutionMs: stamp.resolutionMs,
    durationMs,
    upstreamMs,
    status,
    client: clientOf(line),
    person: named(first(line, jsonFields.person)),
    target: /^[A-Z]+ (\S+)/.exec(target)?.[1] ?? target,
  }
}

function mappingOf(text: string): Mapping | null {
  try {
    const value: unknown = JSON.parse(text)
    return isMapping(value) ? value : null
  } catch {
    return null
  }
}

function durationOf(line: Mapping): number | null {
  const ms = first(line, jsonFields.durationMs)
  if (ms !== null) return Number.isFinite(Number(ms)) ? Number(ms) : null
  const sec = first(line, jsonFields.durationSec)
  if (typeof sec === 'number') return secToMs(sec)
  return sec === null ? null : secondsToMs(sec)
}

function clientOf(line: Mapping): string | null {
  const own = named(first(line, jsonFields.client))
  if (own !== null) return own
  const address = named(first(line, jsonFields.address))
  return address === null ? null : `${address} ${first(line, jsonFields.agent) ?? ''}`
}

const named = (value: string | number | null): string | null =>
  value === null || value === '-' ? null : String(value)
