import type { AnswerFaultName } from '../../core/codes.ts'

/**
 * How requests get to the target and answers back: one contract, several implementations
 * (`wire/`, `undici.ts`), one contract suite (`testing/transport-contract.ts`).
 *
 * The engine decides when a request is sent and when its visitor stops waiting; a transport only
 * carries. Nothing in here is asynchronous in the sense of promises: six million visitors wait, and
 * an object for each would be too many.
 */

/** One request, ready to go. Path and headers have been checked: no control characters in them. */
export interface Outgoing {
  /** Upper case. */
  readonly method: string
  /** Origin form: `/path?query`. */
  readonly path: string
  /**
   * `name: value\r\n`, line after line, without Host, Connection, Content-Length and
   * Transfer-Encoding, which are the transport's; '' for none. Latin-1.
   */
  readonly headers: string
  /** Text, sent as UTF-8; '' for none. */
  readonly body: string
}

/** What is wanted of an answer beyond its status; bits. What is not wanted is not kept. */
export const Want = { nothing: 0, head: 1, body: 2 } as const

/** Why the text of a body is not all that was sent, or not surely. */
export type BodyFault = Extract<
  AnswerFaultName,
  'EncodingUnknown' | 'EncodingBroken' | 'CharsetUnknown' | 'BodyTooLong'
>

/** How bodies are read. */
export interface BodyRules {
  /** No more of a body is kept, nor decoded; the rest is read and forgotten. */
  readonly maxBodyBytes: number
  /** Charset of text that states none; '' for UTF-8. */
  readonly charset: string
}

/** How one request ended. The transport's own, used again: good only during the call it comes in. */
export interface Reply {
  /**
   * `Outcome` code: ok (any status below 400), http4xx, http5xx, refused, reset, malformed, timeout,
   * connectTimeout, or dropped, where the generator itself could not send it (no descriptor, no
   * port, no memory).
   */
  outcome: number
  /** Final status; 0 where no answer came. */
  status: number
  /** Header lines of the final answer as they came, CRLF after each, Latin-1; '' unless wanted. */
  head: string
  /** Text, its content coding undone; decoded when it is first read. '' unless wanted. */
  readonly body: string
  /**
   * `null`: `body` is the whole. `BodyTooLong`: it may be the beginning. `CharsetUnknown`: what is
   * not ASCII in it may be anything. Any other: it is ''.
   */
  readonly bodyFault: BodyFault | null
  /** Time to connect, TLS included, µs; -1 where none was made for this request. */
  connectUs: number
  /** When the request was handed to a connection that stood; NaN if it never was. Monotonic ms. */
  sentMs: number
  /** When the answer was complete, or the request failed. Monotonic ms. */
  doneMs: number
}

/** A reply to keep: the transport's own is used again. */
export function replyCopy(reply: Reply): Reply {
  const { outcome, status, head, body, bodyFault, connectUs, sentMs, doneMs } = reply
  return { outcome, status, head, body, bodyFault, connectUs, sentMs, doneMs }
}

/** Called exactly once for each `send`, never before `send` has returned. */
export type OnReply = (visitor: number, reply: Reply) => void

/**
 * Leave to send, where the target's owner has not agreed to more than a few requests a second. One for all
 * that a run sends: visitors, gate calls, redirects, retries and clean-up. Permits are alike: it matters how
 * many are held, not which.
 */
export interface Permits {
  /** Takes a permit for a request that is about to be sent. False: none is free now. */
  reserve(): boolean
  /** A request is written now, by a permit that is held or free. False: it must not be written. */
  spend(): boolean
  /** A request that a permit is held for will never be written. */
  giveBack(): void
  /** Nothing that a permit is held for will be written any more. */
  giveBackAll(): void
}

export interface Transport {
  /**
   * Sends a request for a visitor (a row number; one request at a time each). Never throws for what
   * the network or the target does.
   */
  send(visitor: number, outgoing: Outgoing, want: number): void
  /**
   * The visitor waits no longer. Its connection is closed, and `onReply` comes before this returns:
   * `timeout` where the request had been sent, `connectTimeout` where not.
   */
  abandon(visitor: number): void
  /** The visitor is gone: a connection of its own, if it has one, is closed. No reply comes. */
  forget(visitor: number): void
  /** Requests sent and not yet answered, those that wait for a connection included. */
  readonly inFlight: number
  /** Connections open or being opened. */
  readonly connections: number
  /** Closes every connection; replies that are still owed never come. */
  close(): Promise<void>
}

export interface TransportOptions {
  readonly onReply: OnReply
  readonly target: Target
  /**
   * `per-visitor`: each visitor its own connection, kept for its next request as long as the
   * target keeps it and there are descriptors, as browsers do. `pool`: at most `connections`
   * shared by all; who finds none waits for one.
   */
  readonly mode: 'per-visitor' | 'pool'
  /** Most connections at once, idle ones included. */
  readonly connections: number
  /** Monotonic ms. */
  readonly nowMs: () => number
  /** Local addresses to connect from, in turn; empty: the system's choice. */
  readonly localAddresses: readonly string[]
  /** Absent: the target takes any rate. */
  readonly permits?: Permits
  readonly bodies: BodyRules
}

/** Where to send: the address was looked up, and allowed, before the run, and stays for all of it. */
export interface Target {
  /** `http:` or `https:`. */
  readonly protocol: string
  /** As in the Host header: name, and port unless it is the protocol's own. */
  readonly host: string
  /** Name for TLS and its certificate. */
  readonly serverName: string
  /** IP address to connect to. */
  readonly address: string
  readonly port: number
  /** Path that the target's URL ended in, without the slash at its end: '' or `/base`. */
  readonly basePath: string
  readonly isLoopback: boolean
}
