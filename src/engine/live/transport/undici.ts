import { createRequire } from 'node:module'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type * as undici from 'undici'
import type { buildConnector, Client, Dispatcher } from 'undici'
import { Outcome } from '../../../core/codes.ts'
import { hoursToMs, msToUs } from '../../../core/units.ts'
import { ConnectionPool } from './connection-pool.ts'
import { Dialler } from './dial.ts'
import { codeOf, outcomeOfError } from './failure.ts'
import { KeptBody } from './kept-body.ts'
import type { ConnectionSlot, Link, LinkOwner } from './connection-slot.ts'
import { type Transport, type TransportOptions, Want } from '../../client/transport.ts'

/** undici closes idle connections by a timer; ours are kept as long as the target keeps them. */
const KEEP_MS = hoursToMs(24)
const MOST_HEAD_BYTES = 65_536

type Undici = typeof undici

const closed = new Error('closed by us')
const notPermitted = new Error('no permit to send')

/** Loaded by whoever uses it: it takes as long as the rest of a generator thread together. */
const loadUndici = () => createRequire(import.meta.url)('undici') as Undici

/** Any target that Node can talk to: HTTP/1.1 or HTTP/2, with TLS or without. */
export function createUndiciTransport(options: TransportOptions): Transport {
  const dialler = new Dialler(options, ['h2', 'http/1.1'])
  const shared = { options, dialler, undici: loadUndici() }
  return new ConnectionPool(options, (slot, owner) => new UndiciLink(shared, slot, owner))
}

interface Shared {
  readonly options: TransportOptions
  readonly dialler: Dialler
  readonly undici: Undici
}

/**
 * A client of undici's with one connection and one request at a time. Its own pool would not say
 * which request a connection was made for, nor let go of the longest idle one.
 */
class UndiciLink implements Link, Dispatcher.DispatchHandler {
  private readonly shared: Shared
  private readonly slot: ConnectionSlot
  private readonly owner: LinkOwner
  private readonly client: Client
  private socket: Socket | null = null
  private controller: Dispatcher.DispatchController | null = null
  private stands = false
  /** The target has closed its side, or the connection broke. */
  private isLost = false
  private isClosed = false
  private isStarting = false
  private openSockets = 0
  private status = 0
  private head = ''
  private kept: KeptBody | null = null

  constructor(shared: Shared, slot: ConnectionSlot, owner: LinkOwner) {
    this.shared = shared
    this.slot = slot
    this.owner = owner
    const { target } = shared.options
    this.client = new shared.undici.Client(`${target.protocol}//${target.host}`, {
      pipelining: 1,
      allowH2: target.protocol === 'https:',
      // The engine decides how long a visitor waits.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: KEEP_MS,
      keepAliveMaxTimeout: KEEP_MS,
      keepAliveTimeoutThreshold: 0,
      maxHeaderSize: MOST_HEAD_BYTES,
      connect: (_, callback) => this.connect(callback),
    })
  }

  start(): void {
    const { method, path, headers, body } = this.slot.outgoing
    this.kept = null
    this.controller = null
    this.isStarting = true
    this.client.dispatch(
      {
        method,
        path,
        headers: ['host', this.shared.options.target.host, ...pairsOf(headers)],
        body: body === '' ? null : body,
        // Else undici closes the connection after a HEAD, and after a GET with a body.
        reset: false,
      },
      this,
    )
    this.isStarting = false
  }

  close(): void {
    this.isClosed = true
    // In this order, and never without a reason: undici's HTTP/2 trips over anything less.
    this.controller?.abort(closed)
    void this.client.destroy(closed)
    this.socket?.destroy(closed)
    if (this.openSockets === 0) this.owner.gone()
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller
    // Before a byte is written, and again where undici sends by itself once more.
    if (this.shared.options.permits?.spend() === false) {
      controller.abort(notPermitted)
      return
    }
    this.slot.sentMs = this.shared.options.nowMs()
  }

  onResponseStarted(): void {
    this.slot.hasBytes = true
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    this.status = status
    if (this.slot.want === Want.nothing) return
    const isH2 = this.socket instanceof TLSSocket && this.socket.alpnProtocol === 'h2'
    this.head = headText(controller.rawHeaders, isH2 ? 'utf8' : 'latin1')
  }

  onResponseData(_: Dispatcher.DispatchController, piece: Buffer): void {
    if ((this.slot.want & Want.body) === 0) return
    this.kept ??= new KeptBody(this.shared.options.bodies.maxBodyBytes)
    this.kept.take(piece, 0, piece.length)
  }

  onResponseEnd(): void {
    if (this.isClosed) return
    const { reply } = this.owner
    reply.status = this.status
    reply.head = (this.slot.want & Want.head) === 0 ? '' : this.head
    if (this.kept === null) reply.clearBody()
    else reply.setBody(this.kept.bytes(), this.kept.isCut, this.head)
    this.kept = null
    // Where the connection is not kept, undici closes it next, and connects anew by itself for a
    // request that was sent meanwhile.
    this.owner.answered(this.slot, true)
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    if (this.isClosed) return
    const outcome = this.outcomeOf(error)
    if (this.isStarting) setImmediate(() => this.fail(outcome))
    else this.fail(outcome)
  }

  private fail(outcome: number): void {
    if (this.isClosed) return
    this.close()
    this.owner.failed(this.slot, outcome)
  }

  /** undici's connector: tells of the socket once it stands. */
  private connect(callback: buildConnector.Callback): void {
    const { dialler, options } = this.shared
    const fromMs = options.nowMs()
    const socket = dialler.dial()
    let isSettled = false
    this.socket = socket
    this.stands = false
    this.isLost = false
    this.openSockets++
    this.slot.answers = 0
    socket.once(dialler.standsAt, () => {
      isSettled = true
      this.stands = true
      this.slot.connectUs = msToUs(options.nowMs() - fromMs)
      callback(null, socket)
    })
    socket.on('error', (error: Error) => {
      // undici's own, for a bad answer, come this way too.
      if ('syscall' in error) this.isLost = true
      if (!isSettled) callback(error, null)
      isSettled = true
    })
    socket.once('end', () => (this.isLost = true))
    socket.once('close', () => {
      this.openSockets--
      if (!isSettled) callback(new Error('closed while connecting'), null)
      if (socket === this.socket && !this.slot.isBusy && !this.isClosed) {
        this.close()
        this.owner.closed(this.slot)
      } else if (this.isClosed && this.openSockets === 0) this.owner.gone()
    })
  }

  private outcomeOf(error: Error): number {
    if (error === notPermitted) return Outcome.dropped
    const code = codeOf(error)
    switch (code) {
      // A request that undici will not send.
      case 'UND_ERR_INVALID_ARG':
      case 'UND_ERR_NOT_SUPPORTED':
        return Outcome.dropped
      case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
        return this.isLost ? Outcome.reset : Outcome.malformed
      case 'UND_ERR_HEADERS_OVERFLOW':
      case 'ERR_HTTP2_ERROR':
        return Outcome.malformed
      case 'UND_ERR_SOCKET':
        // An interim answer 100, or 101, that was not asked for.
        return /^bad (response|upgrade)$/.test(error.message) ? Outcome.malformed : Outcome.reset
      default:
        if (!(error instanceof this.shared.undici.errors.HTTPParserError))
          return outcomeOfError(code, this.stands)
        return this.isLost ? Outcome.reset : Outcome.malformed
    }
  }
}

/** `name: value` lines as undici takes them: names and values in turn. */
function pairsOf(headers: string): string[] {
  const pairs: string[] = []
  for (const line of headers.split('\r\n')) {
    const colon = line.indexOf(':')
    if (colon > 0) pairs.push(line.slice(0, colon), line.slice(colon + 1).trim())
  }
  return pairs
}

function headText(
  raw: Dispatcher.DispatchController['rawHeaders'],
  encoding: BufferEncoding,
): string {
  if (!Array.isArray(raw)) return ''
  const words = raw.map((word) => (typeof word === 'string' ? word : word.toString(encoding)))
  let text = ''
  for (let i = 0; i + 1 < words.length; i += 2) text += `${words[i]}: ${words[i + 1]}\r\n`
  return text
}
