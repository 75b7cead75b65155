import { assert } from '../../core/assert.ts'
import { Outcome as Outcomes } from '../../core/codes.ts'
import { Lane, type Link, type LinkOwner } from './lane.ts'
import type { Outgoing, Reply, Transport, TransportOptions } from './transport.ts'
import { WaitingLine } from './waiting-line.ts'

// Local names: V8 folds a module's own constants, but reads an imported one anew at every use.
const Outcome = Outcomes
const { dropped, timeout, connectTimeout, reset } = Outcomes

/** A visitor's place: `lane.index + 1`, none, an answer that is owed, or one in the waiting line. */
const NOWHERE = 0
const OWED = -1
const FIRST_WAITING = -2

/**
 * What transports have in common: whose request is on which connection, which connections idle, who
 * waits for one, and what is tried once more. The links do the rest.
 */
export class Carrier implements Transport, LinkOwner {
  readonly reply: Reply = {
    outcome: 0,
    status: 0,
    head: '',
    body: '',
    bodyCut: false,
    connectUs: -1,
    sentMs: NaN,
    doneMs: 0,
  }
  inFlight = 0
  connections = 0
  private readonly options: TransportOptions
  private readonly createLink: (lane: Lane, owner: LinkOwner) => Link
  private readonly isPool: boolean
  private places = new Int32Array(1024)
  private readonly lanes: (Lane | null)[] = []
  private readonly freeIndexes: number[] = []
  private oldestIdle: Lane | null = null
  private newestIdle: Lane | null = null
  private readonly line = new WaitingLine()
  private owed: number[] = []
  private readonly payOwed = (): void => this.pay()
  /** Links whose descriptor was not given back yet. */
  private unclosed = 0
  private isClosed = false
  private whenClosed: (() => void) | null = null

  constructor(options: TransportOptions, createLink: (lane: Lane, owner: LinkOwner) => Link) {
    this.options = options
    this.createLink = createLink
    this.isPool = options.mode === 'pool'
  }

  send(visitor: number, outgoing: Outgoing, want: number): void {
    assert(!this.isClosed, 'nothing is sent after the end')
    if (visitor >= this.places.length) this.growPlaces(visitor)
    const place = this.places[visitor]!
    this.inFlight++
    if (place > 0) {
      const lane = this.lanes[place - 1]!
      assert(!lane.isBusy, 'a visitor has one request at a time')
      this.startOn(lane, outgoing, want)
      return
    }
    assert(place === NOWHERE, 'a visitor has one request at a time')
    if (this.isPool && this.newestIdle !== null) {
      const lane = this.newestIdle
      lane.visitor = visitor
      this.places[visitor] = lane.index + 1
      this.startOn(lane, outgoing, want)
    } else if (this.connections < this.options.connections) {
      this.open(visitor, outgoing, want)
    } else if (this.isPool) {
      this.places[visitor] = FIRST_WAITING - this.line.join(visitor, outgoing, want)
    } else if (this.closeOldestIdle()) this.open(visitor, outgoing, want)
    else this.owe(visitor)
  }

  abandon(visitor: number): void {
    const place = this.places[visitor] ?? NOWHERE
    if (place === NOWHERE) return
    if (place === OWED) this.finish(visitor, dropped, null)
    else if (place <= FIRST_WAITING) {
      this.line.leave(FIRST_WAITING - place)
      this.finish(visitor, connectTimeout, null)
    } else {
      const lane = this.lanes[place - 1]!
      if (!lane.isBusy) return
      lane.link!.close()
      this.remove(lane)
      this.serveWaiting()
      this.finish(visitor, Number.isNaN(lane.sentMs) ? connectTimeout : timeout, lane)
    }
  }

  forget(visitor: number): void {
    const place = this.places[visitor] ?? NOWHERE
    if (place === NOWHERE) return
    this.places[visitor] = NOWHERE
    if (place > 0) {
      const lane = this.lanes[place - 1]!
      if (lane.isBusy) this.inFlight--
      else this.unlinkIdle(lane)
      lane.link!.close()
      this.remove(lane)
      this.serveWaiting()
      return
    }
    this.inFlight--
    if (place <= FIRST_WAITING) this.line.leave(FIRST_WAITING - place)
  }

  close(): Promise<void> {
    this.isClosed = true
    this.line.clear()
    this.owed = []
    this.places.fill(NOWHERE)
    this.inFlight = 0
    this.oldestIdle = null
    this.newestIdle = null
    for (const lane of this.lanes) {
      if (lane === null) continue
      lane.link!.close()
      this.remove(lane)
    }
    return new Promise((resolve) => {
      if (this.unclosed === 0) resolve()
      else this.whenClosed = resolve
    })
  }

  answered(lane: Lane, isKept: boolean): void {
    const { reply } = this
    const { visitor } = lane
    const { status } = reply
    if (status < 400 && status >= 100) reply.outcome = Outcome.ok
    // What is no status at all counts as the server's fault (RFC 9110 §15).
    else reply.outcome = status < 500 && status >= 400 ? Outcome.http4xx : Outcome.http5xx
    reply.connectUs = lane.connectUs
    reply.sentMs = lane.sentMs
    reply.doneMs = this.options.nowMs()
    this.inFlight--
    if (isKept) this.rest(lane)
    else {
      lane.link!.close()
      this.remove(lane)
      this.serveWaiting()
    }
    this.options.onReply(visitor, reply)
  }

  failed(lane: Lane, outcome: number): void {
    const { visitor, outgoing, want } = lane
    this.remove(lane)
    // Kept connections are closed by their target when it pleases, at times just before a request
    // reaches it; a browser asks again, once, and so do we: on a new connection there is no excuse.
    if (outcome === reset && lane.answers > 0 && !lane.hasBytes) {
      this.open(visitor, outgoing, want)
      return
    }
    if (outcome === dropped && !lane.hasMadeRoom && this.closeOldestIdle()) {
      this.open(visitor, outgoing, want).hasMadeRoom = true
      return
    }
    this.serveWaiting()
    this.finish(visitor, outcome, lane)
  }

  closed(lane: Lane): void {
    this.unlinkIdle(lane)
    this.remove(lane)
  }

  gone(): void {
    this.unclosed--
    if (this.unclosed === 0 && this.whenClosed !== null) this.whenClosed()
  }

  private open(visitor: number, outgoing: Outgoing, want: number): Lane {
    const index = this.freeIndexes.pop() ?? this.lanes.length
    const lane = new Lane(index, visitor, outgoing, want)
    this.lanes[index] = lane
    this.places[visitor] = index + 1
    this.connections++
    this.unclosed++
    lane.link = this.createLink(lane, this)
    lane.link.start()
    return lane
  }

  private startOn(lane: Lane, outgoing: Outgoing, want: number): void {
    this.unlinkIdle(lane)
    lane.isBusy = true
    lane.hasBytes = false
    lane.connectUs = -1
    lane.sentMs = NaN
    lane.outgoing = outgoing
    lane.want = want
    lane.link!.start()
  }

  /** The lane's connection stands and its request is done. */
  private rest(lane: Lane): void {
    lane.answers++
    lane.isBusy = false
    lane.older = this.newestIdle
    if (this.newestIdle === null) this.oldestIdle = lane
    else this.newestIdle.newer = lane
    this.newestIdle = lane
    if (!this.isPool) return
    this.places[lane.visitor] = NOWHERE
    if (!this.line.next()) return
    lane.visitor = this.line.visitor
    this.places[lane.visitor] = lane.index + 1
    this.startOn(lane, this.line.outgoing!, this.line.want)
  }

  private unlinkIdle(lane: Lane): void {
    const { older, newer } = lane
    if (older === null) this.oldestIdle = newer
    else older.newer = newer
    if (newer === null) this.newestIdle = older
    else newer.older = older
    lane.older = null
    lane.newer = null
  }

  private closeOldestIdle(): boolean {
    const lane = this.oldestIdle
    if (lane === null) return false
    lane.link!.close()
    this.closed(lane)
    return true
  }

  /** Forgets a lane that is neither idle nor of use any more. */
  private remove(lane: Lane): void {
    this.lanes[lane.index] = null
    this.freeIndexes.push(lane.index)
    this.connections--
    // An idle one of a pool is nobody's: its last visitor may be on another by now.
    if (this.places[lane.visitor] === lane.index + 1) this.places[lane.visitor] = NOWHERE
  }

  /** There is room for one connection more: the next in line has it. */
  private serveWaiting(): void {
    if (this.connections >= this.options.connections || !this.line.next()) return
    this.open(this.line.visitor, this.line.outgoing!, this.line.want)
  }

  private owe(visitor: number): void {
    this.places[visitor] = OWED
    if (this.owed.push(visitor) === 1) setImmediate(this.payOwed)
  }

  private pay(): void {
    const { owed } = this
    this.owed = []
    for (const visitor of owed) {
      if (this.places[visitor] === OWED) this.finish(visitor, dropped, null)
    }
  }

  /** Answers a request that no answer came to. */
  private finish(visitor: number, outcome: number, lane: Lane | null): void {
    const { reply } = this
    this.places[visitor] = NOWHERE
    this.inFlight--
    reply.outcome = outcome
    reply.status = 0
    reply.head = ''
    reply.body = ''
    reply.bodyCut = false
    reply.connectUs = lane === null ? -1 : lane.connectUs
    reply.sentMs = lane === null ? NaN : lane.sentMs
    reply.doneMs = this.options.nowMs()
    this.options.onReply(visitor, reply)
  }

  private growPlaces(visitor: number): void {
    const larger = new Int32Array(Math.ceil(visitor * 1.25) + 1)
    larger.set(this.places)
    this.places = larger
  }
}
