import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import type { Target } from '../../../client/transport.ts'

/** One request that came to a raw target, and the means to answer it as it should not be. */
export interface Exchange {
  /** Head and body as they came, Latin-1. */
  readonly request: string
  /** How many requests came over this connection before. */
  readonly before: number
  /** Number of the connection, in the order of arrival. */
  readonly connection: number
  readonly socket: Socket
  /** Sends a plain answer with Content-Length. */
  readonly answer: (body?: string, status?: string) => void
}

/** A server that knows where a request ends, and leaves all else to the test. */
export class RawTarget {
  readonly requests: string[] = []
  /** Peers of all connections so far. */
  readonly peers: string[] = []
  readonly sockets = new Set<Socket>()
  maxOpen = 0
  /** Called with each connection that was accepted. */
  onConnection: (socket: Socket) => void = () => undefined
  private server: Server | null = null
  private port = 0
  private readonly respond: (exchange: Exchange) => void

  constructor(respond: (exchange: Exchange) => void) {
    this.respond = respond
  }

  get target(): Target {
    return loopbackTarget(this.port)
  }

  get accepted(): number {
    return this.peers.length
  }

  /** Listens; a second time on the same port. */
  async start(): Promise<this> {
    this.server = createServer((socket) => this.accept(socket))
    this.server.listen(this.port, '127.0.0.1')
    await once(this.server, 'listening')
    this.port = (this.server.address() as AddressInfo).port
    return this
  }

  /** Stops listening and cuts off whoever is connected. */
  async stop(): Promise<void> {
    if (this.server === null) return
    const closed = once(this.server, 'close')
    this.server.close()
    this.server = null
    for (const socket of this.sockets) socket.destroy()
    await closed
  }

  private accept(socket: Socket): void {
    const connection = this.peers.push(socket.remoteAddress ?? '') - 1
    let text = ''
    let before = 0
    this.sockets.add(socket)
    this.maxOpen = Math.max(this.maxOpen, this.sockets.size)
    socket.on('close', () => this.sockets.delete(socket))
    socket.on('error', () => undefined)
    this.onConnection(socket)
    socket.on('data', (piece: Buffer) => {
      text += piece.toString('latin1')
      for (;;) {
        const headEnd = text.indexOf('\r\n\r\n') + 4
        if (headEnd < 4) return
        const length = Number(/^content-length: *(\d+)/im.exec(text.slice(0, headEnd))?.[1] ?? 0)
        if (text.length < headEnd + length) return
        const request = text.slice(0, headEnd + length)
        text = text.slice(headEnd + length)
        this.requests.push(request)
        const answer = (body = 'ok', status = '200 OK') => socket.write(plainAnswer(body, status))
        this.respond({ request, before: before++, connection, socket, answer })
      }
    })
  }
}

export function plainAnswer(body: string, status = '200 OK'): string {
  return `HTTP/1.1 ${status}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}

export function loopbackTarget(port: number, protocol = 'http:'): Target {
  return {
    protocol,
    host: `127.0.0.1:${port}`,
    serverName: protocol === 'https:' ? 'loopback.test' : '127.0.0.1',
    address: '127.0.0.1',
    port,
    basePath: '',
    isLoopback: true,
  }
}
