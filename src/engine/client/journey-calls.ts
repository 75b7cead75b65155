import type { AnswerFaultName } from '../../core/codes.ts'
import type { Kept } from './kept.ts'
import type { Outgoing, Reply } from './transport.ts'

/** Who asks: what a step's request may be filled in with. */
export interface Caller {
  /** Number of the person: the same for all devices of one person. */
  readonly person: number
  /** The ticket's identity for chance. */
  readonly entity: number
}

/** What an answer came to; used again, good until the next. */
export interface AnswerReading {
  /** `Answer` code of `workload/behaviour.ts`, those of `Outcome` among them. */
  readonly answer: number
  /** `Outcome` code as it is recorded: a 200 that does not say what was expected is `malformed`. */
  readonly outcome: number
  /** The same step goes on at this request: a redirect on the same host. */
  readonly next: Outgoing | null
  /** `kept` was changed and must be stored. */
  readonly keptChanged: boolean
  /** Why the answer is `malformed`; `null` where it is not. */
  readonly fault: AnswerFaultName | null
  /** The entry of `expect` or the name in `extract` that `fault` is about; '' where it is about none. */
  readonly faultOf: string
  /** Cookies that were dropped because the visitor keeps no more. */
  readonly droppedCookies: number
}

/** The requests of a journey, made ready once a run: what to send, and what an answer means. */
export interface JourneyCalls {
  /** True if no step needs or changes what a visitor keeps: then it is not looked up at all. */
  readonly keepsNothing: boolean
  /** The request of step number `index`. */
  outgoing(index: number, caller: Caller, kept: Kept): Outgoing
  /** `Want` bits of its answer. */
  want(index: number): number
  /**
   * Reads the answer to step `index`; takes cookies and extracted values into `kept`. `hops`: how
   * many redirects of this request were followed already. `caller`: who asked; the request that
   * follows a redirect is filled in for them like the one before.
   */
  read(index: number, reply: Reply, kept: Kept, hops: number, caller: Caller): AnswerReading
}
