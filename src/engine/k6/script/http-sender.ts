import { Outcome as Outcomes } from '../../../core/codes.ts'
import { msToUs } from '../../../core/units.ts'
import {
  Want,
  type BodyRules,
  type OnReply,
  type Outgoing,
  type Reply,
  type Transport,
} from '../../client/transport.ts'

import { bodyOf } from './k6-body.ts'

const Outcome = Outcomes

/** What k6 tells of a request, as far as it is looked at. */
export interface Answered {
  readonly status: number
  readonly error: string
  readonly error_code: number
  readonly body: unknown
  readonly headers: Readonly<Record<string, string>>
  readonly cookies: Readonly<Record<string, readonly AnsweredCookie[]>>
  readonly timings: {
    readonly blocked: number
    readonly connecting: number
    readonly tls_handshaking: number
    readonly duration: number
  }
}

interface AnsweredCookie {
  readonly name: string
  readonly value: string
  readonly domain: string
  readonly path: string
  readonly secure: boolean
  readonly max_age: number
  readonly expires: number
}

export interface Asked {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  readonly timeoutMs: number
  readonly wantsBody: boolean
}

export interface K6SenderOptions {
  readonly ask: (asked: Asked) => Promise<Answered>
  /** The time of this turn, wall ms. */
  readonly nowMs: () => number
  /** How long the visitor's request, which is about to leave, may take. */
  readonly timeoutMsOf: (visitor: number) => number
  /** A turn of the event loop begins, and after `onReply` it is over. */
  readonly onTurn: () => void
  readonly onTurned: () => void
  readonly onReply: OnReply
  readonly bodies: BodyRules
}

/** Requests through k6's own client; its timeout is the visitor's. */
export class K6Sender implements Transport {
  inFlight = 0
  readonly connections = 0
  private readonly options: K6SenderOptions

  constructor(options: K6SenderOptions) {
    this.options = options
  }

  send(visitor: number, outgoing: Outgoing, want: number): void {
    const { ask, nowMs, timeoutMsOf, onReply, onTurn, onTurned, bodies } = this.options
    const sentMs = nowMs()
    const timeoutMs = Math.max(1, timeoutMsOf(visitor))
    this.inFlight++
    const over = (reply: Reply) => {
      this.inFlight--
      onReply(visitor, reply)
      onTurned()
    }
    ask({
      method: outgoing.method,
      path: outgoing.path,
      headers: headersOf(outgoing.headers),
      body: outgoing.body === '' ? null : outgoing.body,
      timeoutMs,
      wantsBody: (want & Want.body) !== 0,
    }).then(
      (answered) => {
        onTurn()
        over(replyOf(answered, { sentMs, nowMs: nowMs(), want, bodies }))
      },
      () => {
        onTurn()
        const none = { head: '', body: '', bodyFault: null, connectUs: -1, status: 0 }
        over({ ...none, outcome: Outcome.dropped, sentMs: NaN, doneMs: nowMs() })
      },
    )
  }

  /** Never asked for: the request's own timeout ends it. */
  abandon(): void {}

  /** Connections are k6's. */
  forget(): void {}

  close(): Promise<void> {
    return Promise.resolve()
  }
}

export function headersOf(lines: string): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const line of lines.split('\r\n')) {
    const colon = line.indexOf(':')
    if (colon > 0) headers[line.slice(0, colon)] = line.slice(colon + 1).trim()
  }
  return headers
}

export function replyOf(
  answered: Answered,
  {
    sentMs,
    nowMs,
    want,
    bodies,
  }: { sentMs: number; nowMs: number; want: number; bodies: BodyRules },
): Reply {
  const { status, timings } = answered
  const { blocked, connecting, tls_handshaking: tls, duration } = timings
  const outcome = outcomeOf(answered)
  const isTimed = blocked + duration > 0
  // k6's own times are finer than the clock of the script.
  const doneMs = isTimed ? sentMs + blocked + duration : nowMs
  const head = want === Want.nothing ? '' : headOf(answered)
  const text = (want & Want.body) !== 0 && typeof answered.body === 'string' ? answered.body : ''
  const { body, bodyFault } = bodyOf(text, head, bodies)
  const isConnected = status > 0 || duration > 0
  return {
    outcome,
    status: outcome === Outcome.malformed ? 0 : status,
    head: (want & Want.head) === 0 ? '' : head,
    body,
    bodyFault: answered.error_code === decompressionFailed ? 'EncodingBroken' : bodyFault,
    connectUs: connecting > 0 ? msToUs(connecting + tls) : -1,
    sentMs: isConnected ? doneMs - duration : NaN,
    doneMs,
  }
}

/** k6's error code for a body that is not in the content coding that it names. */
const decompressionFailed = 1701

/** `Outcome` of an answer or of k6's error code (its documentation's "error codes"). */
export function outcomeOf({ status, error_code: code, error, timings }: Answered): number {
  if (status > 0 && (code === 0 || (code >= 1400 && code < 1600))) {
    if (status < 400) return Outcome.ok
    return status < 500 ? Outcome.http4xx : Outcome.http5xx
  }
  if (isOwnFault(error)) return Outcome.dropped
  switch (code) {
    case 1050:
      return timings.blocked + timings.duration > 0 ? Outcome.timeout : Outcome.connectTimeout
    case 1211:
      return Outcome.connectTimeout
    case 1212:
      return Outcome.refused
    case decompressionFailed:
      return Outcome.malformed
    default:
      return /malformed|invalid (?:header|response)|bad/i.test(error)
        ? Outcome.malformed
        : Outcome.reset
  }
}

/** The generator's own limits: descriptors, ports, memory. */
const isOwnFault = (error: string): boolean =>
  /too many open files|cannot assign requested address|no buffer space|cannot allocate memory/.test(
    error,
  )

/** Header lines as they may have come: k6 joins those of one name, but tells cookies apart. */
export function headOf({ headers, cookies }: Pick<Answered, 'headers' | 'cookies'>): string {
  let head = ''
  for (const [name, value] of Object.entries(headers)) {
    if (name.toLowerCase() !== 'set-cookie') head += `${name}: ${value}\r\n`
  }
  for (const list of Object.values(cookies)) {
    for (const cookie of list) head += `set-cookie: ${cookieLine(cookie)}\r\n`
  }
  return head
}

function cookieLine({ name, value, domain, path, secure, max_age: age, expires }: AnsweredCookie) {
  const parts = [`${name}=${value}`]
  if (domain !== '') parts.push(`Domain=${domain}`)
  if (path !== '') parts.push(`Path=${path}`)
  if (secure) parts.push('Secure')
  if (age !== 0) parts.push(`Max-Age=${age}`)
  if (expires > 0) parts.push(`Expires=${new Date(expires).toUTCString()}`)
  return parts.join('; ')
}
