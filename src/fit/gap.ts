/** Why a number is not identifiable from the data, with the values that say so. */
export type GapReason =
  /** Its interval spans more than a factor of 100: that is no measurement. */
  | { readonly code: 'IntervalTooWide'; readonly low: number; readonly high: number }
  // Arrivals
  | { readonly code: 'FewArrivals'; readonly arrivals: number; readonly needed: number }
  | { readonly code: 'NoOpeningSeen' }
  /** The arrivals are as likely with very different values. */
  | { readonly code: 'ArrivalShapeVague' }
  | { readonly code: 'ArrivalShapeUnseen'; readonly shape: 'early' | 'burst' | 'decay' }
  /** Nothing tells clients apart: a visitor makes many requests. */
  | { readonly code: 'RequestsWithoutClients' }
  /** All requests came from so few addresses that these are no people's. */
  | { readonly code: 'FewAddresses'; readonly addresses: number }
  // Population
  | { readonly code: 'PersonsUnknown' }
  /** Only people × participation × devices is seen; `field` takes what tickets say. */
  | { readonly code: 'OnlyTicketsSeen'; readonly field: string }
  // Admission
  | { readonly code: 'NoTurnsSeen' }
  | { readonly code: 'PeopleInsideUnknown'; readonly perSec: number }
  | { readonly code: 'ScreensDisagree'; readonly minPerSec: number; readonly maxPerSec: number }
  /** Who was called and had left is not counted: the rate is somewhat higher. */
  | { readonly code: 'AbsentTurnsUnseen' }
  // Patience
  | {
      readonly code: 'FewLeft'
      readonly left: number
      readonly waits: number
      readonly needed: number
    }
  | { readonly code: 'AllLeftAtOnce' }
  | { readonly code: 'PatienceTailUnseen'; readonly seenShare: number; readonly left: number }
  // Retries and re-entry
  | { readonly code: 'ClientsUnknown' }
  | {
      readonly code: 'FewFailures'
      readonly failures: number
      /** Those early enough that what came after was seen. */
      readonly followed: number
      readonly needed: number
    }
  | { readonly code: 'NoRetryLimitSeen'; readonly tries: number }
  | { readonly code: 'FewRetries'; readonly retries: number; readonly needed: number }
  | { readonly code: 'ReentryUnseen' }
  | { readonly code: 'FewFailedTickets'; readonly failed: number; readonly needed: number }
  | { readonly code: 'FewReentries'; readonly reentries: number; readonly needed: number }
  // Service times from a log
  | { readonly code: 'StepUnseen'; readonly step: string }
  | { readonly code: 'FewResponses'; readonly responses: number; readonly needed: number }
  | { readonly code: 'SeveralVisits'; readonly step: string; readonly visits: number }
  // Stations; `leftShare`: the share of the base's interval that is left
  | { readonly code: 'ServiceTimeVague'; readonly leftShare: number }
  | { readonly code: 'ContentionVague'; readonly leftShare: number }
  | { readonly code: 'CoherencyVague'; readonly leftShare: number }
  | { readonly code: 'StationNeverFull'; readonly station: string; readonly minSlots: number }
  | { readonly code: 'OneInstanceCount'; readonly station: string; readonly instances: number }
  /** The base says otherwise: the plateau grows with the instances, or does not. */
  | { readonly code: 'SlotsArePerInstance'; readonly station: string }
  | { readonly code: 'SlotsAreShared'; readonly station: string }

/** A place in a scenario that stays as the base has it. */
export type Gap = { readonly path: string } & GapReason
