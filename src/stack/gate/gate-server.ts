import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { Clock } from '../../core/clock.ts'
import { netfunnelPath } from '../../waitingroom/netfunnel.ts'
import type { ChildStart, ControlMessage, GateState } from '../contract.ts'
import {
  answerMalformed,
  closeServer,
  headersTimeoutMs,
  listen,
  requestTimeoutMs,
} from '../http.ts'
import { Gate } from './gate.ts'

export interface GateServer {
  readonly port: number
  control(message: ControlMessage): void
  state(): GateState
  /** Cuts every connection. */
  close(): Promise<void>
}

/** Whoever is not on this machine comes through the balancer. */
const loopback = '127.0.0.1'
/** Longer than a client's usual poll interval, so that it need not connect anew for each. */
const keepAliveTimeoutMs = 15_000
/** How often those are looked for who do not finish their request, or send none at all. */
const lookEveryMs = 5000

/**
 * Calls that wait to be answered together. No more of them, for a client that sends calls in a row
 * is slowed down by the answers that pile up, and there are none of these yet.
 */
const maxAtOnce = 32

const script = 'text/javascript; charset=utf-8'
const plain = 'text/plain; charset=utf-8'
const json = 'application/json'

/** Its text is plain ASCII. */
interface Answer {
  readonly status: number
  readonly type: string
  readonly text: string
}

/**
 * The gate as a server on loopback: `/ts.wseq` for everyone, and for processes of the same machine
 * `/verify` and `/audit` (both `?key=`). A DambreakError where it cannot listen.
 */
export async function serveGate(
  start: Extract<ChildStart, { role: 'gate' }>,
  { clock }: { readonly clock: Clock },
): Promise<GateServer> {
  const { config } = start
  const server = createGateServer()
  const port = await listen(server, loopback, start.port)
  // Where no node is named, clients stay where they are.
  const node = config.namesNode === false ? null : { ip: loopback, port }
  const gate = new Gate({ config, clock, node })
  server.on('request', gateHandler(gate))
  return {
    port,
    control: (message) => gate.control(message),
    state: () => gate.state(),
    close: () => closeServer(server),
  }
}

/** A server with the gate's limits, which answers nothing yet. */
export function createGateServer(): Server {
  const server = createServer({
    keepAliveTimeout: keepAliveTimeoutMs,
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    connectionsCheckingInterval: lookEveryMs,
    // Nobody here listens for the body of a request, let alone of one that has none.
    optimizeEmptyRequests: true,
  })
  server.on('clientError', answerMalformed)
  return server
}

/**
 * Answers requests for a gate, in the order in which they come: all calls that one turn of the event
 * loop has read, at its end. Each by itself would find that the network's code had pushed the gate's
 * out of the processor's caches. Whoever has gone by then is answered too, for its call was made.
 */
export function gateHandler(gate: Gate): RequestListener {
  let waiting: ServerResponse[] = []
  const answerAll = () => {
    const responses = waiting
    waiting = []
    // First all of the gate's work, then all of the network's.
    const answers = responses.map((response) => ({ response, answer: answer(gate, response.req) }))
    for (const one of answers) send(one.response, one.answer)
  }
  return ({ url = '' }, response) => {
    const count = waiting.push(response)
    // Who asks for another page is told by the connection, while it lasts.
    if (count === maxAtOnce || !url.startsWith(netfunnelPath)) answerAll()
    else if (count === 1) setImmediate(answerAll)
  }
}

function answer(gate: Gate, request: IncomingMessage): Answer {
  if (request.method !== 'GET') {
    return { status: 405, type: plain, text: 'Only GET is answered here.' }
  }
  const url = request.url ?? ''
  const mark = url.indexOf('?')
  const path = mark < 0 ? url : url.slice(0, mark)
  const query = mark < 0 ? '' : url.slice(mark + 1)
  if (path === netfunnelPath) {
    const { text, isScript } = gate.handle(query)
    return { status: 200, type: isScript ? script : plain, text }
  }
  return isLocal(request) ? internal(gate, path, query) : notFound
}

const notFound: Answer = { status: 404, type: plain, text: 'There is no such page here.' }

function internal(gate: Gate, path: string, query: string): Answer {
  if (path !== '/verify' && path !== '/audit') return notFound
  const fields = new URLSearchParams(query)
  const key = fields.get('key') ?? ''
  if (path === '/verify') return { status: 200, type: json, text: String(gate.verify(key)) }
  gate.auditKey(key, fields.get('person') ?? '')
  return { status: 204, type: plain, text: '' }
}

/** From this machine: from loopback, or from the very address that was called. */
function isLocal({ socket }: IncomingMessage): boolean {
  const { remoteAddress, localAddress } = socket
  if (remoteAddress === undefined) return false
  if (remoteAddress === localAddress || remoteAddress === '::1') return true
  return remoteAddress.startsWith('127.') || remoteAddress.startsWith('::ffff:127.')
}

function send(response: ServerResponse, { status, type, text }: Answer): void {
  // As a list they are written as they stand; as an object each would be looked up by name.
  const length = String(text.length)
  const headers = ['Content-Type', type, 'Content-Length', length, 'Cache-Control', 'no-store']
  response.writeHead(status, headers)
  response.end(text, 'latin1')
}
