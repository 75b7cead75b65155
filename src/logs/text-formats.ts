import { isAddressList } from './looks-like.ts'
import type { Cells } from './log-field.ts'
import { plainFacts, type FormatFacts } from './log-plan.ts'

/** A format of plain lines; its cells go by names that `log-field.ts` knows. */
export interface TextFormat {
  readonly name: string
  readonly facts: FormatFacts
  /** The cells of a line with their names; `null`: it is of another format. */
  readonly cellsOf: (line: string) => Readonly<Record<string, string | undefined>> | null
}

/** Cells of an object; what is empty or `-` is nothing. */
export function cellsOfRecord(record: Readonly<Record<string, string | undefined>>): Cells {
  return (key) => {
    const value = Object.hasOwn(record, key) ? record[key] : undefined
    return value === undefined || value === '' || value === '-' ? null : value
  }
}

const quoted = String.raw`"((?:[^"\\]|\\.)*)"`
const combinedForm = new RegExp(
  String.raw`^(?:[^\s,]+:\d+ )?(?:((?:[^\s,]+, ?)+\S+)|(\S+)) \S+ (\S+) \[([^\]]{20,40})\] ${quoted} (\d{3}) (?:\d+|-)(?: ${quoted} ${quoted})?(.*)$`,
)

/** The cells of nginx's combined format and of the common one before it; what follows is in `rest`. */
function combinedCells(line: string) {
  const found = combinedForm.exec(line)
  if (found === null) return null
  const [, list, one, user, time, request, status, , agent, rest = ''] = found
  // Apache may be told to write the forwarded addresses in the place of its own.
  const address = list?.split(',')[0] ?? one
  return { address, user, time, request, status, agent, rest }
}

const traefikRest = /^ (?:\d+|-) "[^"]*" "[^"]*" (\d+)ms$/
const ingressRest =
  /^ \d+ (\d+\.\d+) \[[^\]]*\](?: \[[^\]]*\])? \S+(?:, \S+)* [\d-]+(?:, [\d-]+)* ([\d.-]+(?:, [\d.-]+)*) /
const apacheRest = /^(?: "[^"]*")? (?:\d+\/)?(\d+)$/
const secondsRest = /^ "?(\d+\.\d+)"?(?: "?((?:\d+\.\d+|-)(?:, (?:\d+\.\d+|-))*)"?)?$/
/** What `docs/guides/fit.md` proposes, and by far the most lines have. */
const usualRest = /^ rt=([\d.]+)(?: urt=([\d.]+|-))?$/
/** `name=0.012`, `name="0.012, 0.034"` */
const numbersOf = (name: string) =>
  new RegExp(String.raw`(?:^|\s)${name}="?([\d.-]+(?:\s?[,:]\s?[\d.-]+)*)`)
const [rt, urt] = [numbersOf('rt'), numbersOf('urt')]
const pairForm = /(?<=^|\s)([a-z][\w.@-]*)=("(?:[^"\\]|\\.)*"|(?:[\d.-]+, )*\S*)/gi

/** What follows the user agent: forwarded addresses, durations, and what nothing is known of. */
function restCells(rest: string): Record<string, string | undefined> {
  if (rest === '') return {}
  const usual = usualRest.exec(rest)
  if (usual !== null) return { request_time_s: usual[1], upstream_response_time_s: usual[2] }
  const ingress = ingressRest.exec(rest)
  if (ingress !== null) {
    return { request_time_s: ingress[1], upstream_response_time_s: ingress[2] }
  }
  const list = /^ "([^"]*)"/.exec(rest)
  const isForwarded = list !== null && (list[1] === '-' || isAddressList(list[1] ?? ''))
  const forwarded = isForwarded ? { x_forwarded_for: list[1] } : {}
  const after = isForwarded ? rest.slice(list[0].length) : rest
  const seconds = secondsRest.exec(after)
  if (seconds !== null) {
    return { ...forwarded, request_time_s: seconds[1], upstream_response_time_s: seconds[2] }
  }
  const times = {
    request_time_s: rt.exec(after)?.[1],
    upstream_response_time_s: urt.exec(after)?.[1],
  }
  const named = [...after.matchAll(pairForm)]
    .filter(([, key = '']) => !/^u?rt$/.test(key))
    .map(([, key = '', value = '']): [string, string] => [key, value.replaceAll('"', '')])
  const bare = after.replaceAll(pairForm, '').matchAll(/"[^"]*"|\S+/g)
  const extras = [...bare].map(([text], i): [string, string] => [
    `extra${i + 1}`,
    text.replaceAll('"', ''),
  ])
  return { ...Object.fromEntries([...extras, ...named]), ...forwarded, ...times }
}

/** `203.0.113.1 - - [19/Jul/2021:20:00:00 +0900] "GET / HTTP/1.1" 200 612 "-" "Mozilla/5.0"` */
const combined: TextFormat = {
  name: 'combined',
  facts: plainFacts,
  cellsOf: (line) => {
    const cells = combinedCells(line)
    if (cells === null || traefikRest.test(cells.rest) || apacheRest.test(cells.rest)) return null
    const { address, user, time, request, status, agent, rest } = cells
    const own = { clientip: address, user, time, request, status, useragent: agent }
    return rest === '' ? own : Object.assign(own, restCells(rest))
  },
}

/** Traefik's common log format: combined, then count, router, server and duration; of the start. */
const traefik: TextFormat = {
  name: 'traefik',
  facts: { unit: 'ms', isStamped: 'start' },
  cellsOf: (line) => {
    const cells = combinedCells(line)
    const duration = cells === null ? null : traefikRest.exec(cells.rest)
    if (cells === null || duration === null) return null
    const { address, user, time, request, status, agent } = cells
    const own = { clientip: address, user, starttime: time, request, status, useragent: agent }
    return { ...own, duration_ms: duration[1] }
  },
}

/**
 * Apache's combined format with `%D` (microseconds) or `%T/%D` after it; a lone number may also be `%T`
 * (seconds) or `%{ms}T`. Apache stamps a line with the request's start.
 */
const apache: TextFormat = {
  name: 'apache',
  facts: {
    unit: null,
    isStamped: 'start',
    unitOfWhole: (median) => (median >= 10_000 ? 'us' : null),
  },
  cellsOf: (line) => {
    const cells = combinedCells(line)
    const duration = cells === null ? null : apacheRest.exec(cells.rest)
    if (cells === null || duration === null) return null
    const { address, user, time, request, status, agent, rest } = cells
    const own = { clientip: address, user, starttime: time, request, status, useragent: agent }
    const forwarded = /^ "([^"]*)"/.exec(rest)?.[1] ?? ''
    return {
      ...own,
      ...(isAddressList(forwarded) ? { x_forwarded_for: forwarded } : {}),
      ...(rest.includes('/') ? { duration_us: duration[1] } : { duration: duration[1] }),
    }
  },
}

const envoyForm = new RegExp(String.raw`^\[(\d{4}-\d\d-\d\dT[^\]]+)\] ${quoted} (\d+) \S+ (.*)$`)
/** Bytes in and out, duration, upstream time, then forwarded addresses, agent, id and authority, quoted. */
const envoyTail = new RegExp(
  String.raw`(?:^| )\d+ \d+ (\d+) (\d+|-) ${quoted} ${quoted} "[^"]*" "[^"]*"(?: |$)`,
)

/** Envoy's default format, and Istio's with its details before the byte counts; of the start. */
const envoy: TextFormat = {
  name: 'envoy',
  facts: { unit: 'ms', isStamped: 'start' },
  cellsOf: (line) => {
    const [, starttime, request, status, tail = ''] = envoyForm.exec(line) ?? []
    const [, duration, upstream, forwarded, agent] = envoyTail.exec(tail) ?? []
    if (starttime === undefined || duration === undefined) return null
    const times = { duration_ms: duration, upstream_service_time_ms: upstream }
    return { starttime, request, status, x_forwarded_for: forwarded, useragent: agent, ...times }
  },
}

const albForm = new RegExp(
  String.raw`^(?:(?:https?|h2|grpcs|wss?) )?(\d{4}-\d\d-\d\dT\S+) \S+ (\S+):\d+ \S+ (-?[\d.]+) (-?[\d.]+) (-?[\d.]+) (\d+|-) \S+ -?\d+ -?\d+ ${quoted} ${quoted} `,
)

/** An Application or Classic Load Balancer of AWS: three parts of the duration in seconds, -1 where there is none. */
const alb: TextFormat = {
  name: 'alb',
  facts: { unit: 's', isStamped: 'end' },
  cellsOf: (line) => {
    const found = albForm.exec(line)
    if (found === null) return null
    const [, time, address, first, second, third, status, request, agent] = found
    const parts = [first, second, third].map(Number)
    const isKnown = parts.every((part) => part >= 0)
    // Sums of microseconds, written as such.
    const whole = isKnown ? parts.reduce((sum, part) => sum + part, 0).toFixed(6) : undefined
    const upstream = isKnown ? second : undefined
    const cells = { time, clientip: address, status: status === '-' ? '0' : status, request }
    return { ...cells, useragent: agent, duration_s: whole, upstream_time_s: upstream }
  },
}

const haproxyForm = new RegExp(
  String.raw`^(\S+):\d+ \[(\d\d\/[A-Z][a-z]{2}\/\d{4}:[\d:.]+)\] \S+ \S+ (-?\d+)\/(-?\d+)\/(-?\d+)\/(-?\d+)\/\+?(-?\d+) (-?\d+) \+?\d+ \S+ \S+ \S+ [\d/+]+ \d+\/\d+(?: \{([^}]*)\})?(?: \{[^}]*\})? ${quoted}?`,
)

/**
 * HAProxy's `option httplog`: milliseconds to get the request, in queues, to connect, to the response and
 * over all, -1 where it was not reached; the date is of the request's start, in the server's zone.
 */
const haproxy: TextFormat = {
  name: 'haproxy',
  facts: { unit: 'ms', isStamped: 'start' },
  cellsOf: (line) => {
    const found = haproxyForm.exec(line)
    if (found === null) return null
    const [, address, starttime, , , , response, whole, status, captured = '', request] = found
    const forwarded = captured.split('|').find(isAddressList)
    const known = (ms: string | undefined) => (Number(ms) >= 0 ? ms : undefined)
    return {
      clientip: address,
      starttime,
      request,
      // -1: it was ended before there was an answer.
      status: Number(status) < 0 ? '0' : status,
      x_forwarded_for: forwarded,
      duration_ms: known(whole),
      upstream_time_ms: known(response),
    }
  },
}

const minPairs = 4

/** `time=… method=GET path=/a status=200 duration=12ms`; Heroku's router has the time before it. */
const logfmt: TextFormat = {
  name: 'logfmt',
  facts: plainFacts,
  cellsOf: (line) => {
    if (!/\bstatus(?:_?code)?=/i.test(line)) return null
    const pairs = [...line.matchAll(pairForm)].map(([, key = '', value = '']): [string, string] => [
      key,
      value.replace(/^"(.*)"$/, '$1'),
    ])
    if (pairs.length < minPairs) return null
    const time = /^\d{4}-\d\d-\d\dT\S+/.exec(line)?.[0]
    return { ...(time === undefined ? {} : { time }), ...Object.fromEntries(pairs) }
  },
}

/** Every format of plain lines without a heading. */
export const textFormats: readonly TextFormat[] = [
  combined,
  traefik,
  apache,
  envoy,
  alb,
  haproxy,
  logfmt,
]
