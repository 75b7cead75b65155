import { isMapping, type Mapping } from '../scenario/plain.ts'
import type { Cells } from './log-field.ts'
import { plainFacts, type FormatFacts } from './log-plan.ts'

export function mappingOf(text: string): Mapping | null {
  try {
    const value: unknown = JSON.parse(text)
    return isMapping(value) ? value : null
  } catch {
    return null
  }
}

/** The values of a line by the paths of their keys: `request.client_ip`; of a list the first. */
export function jsonCells(line: Mapping): Cells {
  return (key) => valueOf(Object.hasOwn(line, key) ? line[key] : inside(line, key))
}

function inside(line: Mapping, key: string): unknown {
  let value: unknown = line
  for (const part of partsOf(key)) {
    if (!isMapping(value) || !Object.hasOwn(value, part)) return undefined
    value = value[part]
  }
  return value
}

const parts = new Map<string, readonly string[]>()
const maxParts = 1000

function partsOf(key: string): readonly string[] {
  const known = parts.get(key)
  if (known !== undefined) return known
  const made = key.split('.')
  if (parts.size < maxParts) parts.set(key, made)
  return made
}

function valueOf(value: unknown): string | number | null {
  const one: unknown = Array.isArray(value) ? value[0] : value
  if (typeof one === 'number') return one
  return typeof one === 'string' && one !== '' && one !== '-' ? one : null
}

const maxDepth = 4

/** The paths of the values of a line that are texts or numbers. */
export function jsonKeys(line: Mapping, prefix = '', depth = 0): string[] {
  return Object.entries(line).flatMap(([key, value]) => {
    if (isMapping(value)) {
      return depth < maxDepth ? jsonKeys(value, `${prefix}${key}.`, depth + 1) : []
    }
    return valueOf(value) === null ? [] : [`${prefix}${key}`]
  })
}

interface JsonFormat {
  readonly name: string
  readonly isOf: (keys: ReadonlySet<string>) => boolean
  readonly facts: FormatFacts
}

const has =
  (...wanted: readonly string[]) =>
  (keys: ReadonlySet<string>) =>
    wanted.every((key) => keys.has(key))

/** Formats that say more than the names of their keys do, by what their lines hold. */
const jsonFormats: readonly JsonFormat[] = [
  // `ts` is written at the end; `duration` is in seconds, or a text with its unit.
  {
    name: 'caddy',
    isOf: has('request.uri', 'request.method', 'duration'),
    facts: { unit: 's', isStamped: 'end' },
  },
  // Go durations, which JSON has as nanoseconds.
  {
    name: 'traefik',
    isOf: (keys) => has('Duration')(keys) && (keys.has('StartUTC') || keys.has('StartLocal')),
    facts: { unit: 'ns', isStamped: 'start', keys: { start: ['StartUTC', 'StartLocal'] } },
  },
  // Its times are `%START_TIME%`, its durations whole milliseconds.
  {
    name: 'envoy',
    isOf: (keys) =>
      keys.has('response_code') &&
      (keys.has('start_time') ||
        ['response_flags', 'upstream_cluster', 'downstream_remote_address'].some((key) =>
          keys.has(key),
        )),
    facts: { unit: 'ms', isStamped: 'start' },
  },
  {
    name: 'pino',
    isOf: has('res.statusCode', 'responseTime'),
    facts: { unit: 'ms', isStamped: 'end' },
  },
  // The Elastic common schema counts nanoseconds.
  {
    name: 'ecs',
    isOf: has('http.response.status_code', 'event.duration'),
    facts: { unit: 'ns', isStamped: 'end', keys: { duration: ['event.duration'] } },
  },
]

const plainJson = { name: 'json', facts: plainFacts } as const

export function jsonFormatOf(keys: readonly string[]): Pick<JsonFormat, 'name' | 'facts'> {
  const all = new Set(keys)
  return jsonFormats.find(({ isOf }) => isOf(all)) ?? plainJson
}

/** Requests under way whose answers come in lines of their own. */
const maxPending = 100_000

/**
 * Fastify writes a line when a request comes and another when it is answered, tied by `reqId`: the
 * second is completed by what the first says of the request.
 */
export class RequestPairs {
  private readonly pending = new Map<string, unknown>()

  /** The line of an answer, completed; `null`: it is that of a request, whose answer is to come. */
  join(line: Mapping): Mapping | null {
    const { reqId, pid, req, res } = line
    if (typeof reqId !== 'string' && typeof reqId !== 'number') return line
    const id = `${String(pid)} ${reqId}`
    if (isMapping(req) && res === undefined) {
      if (this.pending.size < maxPending) this.pending.set(id, req)
      return null
    }
    if (!isMapping(res) || req !== undefined) return line
    const asked = this.pending.get(id)
    this.pending.delete(id)
    return asked === undefined ? line : { ...line, req: asked }
  }
}
