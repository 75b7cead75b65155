import type { StepRequest } from '../../scenario/request/request.ts'

/** What the page for people is given as JSON, for its script. */
export interface BrowserFacts {
  /** The waiting room's action: the scenario's name. */
  readonly action: string
  /** The cookie in which the waiting room's browser client keeps what let a visitor in. */
  readonly cookie: string
  readonly birthYears: { readonly from: number; readonly to: number }
  readonly opensAtEpochMs: number
  /** The server's clock, so that a browser whose own is wrong counts down rightly. */
  readonly nowEpochMs: number
  /** Where the gate may send a client that has a ticket; `null`: it stays where it is. */
  readonly gateOrigin: string | null
  /** The requests of a booking, in their order. */
  readonly steps: readonly StepRequest[]
}
