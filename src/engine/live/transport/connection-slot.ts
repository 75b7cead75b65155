import type { Outgoing } from '../../client/transport.ts'
import type { DecodedReply } from './decoded-reply.ts'

/** One connection's place in a transport: whose request is on it, and how far that has come. */
export class ConnectionSlot {
  /** Its number in the transport's table, used again once it is gone. */
  readonly index: number
  /** Row of the visitor whose request is on it, or whose it is while it idles. */
  visitor: number
  outgoing: Outgoing
  want: number
  isBusy = true
  /** Answers that came over this connection. */
  answers = 0
  /** Some of the present answer has come. The link's to set. */
  hasBytes = false
  /** Another connection was closed already so that this one finds a descriptor. */
  hasMadeRoom = false
  /** What it took to connect, µs, where that was for the present request; else -1. The link's. */
  connectUs = -1
  /** When the present request was handed to the connection, monotonic ms; NaN before. The link's. */
  sentMs = NaN
  /** Neighbours among the idle, by how long they have been so. */
  older: ConnectionSlot | null = null
  newer: ConnectionSlot | null = null
  link: Link | null = null

  constructor(index: number, visitor: number, outgoing: Outgoing, want: number) {
    this.index = index
    this.visitor = visitor
    this.outgoing = outgoing
    this.want = want
  }
}

/** What carries the requests of one slot, one at a time, over one connection. */
export interface Link {
  /** Sends the slot's request; connects first where that has not been done. */
  start(): void
  /** Closes the connection at once; nothing but `gone` is told of it any more. */
  close(): void
}

/** What a link tells; one and the same for all links of a transport. Never within `start`. */
export interface LinkOwner {
  /** Status, head and body are put in here before `answered`. */
  readonly reply: DecodedReply
  /** The answer is complete. `isKept`: the connection stands, and may carry another request. */
  answered(slot: ConnectionSlot, isKept: boolean): void
  /** The request has failed with this `Outcome` code, and the connection is closed. */
  failed(slot: ConnectionSlot, outcome: number): void
  /** An idle connection was closed. */
  closed(slot: ConnectionSlot): void
  /** The connection's descriptor was given back; once for each link. */
  gone(): void
}
