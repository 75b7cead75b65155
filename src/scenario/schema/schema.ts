import { z } from 'zod'
import { outcomeNames } from '../../core/codes.ts'
import { birthYears, sizeLimits } from './limits.ts'
import { atLeastOne, count, nonNegative, positive, quantity, share } from './quantity.ts'
import {
  answersSchema,
  dataSchema,
  expectSchema,
  requestSchema,
  undoSchema,
} from '../request/request-schema.ts'

/**
 * The one schema of a scenario document (YAML, JSON or a TypeScript module's export). Its input is
 * what people write; its output, `Scenario`, holds plain numbers only. Rules that span fields
 * (shares that add up, stations that exist, a timeline in order) are in `rules.ts`.
 * All times are seconds unless the name says otherwise; `opensAt` is second 0.
 */

export const distribution = z.union([
  nonNegative().transform((value) => ({ dist: 'constant' as const, value })),
  z.discriminatedUnion('dist', [
    z.strictObject({ dist: z.literal('constant'), value: nonNegative() }),
    z.strictObject({ dist: z.literal('exponential'), mean: positive() }),
    z.strictObject({ dist: z.literal('erlang'), mean: positive(), shape: atLeastOne() }),
    z.strictObject({ dist: z.literal('gamma'), mean: positive(), cv: positive() }),
    z.strictObject({ dist: z.literal('lognormal'), mean: positive(), cv: positive() }),
    z.strictObject({ dist: z.literal('uniform'), low: nonNegative(), high: nonNegative() }),
    z.strictObject({ dist: z.literal('weibull'), scale: positive(), shape: positive() }),
    z.strictObject({
      dist: z.literal('empirical'),
      values: z.array(nonNegative()).min(1).max(sizeLimits.values),
    }),
  ]),
])

const spacing = z.enum(['poisson', 'even']).default('poisson')
const startSec = quantity().default(0)
/** How many come: a share of the initial tickets, or a rate. Exactly one of the two (rules.ts). */
const amount = { share: share().optional(), perSec: nonNegative().optional() }

const arrival = z.discriminatedUnion('kind', [
  /** Early knocks: before the opening, growing towards it, over the last `forSec`. */
  z.strictObject({ kind: z.literal('early'), share: share(), forSec: positive(), spacing }),
  /** The burst at the opening: density falling linearly to zero over `forSec`. */
  z.strictObject({
    kind: z.literal('burst'),
    share: share(),
    forSec: positive(),
    startSec,
    spacing,
  }),
  /** Long tail: density exp(-t/scaleSec), or (1 + t/scaleSec)^-exponent (default 2), cut at `forSec`. */
  z.strictObject({
    kind: z.literal('decay'),
    share: share(),
    shape: z.enum(['exponential', 'power']).default('exponential'),
    scaleSec: positive(),
    exponent: positive().optional(),
    forSec: positive().optional(),
    startSec,
    spacing,
  }),
  /** Rate from `fromPerSec` to `toPerSec`, linear over `forSec`. */
  z.strictObject({
    kind: z.literal('ramp'),
    fromPerSec: nonNegative(),
    toPerSec: nonNegative(),
    forSec: positive(),
    startSec,
    spacing,
  }),
  z.strictObject({ kind: z.literal('constant'), ...amount, forSec: positive(), startSec, spacing }),
  /** Times from a log, in seconds after the opening (negative: before it). */
  z.strictObject({ kind: z.literal('replay'), timesSec: z.array(z.number()).min(1), startSec }),
])

export const admission = z.union([
  z.strictObject({ perSec: nonNegative() }),
  z.strictObject({ perSecPerInstance: nonNegative() }),
  z.strictObject({ maxInside: atLeastOne() }),
])

const waitingRoom = z.strictObject({
  protocol: z.enum(['netfunnel', 'none']).default('netfunnel'),
  admission,
  /** Seconds between polls: next in line, and at the back. */
  pollSec: z.strictObject({ front: positive(), back: positive() }).default({ front: 2, back: 10 }),
  /** The gate stretches the poll interval up to this so as to keep within its poll capacity. */
  maxTtlSec: positive().default(30),
  /** A key lapses this long after the last poll that was due did not come. */
  lapseSec: nonNegative().default(20),
  /** Share of clients that go on to the booking pages when two polls in a row time out, and are let in. */
  failOpen: share().default(0),
  /** Polls a second the gate can answer; absent: unbounded. */
  pollCapacityPerSec: positive().optional(),
  /** What a live client asks to be let in to: the protocol's service and action (`service_1`, `act_1`). */
  sid: z.string().min(1).optional(),
  aid: z.string().min(1).optional(),
})

const visit = z.strictObject({
  station: z.string(),
  serviceMs: distribution,
  /** Keep this visit's slots until the request is complete, while it waits for later visits. */
  holds: z.boolean().default(false),
})

const step = z.strictObject({
  step: z.string().min(1),
  /** `identify` finds out who may book; `book` commits a booking (default: the last step). */
  role: z.enum(['identify', 'book']).optional(),
  visits: z.array(visit).min(1).max(sizeLimits.visits),
  /** Thinking after the answer, before the next step. */
  thinkSec: distribution.default({ dist: 'constant', value: 0 }),
  timeoutMs: positive().default(10_000),
  /** What it sends over HTTP; absent: what the reference stack's own page of this name takes. */
  request: requestSchema.optional(),
  expect: expectSchema.optional(),
  data: dataSchema.optional(),
})

const station = z.strictObject({
  name: z.string().min(1),
  /** Each instance has its own, or all instances share one. Exactly one of the two, true. */
  perInstance: z.boolean().optional(),
  shared: z.boolean().optional(),
  slots: quantity({ min: 1, max: sizeLimits.slots, integer: true }),
  slotsPerRequest: atLeastOne().default(1),
  /**
   * Requests that may wait for a slot; beyond it they are refused. Absent: a million, shared by all
   * such stations.
   */
  backlog: quantity({ min: 0, max: sizeLimits.backlog, integer: true }).optional(),
  contention: nonNegative().default(0),
  coherency: nonNegative().default(0),
})

const instances = quantity({ min: 1, max: sizeLimits.instances, integer: true })
const stack = z.strictObject({
  instances,
  bootSec: nonNegative().default(0),
  balancer: z.enum(['round-robin', 'least-busy']).default('round-robin'),
  stations: z.array(station).min(1).max(sizeLimits.stations),
})

const behaviour = z.strictObject({
  /** How long a visitor waits for admission before leaving; absent: no limit. */
  patienceSec: distribution.optional(),
  retry: z
    .strictObject({
      tries: quantity({ min: 0, max: sizeLimits.tries, integer: true }),
      backoffSec: distribution,
      on: z
        .array(z.enum(outcomeNames))
        .default(['refused', 'reset', 'connectTimeout', 'timeout', 'http5xx']),
    })
    .default({
      tries: 0,
      backoffSec: { dist: 'constant', value: 1 },
      on: ['refused', 'reset', 'connectTimeout', 'timeout', 'http5xx'],
    }),
  /** After a failure: come again with a new ticket. */
  reenter: z
    .strictObject({ probability: share(), delaySec: distribution })
    .default({ probability: 0, delaySec: { dist: 'constant', value: 60 } }),
  /** After a halt: come again at the resume, `delaySec` after it. */
  comeBack: z
    .strictObject({ probability: share(), delaySec: distribution })
    .default({ probability: 1, delaySec: { dist: 'exponential', mean: 600 } }),
  /** Goes straight to the booking pages past the waiting room. `until` is a clock time. */
  bypass: z.strictObject({ share: share(), until: z.string().optional() }).default({ share: 0 }),
})

const birthYear = quantity({ min: birthYears.first, max: birthYears.last, integer: true })

const inventory = z.strictObject({
  offers: z
    .array(z.strictObject({ place: z.string(), date: z.string(), slots: count() }))
    .min(1)
    .max(sizeLimits.offers),
})

const door = z.strictObject({
  name: z.string().min(1),
  share: share(),
  /** Visitors a second it takes in. */
  perSec: positive(),
  /** Until the core, which alone books, hears of the visitor's choice. */
  delaySec: nonNegative().default(0),
})

/** A clock time: `20:48`, `20:48:30`, `24:00`, or ISO 8601 with offset. */
const at = z.string()
export const eventKinds = [
  'halt',
  'resume',
  'instances',
  'admission',
  'close-bypass',
  'eligibility-fault',
  'open-early',
  'supply',
] as const
const event = z.discriminatedUnion('kind', [
  z.strictObject({
    at,
    kind: z.literal('halt'),
    tickets: z.enum(['keep', 'void']).default('keep'),
    restartInstances: z.boolean().default(false),
  }),
  z.strictObject({ at, kind: z.literal('resume') }),
  z.strictObject({ at, kind: z.literal('instances'), count: instances }),
  z.strictObject({ at, kind: z.literal('admission'), admission }),
  /** Closes the bypass, and makes the stack verify keys (no more failing open). */
  z.strictObject({ at, kind: z.literal('close-bypass') }),
  z.strictObject({
    at,
    kind: z.literal('eligibility-fault'),
    until: at,
    effect: z.enum(['refuse-eligible', 'accept-ineligible']).default('refuse-eligible'),
  }),
  z.strictObject({ at, kind: z.literal('open-early') }),
  z.strictObject({
    at,
    kind: z.literal('supply'),
    place: z.string().optional(),
    date: z.string().optional(),
    /** Slots added to each matching offer; negative takes away, never below zero. */
    add: quantity({ integer: true }),
  }),
])

const reportedRow = z.strictObject({
  id: z.string(),
  label: z.string(),
  /** Arithmetic over summary and timeline paths, e.g. `people.booked at 22:00`. */
  expr: z.string(),
  /** One number with a relative tolerance, or bounds. */
  target: z.union([
    z.number(),
    z.strictObject({ min: z.number().optional(), max: z.number().optional() }),
  ]),
  tolerance: z.number().min(0).optional(),
  source: z.string(),
  inSample: z.boolean().default(false),
  byConstruction: z.boolean().default(false),
  /** The variant the row speaks of; absent: the base. */
  variant: z.string().optional(),
})

/** What things cost, in one currency; what is left out is not priced. It changes no run. */
const cost = z.strictObject({
  /** As it is written behind an amount: `KRW`, `EUR`. */
  currency: z.string().min(1),
  instancePerHour: nonNegative().optional(),
  /** One person who came to book and did not. */
  lostBooking: nonNegative().optional(),
  /** One person waiting for one hour. */
  waitingPerHour: nonNegative().optional(),
})

export const scenarioSchema = z.strictObject({
  /** Resolved where files are loaded (`load/chain.ts`): a document that is parsed has none. */
  extends: z.string().min(1).optional(),
  name: z
    .string()
    .regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]*$/, 'must be letters, digits, dots, dashes or underscores'),
  description: z.string().default(''),
  authorisation: z.string().optional(),
  opensAt: z.iso.datetime({ offset: true }),
  endsAt: z.iso.datetime({ offset: true }),
  population: z.strictObject({
    people: quantity({ min: 1, max: sizeLimits.people, integer: true }),
    participation: share().default(1),
    devicesPerPerson: quantity({ min: 1, max: sizeLimits.devicesPerPerson }).default(1),
    /** People who come although they may not book, on top of `people`. */
    ineligible: quantity({ min: 0, max: sizeLimits.people, integer: true }).default(0),
    /** Who may book, first and last year of birth: what a live stack goes by. */
    birthYears: z
      .strictObject({ from: birthYear, to: birthYear })
      .default({ from: 1967, to: 1968 }),
  }),
  arrivals: z.array(arrival).min(1).max(sizeLimits.arrivals),
  waitingRoom,
  journey: z.array(step).min(1).max(sizeLimits.steps),
  /** Takes a booking back, for `--cleanup`. */
  undo: undoSchema.optional(),
  answers: answersSchema.optional(),
  stack,
  behaviour: behaviour.prefault({}),
  inventory: inventory.optional(),
  doors: z.array(door).max(sizeLimits.doors).default([]),
  cost: cost.optional(),
  timeline: z.array(event).max(sizeLimits.events).default([]),
  variants: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        description: z.string().default(''),
        set: z
          .record(z.string(), z.unknown())
          .refine(
            (set) => Object.keys(set).length <= sizeLimits.variantFields,
            `must not set more than ${sizeLimits.variantFields} fields`,
          )
          .default({}),
        /** Event kinds, or `kind@at`, taken off the timeline. */
        dropEvents: z.array(z.string()).max(sizeLimits.events).default([]),
      }),
    )
    .max(sizeLimits.variants)
    .default([]),
  reported: z.array(reportedRow).max(sizeLimits.reported).default([]),
  slo: z.array(z.string()).max(sizeLimits.objectives).default([]),
  stopWhen: z.array(z.string()).max(sizeLimits.objectives).default([]),
})

/** What people may write. */
export type ScenarioInput = z.input<typeof scenarioSchema>
/** A scenario that has been parsed: plain numbers, defaults filled in, trusted. */
export type Scenario = z.output<typeof scenarioSchema>

export type Arrival = Scenario['arrivals'][number]
export type Admission = z.output<typeof admission>
export type Step = Scenario['journey'][number]
export type Station = Scenario['stack']['stations'][number]
export type TimelineEvent = Scenario['timeline'][number]
export type ReportedRow = Scenario['reported'][number]
