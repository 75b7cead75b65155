/** How a number was estimated. `distribution` is the kind of a scenario: `lognormal`. */
export type EstimateBasis =
  /** Arrivals: binned counts; errors were multiplied by `errorFactor`, for counts rougher than Poisson's. */
  | { readonly code: 'ArrivalLikelihood'; readonly errorFactor: number }
  /** Admission: people ahead over the wait shown; the rate is divided by `instances`. */
  | { readonly code: 'ScreensAgree'; readonly screens: number; readonly instances: number }
  | { readonly code: 'ScreensDisagree'; readonly screens: number; readonly instances: number }
  | {
      readonly code: 'FirstMinuteTurns'
      /** How exact the beginning and the end of that minute are. */
      readonly edgeSec: number
      readonly instances: number
    }
  | {
      readonly code: 'TurnsWhileWaiting'
      readonly stretches: number
      readonly stretchSec: number
      readonly instances: number
    }
  /** Population. */
  | { readonly code: 'ClientsPerPerson'; readonly clients: number; readonly persons: number }
  | {
      readonly code: 'TicketsOfPeople'
      readonly people: number
      readonly devicesPerPerson: number
    }
  | {
      readonly code: 'TicketsOfShare'
      readonly participation: number
      readonly devicesPerPerson: number
    }
  /** Patience: those who gave up, all other waits censored. */
  | { readonly code: 'CensoredWaits'; readonly left: number; readonly distribution: string }
  /** Retries and re-entry after failures. */
  | { readonly code: 'RetryLimit'; readonly failed: number; readonly retriedShare: number }
  | { readonly code: 'RetryShare'; readonly failed: number; readonly retriedShare: number }
  | {
      readonly code: 'RetryPauses'
      readonly failed: number
      readonly pauses: number
      readonly distribution: string
    }
  | { readonly code: 'FailedTickets'; readonly failed: number }
  | { readonly code: 'ReentryDelays'; readonly reentries: number; readonly distribution: string }
  /** Service time: responses while a log was quiet, an upper bound. */
  | { readonly code: 'LowLoadResponses'; readonly distribution: string }
  /** Stations. `misfit`: squared, over what chance alone makes of it. */
  | {
      readonly code: 'SimulatedMoments'
      readonly levels: number
      readonly instances: readonly number[]
      readonly misfit: number
    }
  | { readonly code: 'Knee'; readonly slots: number; readonly buckets: number }
