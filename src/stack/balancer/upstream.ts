import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { Pool, type Dispatcher } from 'undici'
import { sendJson } from '../http.ts'
import { requestHeaders, responseHeaders } from './headers.ts'

/** A body larger than this is not passed on. The instances take less. */
const maxBodyBytes = 256 * 1024
/** A body up to here is gathered and sent in one piece: half as many requests again for one core. */
const smallBodyBytes = 16 * 1024
const connectTimeoutMs = 10_000
/**
 * An idle connection is kept for this long at most: the instances keep theirs for longer. The gate
 * keeps its own for less, and says so in its answers: then for 2 s less than it says. So no server
 * behind closes one that is about to be used.
 */
const idleMs = 30_000

/**
 * How a request that was to go on ended. `cut`: the connection failed with the request on it, which
 * may have been performed. `unreachable`: nothing was sent, and the client has not been told.
 * `refused`: no fault of the server's.
 */
export type Ending = 'answered' | 'cut' | 'unreachable' | 'refused'

/** A request as it goes on. */
export interface Passing {
  readonly method: string
  readonly path: string
  readonly headers: string[]
  /** A stream can be sent only once. */
  readonly body: Buffer | Readable | null
}

/** Takes a request from the client, a small body with it; `null`: the client was told why not. */
export async function passingOf(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<Passing | null> {
  const { method = 'GET' } = request
  // Before anything else: a connection that is closed has no address.
  const headers = requestHeaders(request)
  try {
    return { method, path, headers, body: await bodyOf(request) }
  } catch (error) {
    const fault = faultOf(error)
    if (fault === null) throw error
    tell(response, fault)
    return null
  }
}

/** A server behind the balancer, with as many connections as there are requests. */
export class Upstream {
  readonly port: number
  /** Requests that it has not answered yet, of clients that are gone too. */
  inFlight = 0
  requests = 0
  failed = 0
  private readonly pool: Pool

  constructor(port: number) {
    this.port = port
    this.pool = new Pool(`http://127.0.0.1:${port}`, {
      connections: null,
      pipelining: 1,
      connectTimeout: connectTimeoutMs,
      keepAliveTimeout: idleMs,
      keepAliveMaxTimeout: idleMs,
      // How long an answer may take is the client's to say.
      headersTimeout: 0,
      bodyTimeout: 0,
    })
  }

  /** Passes a request on, once, and its answer, or its reset, back. Never rejects. */
  async send(passing: Passing, response: ServerResponse): Promise<Ending> {
    this.inFlight++
    this.requests++
    const ending = await new Promise<Ending>((ended) => {
      // One try: a booking that was sent twice might be made twice.
      this.pool.dispatch({ ...passing, idempotent: false }, new Relay(response, ended))
    })
    this.inFlight--
    if (ending === 'cut' || ending === 'unreachable') this.failed++
    return ending
  }

  /** Lets the requests in flight end, then closes its connections. */
  async close(): Promise<void> {
    await this.pool.close()
  }

  /** Cuts its connections. */
  async destroy(): Promise<void> {
    await this.pool.destroy()
  }
}

const tooLarge = {
  status: 'tooLarge',
  message: `the body is larger than ${maxBodyBytes / 1024} kB`,
}

/** The client's own fault: it sent too much, or went away while it sent. */
class BodyFault extends Error {}
class BodyTooLarge extends BodyFault {}

/** What goes on as the body: a small one whole, a large one as it comes; rejects with `BodyFault`. */
function bodyOf(request: IncomingMessage): Promise<Buffer> | Readable | null {
  const { headers } = request
  const bytes = Number(headers['content-length'] ?? 0)
  if (bytes > maxBodyBytes) throw new BodyTooLarge()
  if (headers['transfer-encoding'] !== undefined || bytes > smallBodyBytes) {
    return Readable.from(bounded(request), { objectMode: false })
  }
  return bytes > 0 ? gathered(request) : null
}

function gathered(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.once('end', () => resolve(Buffer.concat(chunks)))
    request.once('error', () => reject(new BodyFault('the client went away')))
  })
}

async function* bounded(request: IncomingMessage): AsyncGenerator<Buffer> {
  let bytes = 0
  try {
    const chunks: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false })
    for await (const chunk of chunks) {
      bytes += chunk.length
      if (bytes > maxBodyBytes) throw new BodyTooLarge()
      yield chunk
    }
  } catch (error) {
    throw error instanceof BodyFault ? error : new BodyFault('the client went away')
  }
}

/**
 * Carries the answer to the client. If the client is gone it is read to its end all the same: the
 * server is at work on it, and counts as busy for so long.
 */
class Relay implements Dispatcher.DispatchHandler {
  private readonly response: ServerResponse
  private readonly ended: (ending: Ending) => void
  private isSent = false

  constructor(response: ServerResponse, ended: (ending: Ending) => void) {
    this.response = response
    this.ended = ended
  }

  onRequestStart(): void {
    this.isSent = true
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    statusCode: number,
    headers: Parameters<typeof responseHeaders>[0],
  ): void {
    const { response } = this
    if (statusCode < 200 || response.destroyed) return
    response.writeHead(statusCode, responseHeaders(headers))
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const { response } = this
    if (response.destroyed || response.write(chunk)) return
    controller.pause()
    const goOn = () => {
      response.off('drain', goOn)
      response.off('close', goOn)
      controller.resume()
    }
    response.on('drain', goOn)
    response.on('close', goOn)
  }

  onResponseEnd(): void {
    this.response.end()
    this.ended('answered')
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const { response, isSent } = this
    const fault = faultOf(error)
    if (fault !== null) tell(response, fault)
    else if (isSent) cut(response)
    this.ended(fault !== null ? 'refused' : isSent ? 'cut' : 'unreachable')
  }
}

/** A reset goes on as one. What has come of an answer is not taken from the client by it. */
function cut(response: ServerResponse): void {
  if (response.headersSent) response.destroy()
  else response.socket?.resetAndDestroy()
}

/** Tells the client of a server that it did not get to. */
export function tellUnreachable(response: ServerResponse): void {
  tell(response, unreachable)
}

/** Tells the client, if it can still be told. */
function tell(response: ServerResponse, [code, status, message]: Fault): void {
  // An answer that was cut short must not look complete.
  if (response.headersSent) response.destroy()
  else sendJson(response, code, { body: { status, message } })
}

type Fault = readonly [code: number, status: string, message: string]

const unreachable: Fault = [502, 'unavailable', 'the server behind the balancer does not answer']

/** What the client is told where it is no fault of the server behind; `null`: it is. */
function faultOf(error: unknown): Fault | null {
  if (error instanceof BodyTooLarge) return [413, tooLarge.status, tooLarge.message]
  if (error instanceof BodyFault) return [400, 'badRequest', error.message]
  const code = error instanceof Error && 'code' in error ? error.code : null
  switch (code) {
    case 'UND_ERR_INVALID_ARG':
    case 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH':
      return [400, 'badRequest', 'the request cannot be passed on']
    case 'EMFILE':
    case 'ENFILE':
    case 'EADDRNOTAVAIL':
      return [503, 'unavailable', 'the balancer has no connections left']
    default:
      return null
  }
}
