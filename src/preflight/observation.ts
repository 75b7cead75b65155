import type { AnswerFaultName, OutcomeName } from '../core/codes.ts'
import type { Answer } from '../workload/behaviour.ts'

/** What a preflight observed, as codes with values; `report/preflight/` has the words. */

export type AnswerName = keyof typeof Answer

/** The last answer that a visitor got. */
export interface Seen {
  /** Name of the step. */
  readonly step: string
  /** Whether it is the step that commits a booking. */
  readonly isBooking: boolean
  readonly answer: AnswerName
  /** HTTP status; 0: none came. */
  readonly status: number
  /** The target's own words; '' for none. */
  readonly said: string
}

/** What the gate answered. */
export type GateReply =
  | { readonly code: 'LetIn' | 'LetInWithoutKey' | 'NotStarted' | 'KeyExpired' | 'Refused' }
  | { readonly code: 'Waiting'; readonly ahead: number }
  | { readonly code: 'NoAnswer'; readonly outcome: OutcomeName | null }

interface OfGate {
  readonly gate: GateReply
}
interface OfAnswer {
  readonly seen: Seen
}

/** Why none of the check's own visitors gets in. */
export type NoEntry =
  | { readonly code: 'NoWayInBeforeOpening' | 'NoControl' | 'TrialVisitorNotCalled' }
  | ({ readonly code: 'NobodyLetIn' | 'NoTicket' | 'TrialVisitorNotLetIn' } & OfGate)
  | { readonly code: 'OrderRefused'; readonly detail: string }

/** How the page of offers differs from the scenario. */
export type OfferFault =
  | { readonly code: 'NotShown' | 'NotConfigured'; readonly place: string; readonly date: string }
  | {
      readonly code: 'OtherSlots'
      readonly place: string
      readonly date: string
      readonly shown: number
      readonly configured: number
    }
  | {
      readonly code: 'BookedBeforeOpening'
      readonly place: string
      readonly date: string
      readonly booked: number
    }
  /** A place or a date that is nowhere on the page. */
  | { readonly code: 'TextNotShown'; readonly text: string }

/** The gate, or where there is none the pages, around the opening. */
type GateObservation =
  | ({ readonly code: 'GateShut' | 'OpenBeforeOpening' | 'NeitherWaitingNorIn' } & OfGate)
  | { readonly code: 'VisitorLetIn' | 'OpenedDuringCheck' }
  /** What the last look showed, which is the same as the first, or is not. */
  | { readonly code: 'AlsoAtTheEnd' | 'OnlyAtTheEnd'; readonly came: Observation }

/** Visitors who must not get through, and visitors who must. */
type PageObservation =
  | ({
      readonly code:
        | 'Refused'
        | 'SentElsewhere'
        | 'LetThrough'
        | 'ErrorNotRefusal'
        | 'NeitherRefusedNorLetThrough'
        | 'NeitherBookedNorRefused'
        | 'ServiceOff'
        | 'PagesShut'
        | 'NotBooked'
    } & OfAnswer)
  | { readonly code: 'NoPageTried' | 'NoKeyToTry' | 'NobodyCouldBook' }
  | { readonly code: 'BookedAndTakenBack' | 'BookedNotTakenBack' | 'Booked' | 'BookedAgain' }
  /** Refused, but for another reason, or without a word that tells a refusal from an error. */
  | ({
      readonly code: 'RefusedOtherwise' | 'RefusalUnclear'
      readonly expected: 'ineligible' | 'alreadyBooked'
    } & OfAnswer)

type DevicesObservation =
  | { readonly code: 'BookedOnce'; readonly tries: number }
  | {
      readonly code: 'SeveralBooked'
      readonly attempt: number
      readonly booked: number
      readonly devices: number
    }
  | ({ readonly code: 'NoneBooked' | 'OtherNotTold'; readonly attempt: number } & OfAnswer)

type LineObservation =
  | { readonly code: 'InOrder' | 'TooFewTurns'; readonly turns: number }
  | { readonly code: 'Overtaken'; readonly turn: number }
  | { readonly code: 'NeitherCalled' | 'LetInAtOnce' | 'NoTurnsBeforeOpening' }
  | ({ readonly code: 'NoLine' } & OfGate)

type OffersObservation =
  | { readonly code: 'OffersUnanswered' | 'OffersSame' | 'OffersNamed' }
  | { readonly code: 'OffersNotFound' | 'OffersError'; readonly status: number }
  /** The page cannot be read. */
  | { readonly code: 'OffersUnreadable'; readonly fault: AnswerFaultName }
  | { readonly code: 'OffersDiffer'; readonly faults: readonly OfferFault[] }

/** Bookings of the check: how many were made and taken back, and all that the stack holds. */
type CleanUpObservation =
  | {
      readonly code: 'AllTakenBack'
      readonly made: number
      readonly undone: number
      /** Of the whole stack; `null`: unknown, or others book as well. */
      readonly held: { readonly before: number; readonly after: number } | null
    }
  | { readonly code: 'NotAllTakenBack'; readonly made: number; readonly undone: number }
  | {
      readonly code: 'HeldBookingsChanged'
      readonly made: number
      readonly undone: number
      readonly held: { readonly before: number; readonly after: number }
    }

/** What came of a row. */
export type Observation =
  | NoEntry
  | GateObservation
  | PageObservation
  | DevicesObservation
  | LineObservation
  | OffersObservation
  | CleanUpObservation
