import type { FindingName } from '../core/codes.ts'
import type { Scenario, TimelineEvent } from '../scenario/schema/schema.ts'

/**
 * What the parts of the reference stack know of each other. Each part is a process of its own; what
 * goes between them is plain data.
 */

/** How the stack is told to misbehave, so that each finding can be shown to be detected. */
export const faultNames = ['race', 'forged-key', 'early-gate', 'order', 'eligibility'] as const
export type FaultName = (typeof faultNames)[number]

/** What every process of one stack is given. */
export interface StackConfig {
  /** Scaled already: its rates and counts are those of the wall clock. */
  readonly scenario: Scenario
  /** Real time at which turns begin. */
  readonly opensAtEpochMs: number
  /** Under which keys are made; the same for every gate of this stack. */
  readonly secret: string
  readonly failOpen: boolean
  readonly fault: FaultName | null
  /** Address of the balancer, loopback unless told otherwise; all other parts are on loopback. */
  readonly host: string
  /** False: the gate names no node of its own in replies. Left out: it names its own. */
  readonly namesNode?: boolean
}

/** What a person's booking hangs on. */
export interface Person {
  readonly id: string
  readonly birthYear: number
}

export interface Choice {
  readonly place: string
  readonly date: string
}

export interface Offer extends Choice {
  readonly slots: number
  readonly remaining: number
}

const bookingStatuses = ['ok', 'ineligible', 'alreadyBooked', 'soldOut'] as const
export type BookingStatus = (typeof bookingStatuses)[number]

/** The ledger's answer to `identify` and `book`. */
export interface BookingAnswer {
  readonly status: BookingStatus
  /** What was booked, of `book` alone. */
  readonly booking?: Choice & { readonly id: string }
}

/** Slots of one shared station, held by one request. */
export interface Lease {
  /** Busy slots of the station over all instances when the last of them was taken, its own included. */
  readonly busy: number
  identify(person: Person): Promise<BookingAnswer>
  book(person: Person, choice: Choice | null): Promise<BookingAnswer>
  /** Gives the slots back; may be called twice. */
  release(): void
}

/** The ledger as an instance sees it. Calls reject with `LedgerGone` while it is not there. */
export interface LedgerClient {
  /** `null` where the station's backlog is full; `station` null: no slots are taken. */
  lease(station: string | null): Promise<Lease | null>
  offers(): Promise<Offer[]>
  /** Gives back at once all that is held or waited for; what is under way fails. */
  reset(): void
  close(): void
}

/** The ledger process, or its database, does not answer. */
export class LedgerGone extends Error {}

/** The gate as an instance sees it. Calls reject where it does not answer. */
export interface GateClient {
  /** True if the gate has let this key in, and it has neither completed nor lapsed since. */
  verify(key: string): Promise<boolean>
  /** Tells the gate of a key that was let in unverified, and of who came with it. Never rejects. */
  audit(key: string, person: string): void
  close(): void
}

export type Findings = Record<FindingName, number>

/** Gauges and counters of one station, of one instance or (shared) of all. */
export interface StationState {
  readonly station: string
  readonly slots: number
  readonly busy: number
  readonly queued: number
  readonly backlog: number
  readonly served: number
  readonly refused: number
}

export interface GateState {
  readonly waiting: number
  readonly inside: number
  readonly issued: number
  readonly called: number
  readonly admitted: number
  readonly lapsed: number
  readonly completed: number
  readonly polls: number
  readonly ratePerSec: number
  readonly open: boolean
  readonly halted: boolean
  readonly findings: Pick<Findings, 'earlyAdmission' | 'bypassed' | 'orderInversion'>
}

export interface InstanceState {
  readonly stations: readonly StationState[]
  /** Requests by HTTP status. */
  readonly responses: Readonly<Record<string, number>>
}

export interface BalancerState {
  /** Clients' connections that are open. */
  readonly connections: number
  /** Requests by HTTP status; `gone`: the client did not wait for it; `reset`: it was cut off. */
  readonly responses: Readonly<Record<string, number>>
  readonly instances: readonly {
    readonly index: number
    readonly port: number
    /** Requests that it has not answered yet, of clients that are gone too. */
    readonly inFlight: number
    readonly requests: number
    /** Requests whose connection failed. */
    readonly failed: number
    /** Taken out for a moment. */
    readonly isOut: boolean
  }[]
}

export interface LedgerState {
  readonly database: 'pglite' | 'postgres'
  readonly stations: readonly StationState[]
  readonly connected: boolean
  readonly booked: number
  readonly offers: readonly Offer[]
}

export interface LedgerAudit {
  readonly findings: Pick<Findings, 'doubleBooking' | 'ineligibleBooked' | 'eligibleRefused'>
  readonly booked: number
  /** Slots given out beyond those on offer, over all offers. */
  readonly oversold: number
}

/** Something people do to the stack: an event of the timeline without its time. */
export type StackEvent = TimelineEvent extends infer E
  ? E extends TimelineEvent
    ? Omit<E, 'at' | 'until'>
    : never
  : never

/** What the supervisor tells its children. `eligibility` ends with effect null. */
export type ControlMessage =
  | { readonly kind: 'event'; readonly event: StackEvent }
  | { readonly kind: 'eligibility'; readonly effect: EligibilityEffect | null }
  | { readonly kind: 'open'; readonly opensAtEpochMs: number }
  /** Calls the next of the visitors who hold these keys, whether or not the gate is open. */
  | { readonly kind: 'trial'; readonly keys: readonly string[] }
  /** How many instances take requests: the gate's rate may hang on it. */
  | { readonly kind: 'instances'; readonly count: number }

export type EligibilityEffect = 'refuse-eligible' | 'accept-ineligible'

/** What a child is started with, by role. */
export type ChildStart =
  | { readonly role: 'gate'; readonly config: StackConfig; readonly port: number }
  | {
      readonly role: 'ledger'
      readonly config: StackConfig
      readonly port: number
      /** PostgreSQL; null: embedded PGlite, in memory, or in `dataDir`. */
      readonly databaseUrl: string | null
      readonly dataDir: string | null
    }
  | {
      readonly role: 'instance'
      readonly config: StackConfig
      readonly index: number
      readonly gatePort: number
      readonly ledgerPort: number
    }

/** What a child answers: once it listens, or why it cannot. */
export type ChildMessage =
  | { readonly kind: 'ready'; readonly port: number }
  | { readonly kind: 'failed'; readonly message: string }
