import type { LogNote } from '../logs/log-notes.ts'

/** What a reader of a fit must know of its data. */
export type FitNote =
  | LogNote
  /** Clients that came again after they had been there before. */
  | { readonly code: 'ClientsReturned'; readonly times: number }
  /** Arrivals were fitted to the inputs `used` and not to those `unused`. */
  | {
      readonly code: 'ArrivalsUnused'
      readonly used: readonly string[]
      readonly unused: readonly string[]
    }
  /** The arrivals of a run are those that its scenario planned. */
  | { readonly code: 'ArrivalsPlanned'; readonly run: string }
  /** A screen shows the number of tickets issued by then; `at` as it was written. */
  | { readonly code: 'TicketsIssued'; readonly tickets: number; readonly at: string | null }
