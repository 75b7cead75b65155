import { assert } from '../../../core/assert.ts'
import { Outcome } from '../../../core/codes.ts'
import { ConnectionSlot, type Link, type LinkOwner } from './connection-slot.ts'
import type { Outgoing, Transport, TransportOptions } from '../../client/transport.ts'
import { DecodedReply } from './decoded-reply.ts'
import { WaitingLine } from './waiting-line.ts'

const { dropped, timeout, connectTimeout, reset } = Outcome

/** A visitor's place: `slot.index + 1`, none, an answer that is owed, or one in the waiting line. */
const NOWHERE = 0
const OWED = -1
const FIRST_WAITING = -2

/**
 * What transports have in common: whose request is on which connection, which connections idle, who
 * waits for one, and what is tried once more. The links do the rest.
 */
export class ConnectionPool implements Transport, LinkOwner {
  readonly reply: DecodedReply
  inFlight = 0
  connections = 0
  private readonly options: TransportOptions
  private readonly createLink: (slot: ConnectionSlot, owner: LinkOwner) => Link
  private readonly isPool: boolean
  private places = new Int32Array(1024)
  private readonly slots: (ConnectionSlot | null)[] = []
  private readonly freeIndexes: number[] = []
  private oldestIdle: ConnectionSlot | null = null
  private newestIdle: ConnectionSlot | null = null
  private readonly line = new WaitingLine()
  private owed: number[] = []
  private readonly payOwed = (): void => this.pay()
  /** Links whose descriptor was not given back yet. */
  private unclosed = 0
  private isClosed = false
  private whenClosed: (() => void) | null = null

  constructor(
    options: TransportOptions,
    createLink: (slot: ConnectionSlot, owner: LinkOwner) => Link,
  ) {
    this.options = options
    this.createLink = createLink
    this.reply = new DecodedReply(options.bodies)
    this.isPool = options.mode === 'pool'
  }

  send(visitor: number, outgoing: Outgoing, want: number): void {
    assert(!this.isClosed, 'nothing is sent after the end')
    if (visitor >= this.places.length) this.growPlaces(visitor)
    const place = this.places[visitor]!
    this.inFlight++
    if (place > 0) {
      const slot = this.slots[place - 1]!
      assert(!slot.isBusy, 'a visitor has one request at a time')
      this.startOn(slot, outgoing, want)
      return
    }
    assert(place === NOWHERE, 'a visitor has one request at a time')
    if (this.isPool && this.newestIdle !== null) {
      const slot = this.newestIdle
      slot.visitor = visitor
      this.places[visitor] = slot.index + 1
      this.startOn(slot, outgoing, want)
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
      const slot = this.slots[place - 1]!
      if (!slot.isBusy) return
      slot.link!.close()
      this.remove(slot)
      this.serveWaiting()
      this.finish(visitor, Number.isNaN(slot.sentMs) ? connectTimeout : timeout, slot)
    }
  }

  forget(visitor: number): void {
    const place = this.places[visitor] ?? NOWHERE
    if (place === NOWHERE) return
    this.places[visitor] = NOWHERE
    if (place > 0) {
      const slot = this.slots[place - 1]!
      if (slot.isBusy) {
        this.inFlight--
        if (isUnsent(slot)) this.giveBack()
      } else this.unlinkIdle(slot)
      slot.link!.close()
      this.remove(slot)
      this.serveWaiting()
      return
    }
    this.inFlight--
    this.giveBack()
    if (place <= FIRST_WAITING) this.line.leave(FIRST_WAITING - place)
  }

  close(): Promise<void> {
    this.isClosed = true
    this.options.permits?.giveBackAll()
    this.line.clear()
    this.owed = []
    this.places.fill(NOWHERE)
    this.inFlight = 0
    this.oldestIdle = null
    this.newestIdle = null
    for (const slot of this.slots) {
      if (slot === null) continue
      slot.link!.close()
      this.remove(slot)
    }
    return new Promise((resolve) => {
      if (this.unclosed === 0) resolve()
      else this.whenClosed = resolve
    })
  }

  answered(slot: ConnectionSlot, isKept: boolean): void {
    const { reply } = this
    const { visitor } = slot
    const { status } = reply
    if (status < 400 && status >= 100) reply.outcome = Outcome.ok
    // What is no status at all counts as the server's fault (RFC 9110 §15).
    else reply.outcome = status < 500 && status >= 400 ? Outcome.http4xx : Outcome.http5xx
    reply.connectUs = slot.connectUs
    reply.sentMs = slot.sentMs
    reply.doneMs = this.options.nowMs()
    this.inFlight--
    if (isKept) this.rest(slot)
    else {
      slot.link!.close()
      this.remove(slot)
      this.serveWaiting()
    }
    this.options.onReply(visitor, reply)
  }

  failed(slot: ConnectionSlot, outcome: number): void {
    const { visitor, outgoing, want } = slot
    this.remove(slot)
    // Kept connections are closed by their target when it pleases, at times just before a request
    // reaches it; a browser asks again, once, and so do we: on a new connection there is no excuse.
    if (outcome === reset && slot.answers > 0 && !slot.hasBytes && this.maySendAgain(slot)) {
      this.open(visitor, outgoing, want)
      return
    }
    if (outcome === dropped && !slot.hasMadeRoom && isUnsent(slot) && this.closeOldestIdle()) {
      this.open(visitor, outgoing, want).hasMadeRoom = true
      return
    }
    this.serveWaiting()
    this.finish(visitor, outcome, slot)
  }

  closed(slot: ConnectionSlot): void {
    this.unlinkIdle(slot)
    this.remove(slot)
  }

  gone(): void {
    this.unclosed--
    if (this.unclosed === 0 && this.whenClosed !== null) this.whenClosed()
  }

  /** What was written has used its permit, and takes another one. */
  private maySendAgain(slot: ConnectionSlot): boolean {
    return isUnsent(slot) || (this.options.permits?.reserve() ?? true)
  }

  private giveBack(): void {
    this.options.permits?.giveBack()
  }

  private open(visitor: number, outgoing: Outgoing, want: number): ConnectionSlot {
    const index = this.freeIndexes.pop() ?? this.slots.length
    const slot = new ConnectionSlot(index, visitor, outgoing, want)
    this.slots[index] = slot
    this.places[visitor] = index + 1
    this.connections++
    this.unclosed++
    slot.link = this.createLink(slot, this)
    slot.link.start()
    return slot
  }

  private startOn(slot: ConnectionSlot, outgoing: Outgoing, want: number): void {
    this.unlinkIdle(slot)
    slot.isBusy = true
    slot.hasBytes = false
    slot.connectUs = -1
    slot.sentMs = NaN
    slot.outgoing = outgoing
    slot.want = want
    slot.link!.start()
  }

  /** The slot's connection stands and its request is done. */
  private rest(slot: ConnectionSlot): void {
    slot.answers++
    slot.isBusy = false
    slot.older = this.newestIdle
    if (this.newestIdle === null) this.oldestIdle = slot
    else this.newestIdle.newer = slot
    this.newestIdle = slot
    if (!this.isPool) return
    this.places[slot.visitor] = NOWHERE
    if (!this.line.next()) return
    slot.visitor = this.line.visitor
    this.places[slot.visitor] = slot.index + 1
    this.startOn(slot, this.line.outgoing!, this.line.want)
  }

  private unlinkIdle(slot: ConnectionSlot): void {
    const { older, newer } = slot
    if (older === null) this.oldestIdle = newer
    else older.newer = newer
    if (newer === null) this.newestIdle = older
    else newer.older = older
    slot.older = null
    slot.newer = null
  }

  private closeOldestIdle(): boolean {
    const slot = this.oldestIdle
    if (slot === null) return false
    slot.link!.close()
    this.closed(slot)
    return true
  }

  /** Forgets a slot that is neither idle nor of use any more. */
  private remove(slot: ConnectionSlot): void {
    this.slots[slot.index] = null
    this.freeIndexes.push(slot.index)
    this.connections--
    // An idle one of a pool is nobody's: its last visitor may be on another by now.
    if (this.places[slot.visitor] === slot.index + 1) this.places[slot.visitor] = NOWHERE
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
  private finish(visitor: number, outcome: number, slot: ConnectionSlot | null): void {
    const { reply } = this
    this.places[visitor] = NOWHERE
    this.inFlight--
    if (slot === null || isUnsent(slot)) this.giveBack()
    reply.outcome = outcome
    reply.status = 0
    reply.head = ''
    reply.clearBody()
    reply.connectUs = slot === null ? -1 : slot.connectUs
    reply.sentMs = slot === null ? NaN : slot.sentMs
    reply.doneMs = this.options.nowMs()
    this.options.onReply(visitor, reply)
  }

  private growPlaces(visitor: number): void {
    const larger = new Int32Array(Math.ceil(visitor * 1.25) + 1)
    larger.set(this.places)
    this.places = larger
  }
}

/** No byte of its request was written. */
const isUnsent = ({ sentMs }: ConnectionSlot): boolean => Number.isNaN(sentMs)
