import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import type { Clock } from '../../core/clock.ts'
import type { BalancerState } from '../contract.ts'
import {
  answerMalformed,
  closeServer,
  headersTimeoutMs,
  listen,
  requestTimeoutMs,
  sendJson,
  withBoundedPipelines,
} from '../http.ts'
import { passingOf, tellUnreachable, Upstream, type Ending } from './upstream.ts'

/** An instance that takes no connection gets no requests for so long. */
const outMs = 1000
const keepAliveTimeoutMs = 60_000
const gatePath = '/ts.wseq'

export interface PageAnswer {
  /** HTTP status; absent: 200. */
  readonly code?: number
  readonly type: string
  readonly body: string | Uint8Array
  readonly headers?: Readonly<Record<string, string>>
}

export interface BalancerOptions {
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
  readonly policy: 'round-robin' | 'least-busy'
  readonly gatePort: number
  /** What the balancer itself serves at a path; `null`: nothing. */
  readonly page: (path: string) => PageAnswer | Promise<PageAnswer> | null
  readonly clock: Clock
}

interface InstanceAddress {
  readonly index: number
  readonly port: number
}

export interface Balancer {
  readonly port: number
  /**
   * The instances that take requests. Resolves once those that are no longer among them have
   * answered what they had.
   */
  setInstances(list: readonly InstanceAddress[]): Promise<void>
  close(): Promise<void>
  state(): BalancerState
}

/** Serves the public port. Fails with a `DambreakError` where it cannot listen. */
export async function createBalancer(options: BalancerOptions): Promise<Balancer> {
  const balancer = new HttpBalancer(options)
  const port = await listen(balancer.server, options.host, options.port)
  return {
    port,
    setInstances: (list) => balancer.setInstances(list),
    close: () => balancer.close(),
    state: () => balancer.state(),
  }
}

interface Member {
  readonly index: number
  readonly upstream: Upstream
  outUntilMs: number
}

class HttpBalancer {
  readonly server: Server
  private readonly options: BalancerOptions
  private readonly gate: Upstream
  private members: readonly Member[] = []
  /** Those that ended their last requests when they left. */
  private readonly leaving = new Set<Upstream>()
  private turn = 0
  private connections = 0
  private readonly responses: Record<string, number> = {}

  constructor(options: BalancerOptions) {
    this.options = options
    this.gate = new Upstream(options.gatePort)
    this.server = createServer({
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      keepAliveTimeout: keepAliveTimeoutMs,
    })
    this.server.on(
      'request',
      withBoundedPipelines((request, response) => this.handle(request, response)),
    )
    this.server.on('clientError', answerMalformed)
    this.server.on('connection', (socket) => {
      this.connections++
      socket.once('close', () => this.connections--)
    })
  }

  async setInstances(list: readonly InstanceAddress[]): Promise<void> {
    const before = this.members
    const isSame = (member: Member, { index, port }: InstanceAddress) =>
      member.index === index && member.upstream.port === port
    this.members = list.map(
      (address) =>
        before.find((member) => isSame(member, address)) ?? {
          index: address.index,
          upstream: new Upstream(address.port),
          outUntilMs: -Infinity,
        },
    )
    const left = before.filter((member) => !this.members.includes(member))
    await Promise.all(left.map((member) => this.retire(member)))
  }

  async close(): Promise<void> {
    const upstreams = [this.gate, ...this.members.map(({ upstream }) => upstream), ...this.leaving]
    this.members = []
    await closeServer(this.server)
    await Promise.all(upstreams.map((upstream) => upstream.destroy()))
  }

  state(): BalancerState {
    const nowMs = this.options.clock.monotonicMs()
    return {
      connections: this.connections,
      responses: { ...this.responses },
      instances: this.members.map(({ index, upstream, outUntilMs }) => {
        const { port, inFlight, requests, failed } = upstream
        return { index, port, inFlight, requests, failed, isOut: outUntilMs > nowMs }
      }),
    }
  }

  private async retire({ upstream }: Member): Promise<void> {
    this.leaving.add(upstream)
    await upstream.close()
    this.leaving.delete(upstream)
  }

  private handle(request: IncomingMessage, response: ServerResponse): void {
    let ending: Ending = 'answered'
    response.once('close', () => {
      const unfinished = ending === 'cut' ? 'reset' : 'gone'
      const what = response.writableFinished ? String(response.statusCode) : unfinished
      this.responses[what] = (this.responses[what] ?? 0) + 1
    })
    const pass = async (to: Promise<Ending>) => {
      ending = await to
    }
    const url = originForm(request.url ?? '')
    if (url === null) {
      sendJson(response, 400, { body: { status: 'badRequest', message: 'the path is no path' } })
      return
    }
    const [path = ''] = url.split('?', 1)
    if (path === gatePath) {
      void pass(this.toGate(request, response, url))
      return
    }
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    const page = isRead ? this.options.page(path) : null
    if (page === null) void pass(this.toInstance(request, response, url))
    else void sendPage(response, page)
  }

  private async toGate(
    request: IncomingMessage,
    response: ServerResponse,
    url: string,
  ): Promise<Ending> {
    const passing = await passingOf(request, response, url)
    if (passing === null) return 'refused'
    const ending = await this.gate.send(passing, response)
    if (ending === 'unreachable') tellUnreachable(response)
    return ending
  }

  /**
   * To one of the instances. What was not sent, because that one takes no connections, goes to
   * another; what was sent is never sent again.
   */
  private async toInstance(
    request: IncomingMessage,
    response: ServerResponse,
    url: string,
  ): Promise<Ending> {
    const passing = await passingOf(request, response, url)
    if (passing === null) return 'refused'
    let member = this.choose()
    if (member === null) {
      const body = { status: 'unavailable', message: 'no server is there to take the request' }
      sendJson(response, 503, { body })
      return 'unreachable'
    }
    for (let tries = this.members.length; member !== null; tries--) {
      const ending = await member.upstream.send(passing, response)
      if (ending !== 'unreachable') return ending
      member.outUntilMs = this.options.clock.monotonicMs() + outMs
      const canBeSent = tries > 1 && !(passing.body instanceof Readable)
      member = canBeSent ? this.choose() : null
    }
    tellUnreachable(response)
    return 'unreachable'
  }

  /** The next in turn, or of those with the fewest requests in flight the next in turn. */
  private choose(): Member | null {
    const { members } = this
    const nowMs = this.options.clock.monotonicMs()
    let best: Member | null = null
    let place = 0
    for (let k = 0; k < members.length; k++) {
      const i = (this.turn + k) % members.length
      const member = members[i]
      if (member === undefined || member.outUntilMs > nowMs) continue
      if (best !== null && member.upstream.inFlight >= best.upstream.inFlight) continue
      best = member
      place = i
      if (this.options.policy === 'round-robin') break
    }
    if (best !== null) this.turn = place + 1
    return best
  }
}

/** Path and query; also of a request that names the whole address. `null`: it is neither. */
function originForm(url: string): string | null {
  if (url.startsWith('/')) return url
  if (!URL.canParse(url)) return null
  const { pathname, search } = new URL(url)
  return pathname.startsWith('/') ? pathname + search : null
}

async function sendPage(
  response: ServerResponse,
  page: PageAnswer | Promise<PageAnswer>,
): Promise<void> {
  const { code = 200, type, body, headers } = await page
  if (response.destroyed) return
  response.writeHead(code, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    ...headers,
  })
  response.end(response.req.method === 'HEAD' ? undefined : body)
}
