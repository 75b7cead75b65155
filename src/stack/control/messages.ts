import type { ChildMessage, ChildStart, ControlMessage, StackEvent } from '../contract.ts'

/** What goes over the channel between the supervisor and one of its processes. */

/** What the supervisor wants of a process, to know or to be done; the answer's shape goes with the role. */
export type Question =
  | { readonly what: 'state' }
  | { readonly what: 'audit' }
  /** Takes back a person's booking; true where there was one. */
  | { readonly what: 'undo'; readonly person: string }
  /** Changes what is on offer; true when it is done. Told once and never again, so it is asked. */
  | { readonly what: 'supply'; readonly event: Extract<StackEvent, { kind: 'supply' }> }

export type ToChild =
  | { readonly kind: 'start'; readonly start: ChildStart }
  | { readonly kind: 'control'; readonly message: ControlMessage }
  | { readonly kind: 'ask'; readonly id: number; readonly question: Question }
  /** Finish what you have and end. */
  | { readonly kind: 'stop' }

export type FromChild =
  | ChildMessage
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'unanswered'; readonly id: number; readonly message: string }

/** Calls `act` in so many milliseconds unless the function it gives is called before. */
export type After = (ms: number, act: () => void) => () => void
