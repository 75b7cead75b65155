import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import type { Server as NetServer, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { deadline } from '../core/clock.ts'
import { DambreakError } from '../core/errors.ts'

/** What the servers of the stack have in common; all but the ledger's speak HTTP. */

/** Time in which a client must have sent its headers, and its whole request. */
export const headersTimeoutMs = 10_000
export const requestTimeoutMs = 30_000

/** How many connections may wait to be accepted; the kernel has a bound of its own. */
const acceptBacklog = 65_535
/** How long a client that is told off may go on sending before it is cut. */
const lingerMs = 1000

/**
 * Listens, and gives the port (`port` 0: any that is free). Fails with a `DambreakError`
 * where it cannot. A connection that cannot be accepted later, for want of descriptors, is not taken;
 * the others go on.
 */
export function listen(server: NetServer, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    // Kept after that: an error that nobody hears of ends the process.
    server.on('error', (error: NodeJS.ErrnoException) => {
      reject(new DambreakError('engine', listenFault(error, host, port), [], error))
    })
    server.listen({ host, port, backlog: acceptBacklog }, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

function listenFault({ code, message }: NodeJS.ErrnoException, host: string, port: number): string {
  if (code === 'EADDRINUSE') return `port ${port} on ${host} is taken; choose another one`
  if (code === 'EACCES') return `port ${port} on ${host} may not be used; choose one above 1023`
  if (code === 'EADDRNOTAVAIL') return `${host} is not an address of this machine`
  return `cannot listen on ${host}:${port}: ${message}`
}

/** Requests of one connection that may be unanswered. Browsers send one at a time. */
const maxUnanswered = 256

/**
 * Serves requests, and cuts a connection that has more of them unanswered: a client that sends requests and
 * reads no answers would fill the memory with both. (To pause it is not enough: Node reads on after each
 * request.)
 */
export function withBoundedPipelines(serve: RequestListener): RequestListener {
  const unanswered = new WeakMap<Socket, number>()
  const add = (socket: Socket, change: number): number => {
    const count = (unanswered.get(socket) ?? 0) + change
    unanswered.set(socket, count)
    return count
  }
  return (request, response) => {
    const { socket } = request
    if (socket.destroyed) return
    if (add(socket, 1) > maxUnanswered) {
      socket.destroy()
      return
    }
    response.once('close', () => add(socket, -1))
    serve(request, response)
  }
}

/** Stops listening and cuts every connection; resolves once all are closed. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

/** The body as text, `null` where it is over so many bytes; what follows is read and forgotten. */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= maxBytes) chunks.push(chunk)
      else resolve(null)
    })
    request.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    request.once('error', reject)
  })
}

/** Answers with JSON. A client that is gone is no fault. */
export function sendJson(
  response: ServerResponse<IncomingMessage>,
  code: number,
  answer: { readonly headers?: Readonly<Record<string, string>>; readonly body: unknown },
): void {
  if (response.destroyed || response.headersSent) return
  const text = JSON.stringify(answer.body)
  response.writeHead(code, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    ...answer.headers,
  })
  response.end(response.req.method === 'HEAD' ? undefined : text)
}

const malformed: Readonly<Record<string, readonly [string, string]>> = {
  HPE_HEADER_OVERFLOW: [
    '431 Request Header Fields Too Large',
    'the headers are larger than 16 kB in all',
  ],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['413 Payload Too Large', 'the chunk extensions are too large'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'the request did not come in time'],
}

/**
 * Answers what is no HTTP request in JSON too, as far as the client still listens, and closes. What
 * it goes on sending is read for a moment, for a reset would take the answer from it.
 */
export function answerMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const [status, message] = malformed[error.code ?? ''] ?? [
    '400 Bad Request',
    'this is no HTTP request',
  ]
  const text = JSON.stringify({ status: 'badRequest', message })
  socket.on('error', () => socket.destroy())
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
  )
  socket.resume()
  deadline(lingerMs).addEventListener('abort', () => socket.destroy())
}
