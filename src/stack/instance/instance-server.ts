import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Clock } from '../../core/clock.ts'
import {
  LedgerGone,
  type ChildStart,
  type ControlMessage,
  type GateClient,
  type InstanceState,
  type LedgerClient,
  type Offer,
  type StackConfig,
} from '../contract.ts'
import {
  answerMalformed,
  closeServer,
  headersTimeoutMs,
  listen,
  requestTimeoutMs,
  readBody,
  sendJson,
  withBoundedPipelines,
} from '../http.ts'
import { keyOfCookie } from './cookie.ts'
import { fieldsOfBody, fieldsOfQuery } from './fields.ts'
import { Journey } from './journey.ts'
import { KeyCheck } from './keys.ts'
import { Pauses } from './pauses.ts'
import { routesOf } from './routes.ts'

/** Only the balancer, on the same machine, talks to an instance. */
const loopback = '127.0.0.1'
const maxBodyBytes = 16 * 1024
const offersForMs = 1000
/** Longer than the balancer keeps an idle connection: it must be the one to close it. */
const keepAliveTimeoutMs = 120_000

export interface InstanceParts {
  readonly clock: Clock
  /** Uniform in (0, 1), a new one at each call. */
  readonly chance: () => number
  readonly gate: GateClient
  readonly ledger: LedgerClient
}

export interface Instance {
  readonly port: number
  /** Cuts every connection; the clients of gate and ledger are left to whoever made them. */
  close(): Promise<void>
  /** Takes no new connection; resolves once what it has is answered and whoever was connected is gone. */
  drain(): Promise<void>
  control(message: ControlMessage): void
  state(): InstanceState
}

type InstanceStart = Extract<ChildStart, { role: 'instance' }>

/** Serves one instance on a free port of the loopback address. Fails where it cannot listen. */
export async function serveInstance(start: InstanceStart, parts: InstanceParts): Promise<Instance> {
  const instance = new InstanceServer(start.config, parts)
  const port = await listen(instance.server, loopback, 0)
  return {
    port,
    close: () => closeServer(instance.server),
    drain: () =>
      new Promise((resolve) => {
        instance.server.close(() => resolve())
      }),
    control: (message) => instance.control(message),
    state: () => instance.state(),
  }
}

interface Reply {
  readonly code: number
  readonly status: string
  readonly message: string
  readonly headers?: Readonly<Record<string, string>>
  /** Further fields of the body. */
  readonly more?: Readonly<Record<string, unknown>>
}

const off: Reply = { code: 503, status: 'off', message: 'the service is switched off' }
const busy: Reply = { code: 503, status: 'busy', message: 'too many requests wait already' }
const noGate: Reply = {
  code: 503,
  status: 'unavailable',
  message: 'the waiting room does not answer, so keys cannot be verified',
}
const noLedger: Reply = {
  code: 503,
  status: 'unavailable',
  message: 'the database does not answer',
}
const noKey: Reply = {
  code: 403,
  status: 'noKey',
  message: 'come through the waiting room: the request has no key',
}
const badKey: Reply = {
  code: 403,
  status: 'badKey',
  message: 'the waiting room has not let this key in, or it has lapsed',
}
const tooLarge: Reply = {
  code: 413,
  status: 'tooLarge',
  message: `the body is larger than ${maxBodyBytes} bytes`,
}
const unknownPath: Reply = { code: 404, status: 'unknownPath', message: 'there is no such page' }
const broken: Reply = { code: 500, status: 'failed', message: 'the request failed in the server' }

const stepWords = {
  ok: 'done',
  ineligible: 'this person may not book',
  alreadyBooked: 'this person has booked already',
  soldOut: 'everything is booked',
} as const

class InstanceServer {
  readonly server: Server
  private readonly journey: Journey
  private readonly keys: KeyCheck
  private readonly routeOf: ReturnType<typeof routesOf>
  private readonly open = new Set<ServerResponse>()
  private readonly responses: Record<string, number> = {}
  private readonly parts: InstanceParts
  /** With no waiting room there are no keys either. */
  private readonly isGated: boolean
  private readonly takesAnyKey: boolean
  private failsOpen: boolean
  private halted = false
  private offers: { readonly atMs: number; readonly list: Promise<Offer[]> } | null = null

  constructor({ scenario, failOpen, fault }: StackConfig, parts: InstanceParts) {
    const { clock, chance, gate, ledger } = parts
    this.parts = parts
    this.isGated = scenario.waitingRoom.protocol !== 'none'
    this.failsOpen = failOpen
    this.takesAnyKey = fault === 'forged-key'
    this.journey = new Journey(scenario, { ledger, chance, pauses: new Pauses(clock) })
    this.keys = new KeyCheck(gate, clock)
    this.routeOf = routesOf(scenario)
    this.server = createServer({
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      keepAliveTimeout: keepAliveTimeoutMs,
    })
    this.server.on(
      'request',
      withBoundedPipelines((request, response) => void this.handle(request, response)),
    )
    this.server.on('clientError', answerMalformed)
  }

  control(message: ControlMessage): void {
    if (message.kind !== 'event') return
    const { event } = message
    if (event.kind === 'halt') this.halt(event.restartInstances)
    else if (event.kind === 'resume') this.halted = false
    else if (event.kind === 'close-bypass') this.failsOpen = false
  }

  state(): InstanceState {
    return { stations: this.journey.states(), responses: { ...this.responses } }
  }

  /** Answers one request; never rejects. */
  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.open.add(response)
    response.once('close', () => this.open.delete(response))
    let reply: Reply
    try {
      reply = await this.replyTo(request)
    } catch (error) {
      reply = error instanceof LedgerGone ? noLedger : broken
    }
    if (response.destroyed) {
      this.count('gone')
      return
    }
    const { code, status, message, headers = {}, more } = reply
    this.count(String(code))
    sendJson(response, code, { headers, body: { status, message, ...more } })
  }

  private count(what: string): void {
    this.responses[what] = (this.responses[what] ?? 0) + 1
  }

  /** In-flight requests are reset, whatever becomes of their work. */
  private halt(restart: boolean): void {
    this.halted = true
    for (const response of this.open) response.destroy()
    this.open.clear()
    if (restart) this.journey.dropAll()
  }

  private async replyTo(request: IncomingMessage): Promise<Reply> {
    const { method = '', url = '' } = request
    if (this.halted) return off
    const [path, query] = splitOnce(url, '?')
    const route = this.routeOf(method, path)
    switch (route.kind) {
      case 'unknown':
        return unknownPath
      case 'method':
        return {
          code: 405,
          status: 'wrongMethod',
          message: `this page takes ${route.allow}`,
          headers: { allow: route.allow },
        }
      case 'offers':
        return {
          code: 200,
          status: 'ok',
          message: 'done',
          more: { offers: await this.offersNow() },
        }
      case 'step':
        return this.step(route.index, query, request)
    }
  }

  private async step(index: number, query: string, request: IncomingMessage): Promise<Reply> {
    const hasBody = request.method !== 'GET' && request.method !== 'HEAD'
    const text = hasBody ? await readBody(request, maxBodyBytes) : ''
    if (text === null) return tooLarge
    const fields = hasBody ? fieldsOfBody(text) : fieldsOfQuery(query)
    if (typeof fields === 'string') return { code: 400, status: 'badRequest', message: fields }
    const refusal = await this.checkKey(request.headers.cookie, fields.person.id)
    if (refusal !== null) return refusal
    if (this.halted) return off
    const { status, booking } = await this.journey.perform(index, fields.person, fields.choice)
    if (status === 'busy') return busy
    const message =
      booking === undefined ? stepWords[status] : `booked: ${booking.place}, ${booking.date}`
    return { code: 200, status, message, ...(booking === undefined ? {} : { more: { booking } }) }
  }

  /** `null`: may come in. */
  private async checkKey(cookie: string | undefined, person: string): Promise<Reply | null> {
    if (!this.isGated) return null
    const key = keyOfCookie(cookie)
    if (key === null) return noKey
    if (this.failsOpen || this.takesAnyKey) {
      this.parts.gate.audit(key, person)
      return null
    }
    try {
      return (await this.keys.isGood(key)) ? null : badKey
    } catch {
      return noGate
    }
  }

  private async offersNow(): Promise<Offer[]> {
    const nowMs = this.parts.clock.monotonicMs()
    if (this.offers === null || nowMs - this.offers.atMs >= offersForMs) {
      this.offers = { atMs: nowMs, list: this.parts.ledger.offers() }
    }
    const asked = this.offers
    try {
      return await asked.list
    } catch (error) {
      if (this.offers === asked) this.offers = null
      throw error
    }
  }
}

function splitOnce(text: string, at: string): [string, string] {
  const i = text.indexOf(at)
  return i < 0 ? [text, ''] : [text.slice(0, i), text.slice(i + at.length)]
}
