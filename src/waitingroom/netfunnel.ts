/**
 * The NetFUNNEL protocol: a GET of `/ts.wseq` with a query, answered by `<type>:<code>:<k=v&k=v…>`,
 * bare, or (`js=yes`) as JavaScript for a browser that loads it as a script. Pure: text in, text out.
 */

export const netfunnelPath = '/ts.wseq'

export const Opcode = {
  ticket: 5001,
  enter: 5101,
  poll: 5002,
  alive: 5003,
  complete: 5004,
} as const
export type Opcode = (typeof Opcode)[keyof typeof Opcode]

/** Clients branch on these alone, never on a reply's type. */
export const ReplyCode = {
  pass: 200,
  wait: 201,
  /** Go on without a key: there is no waiting room. */
  bypass: 300,
  systemError: 500,
  alreadyComplete: 502,
  keyExpired: 508,
  badParameter: 509,
  notStarted: 510,
} as const
export type ReplyCode = (typeof ReplyCode)[keyof typeof ReplyCode]

/** What a gate needs of a request; `sid`, `aid`, `uid` and `utid` may be any text. */
export interface NetfunnelRequest {
  /** `null` where it is missing or unknown. */
  readonly opcode: Opcode | null
  /** `null` where it is missing. */
  readonly key: string | null
  /** A parameter stands twice, or is no percent-encoded text. */
  readonly isMalformed: boolean
  /** `sid` and `aid` are both there, as a first contact must have them. */
  readonly hasService: boolean
  /** What the reply's script begins with; `null`: a bare reply. */
  readonly prefix: string | null
}

export interface ReplyFields {
  readonly key?: string
  /** Tickets ahead. */
  readonly nwait?: number
  /** Tickets behind. */
  readonly nnext?: number
  /** Admissions a second. */
  readonly tps?: number
  /** Seconds to the next poll; 0: none. */
  readonly ttl?: number
  /** The node that later calls go to. */
  readonly ip?: string | undefined
  readonly port?: number | undefined
}

export interface NetfunnelReply {
  readonly type: number
  readonly code: number
  readonly fields: ReplyFields
}

/** Names of parameters, by a bit each; all others are passed over. */
const Name = {
  opcode: 1,
  key: 2,
  prefix: 4,
  js: 8,
  sid: 16,
  aid: 32,
  uid: 64,
  utid: 128,
  ttl: 256,
  nfid: 512,
} as const
const names = Object.entries(Name).map(([name, bit]) => ({ text: `${name}=`, bit }))
/** The names by their first character: two of them at most. */
const namesByFirst = Array.from({ length: 128 }, (_, code) =>
  names.filter(({ text }) => text.charCodeAt(0) === code),
)
const noNames: typeof names = []

/** The text of a parameter, or `null` where it is no percent-encoded UTF-8. */
function decoded(text: string): string | null {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

/**
 * What clients of versions 1.6 and 2 send, and nothing else: it comes back inside a script, on the
 * booking site's own origin.
 */
const safePrefix = /^NetFunnel\.gRtype=\d{4};?$/

/** What most clients send, from opcode 5001 on, so that it need not be matched each time. */
const usualPrefixes = Array.from({ length: 101 }, (_, i) => `NetFunnel.gRtype=${5001 + i};`)

function prefixOf(given: string, opcode: Opcode | null): string {
  if (opcode !== null && given === usualPrefixes[opcode - 5001]) return given
  if (!safePrefix.test(given)) return `NetFunnel.gRtype=${opcode ?? Opcode.poll};`
  return given.endsWith(';') ? given : `${given};`
}

/** The name that the parameter there has, if it is one of the protocol's. */
function nameAt(query: string, at: number): (typeof names)[number] | null {
  for (const name of namesByFirst[query.charCodeAt(at)] ?? noNames) {
    if (query.startsWith(name.text, at)) return name
  }
  return null
}

/**
 * Reads a query (without its `?`). Names that the protocol does not have are passed over. Written
 * for speed, in one pass: this is a good part of what a reply costs the gate.
 */
export function parseRequest(query: string): NetfunnelRequest {
  const isEncoded = query.includes('%')
  let opcodeText = ''
  let key: string | null = null
  let prefix = ''
  let isScript = false
  let isMalformed = false
  let seen = 0
  for (let start = 0, end = 0; end < query.length; start = end + 1) {
    const next = query.indexOf('&', start)
    end = next < 0 ? query.length : next
    const name = nameAt(query, start)
    if (name === null) continue
    const { bit } = name
    if ((seen & bit) !== 0) isMalformed = true
    seen |= bit
    if (!isEncoded && (bit & valued) === 0) continue
    const text = query.slice(start + name.text.length, end)
    const value = isEncoded ? decoded(text) : text
    if (value === null) isMalformed = true
    else if (bit === Name.opcode) opcodeText = value
    else if (bit === Name.key) key = value
    else if (bit === Name.prefix) prefix = value
    else if (bit === Name.js) isScript = value === 'yes'
  }
  const opcode = opcodeOf(opcodeText)
  return {
    opcode,
    key,
    isMalformed,
    hasService: (seen & service) === service,
    prefix: isScript ? prefixOf(prefix, opcode) : null,
  }
}

const service = Name.sid | Name.aid

/** Fields whose values are checked further, beyond being one text each. */
const valued = Name.opcode | Name.key | Name.prefix | Name.js

/** A switch, because it needs neither a hash of a new text nor a parsed number. */
function opcodeOf(text: string): Opcode | null {
  switch (text) {
    case '5001':
      return Opcode.ticket
    case '5101':
      return Opcode.enter
    case '5002':
      return Opcode.poll
    case '5003':
      return Opcode.alive
    case '5004':
      return Opcode.complete
    default:
      return null
  }
}

const stepsPerOne = 1000

/** At most three decimals, and never rounded down to a 0, which would mean something else. */
function numberText(value: number): string {
  if (Number.isInteger(value)) return String(value)
  return String(Math.max(0.001, Math.round(value * stepsPerOne) / stepsPerOne))
}

/** The reply as the request wants it: bare, or as a script. Values must be plain text. */
export function formatReply({ type, code, fields }: NetfunnelReply, prefix: string | null): string {
  const bare = `${type}:${code}:${fieldsText(fields)}`
  if (prefix === null) return bare
  return `${prefix}NetFunnel.gControl.result='${bare}'; NetFunnel.gControl._showResult();`
}

/** Put together from its start: to cut its first character off, it would have to be copied. */
function fieldsText({ key, nwait, nnext, tps, ttl, ip, port }: ReplyFields): string {
  let text = key === undefined ? '' : `key=${key}`
  if (nwait !== undefined) text += `${and(text)}nwait=${nwait}`
  if (nnext !== undefined) text += `${and(text)}nnext=${nnext}`
  if (tps !== undefined) text += `${and(text)}tps=${numberText(tps)}`
  if (ttl !== undefined) text += `${and(text)}ttl=${numberText(ttl)}`
  if (ip !== undefined) text += `${and(text)}ip=${ip}`
  if (port !== undefined) text += `${and(text)}port=${port}`
  return text
}

const and = (text: string) => (text === '' ? '' : '&')

const scriptReply = /^NetFunnel\.gRtype=\w*;\s*NetFunnel\.gControl\.result='([^']*)';/
const bareReply = /^(\d{4}):(\d{3}):([^']*)$/

/** Reads a reply, bare or a script; `null` where it is neither. Fields that are no numbers stay out. */
export function parseReply(text: string): NetfunnelReply | null {
  const [, type, code, list = ''] = bareReply.exec(scriptReply.exec(text)?.[1] ?? text.trim()) ?? []
  if (type === undefined || code === undefined) return null
  const fields: { -readonly [K in keyof ReplyFields]: ReplyFields[K] } = {}
  for (const pair of list.split('&')) {
    const equals = pair.indexOf('=')
    const name = pair.slice(0, Math.max(0, equals))
    const value = pair.slice(equals + 1)
    if (name === 'key' || name === 'ip') fields[name] = value
    else if (isNumberField(name) && value !== '' && Number.isFinite(Number(value))) {
      fields[name] = Number(value)
    }
  }
  return { type: Number(type), code: Number(code), fields }
}

const numberFields = ['nwait', 'nnext', 'tps', 'ttl', 'port'] as const

function isNumberField(name: string): name is (typeof numberFields)[number] {
  return numberFields.some((field) => field === name)
}

/** The query of a client's call: first the opcode, then what is given, encoded. */
export function formatQuery(
  opcode: Opcode,
  parameters: Readonly<Record<string, string | number>>,
): string {
  return Object.entries(parameters).reduce(
    (query, [name, value]) => `${query}&${name}=${encodeURIComponent(value)}`,
    `opcode=${opcode}`,
  )
}
