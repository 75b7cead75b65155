import { z } from 'zod'
import { namedRecord } from './named-record.ts'
import { endNames, findingNames, outcomeNames } from '../core/codes.ts'
import { DambreakError } from '../core/errors.ts'
import type { Fault } from '../core/errors.ts'
import { eventDetailSchema } from './event-detail.ts'
import { runFaults } from './run-faults.ts'
import { issueFaults } from './schema-faults.ts'
import { recordedScenarioSchema } from './recorded-scenario.ts'
import type { RunRecord } from './run.ts'
import { flowNames, levelNames } from './tallies.ts'
import { endingSchema, noteSchema, reasonSchema } from './verdict-codes.ts'
import { upgradeVersion1 } from './version-1.ts'

/**
 * `run.ts` as a schema, for files that come from elsewhere. Fields that it does not know are kept:
 * more of them are free. How the parts must agree with each other is in `run-faults.ts`.
 */
const count = z.int().min(0)
const measure = z.number()
const measureOrNull = z.number().nullable()

function each<const N extends readonly string[], V extends z.ZodType>(names: N, schema: V) {
  return Object.fromEntries(names.map((name) => [name, schema])) as Record<N[number], V>
}

/** Four digits of a year: dates of other lengths have no clock that a reader would understand. */
const instant = z.iso.datetime({ offset: true })

const header = z.looseObject({
  engine: z.enum(['sim', 'live', 'k6', 'log']),
  scenarioName: z.string(),
  workloadHash: z.string(),
  stackHash: z.string(),
  variant: z.string(),
  inherited: z.record(z.string(), z.array(z.string())).exactOptional(),
  seed: z.number(),
  population: z.number().positive(),
  speed: z.number().positive(),
  /** '': a simulation that no clock was handed to. */
  startedAt: z.union([instant, z.literal('')]),
  opensAt: instant,
  endsAt: instant,
  timing: z.enum(['intended', 'sent-only']),
  versions: z.record(z.string(), z.string()),
  host: z.record(z.string(), z.union([z.string(), z.number()])),
  target: z.string().nullable(),
})

const event = z.looseObject({
  at: z.string(),
  kind: z.string(),
  performed: z.boolean(),
  detail: eventDetailSchema,
})

const bounds = z.strictObject({
  min: z.number().exactOptional(),
  max: z.number().exactOptional(),
})

const verdict = z.looseObject({
  valid: z.boolean(),
  saturated: z.boolean(),
  ending: endingSchema,
  reasons: z.array(reasonSchema),
  notes: z.array(noteSchema),
  slo: z.array(z.looseObject({ expr: z.string(), observed: measureOrNull, ok: z.boolean() })),
  reported: z.array(
    z.looseObject({
      id: z.string(),
      label: z.string(),
      expr: z.string(),
      observed: measureOrNull,
      target: z.union([z.number(), bounds]),
      tolerance: measureOrNull,
      ok: z.boolean(),
      inSample: z.boolean(),
      byConstruction: z.boolean(),
      source: z.string(),
    }),
  ),
})

const percentiles = z.looseObject(
  each(['mean', 'p05', 'p50', 'p90', 'p95', 'p99', 'max'], measureOrNull),
)

const step = z.looseObject({
  count,
  outcomes: z.looseObject(each(outcomeNames, count)),
  responseMs: percentiles,
  serviceMs: percentiles,
  connectMs: percentiles.nullable(),
})

const summary = z.looseObject({
  visitors: z.looseObject(
    each(['arrived', 'reentries', 'queued', 'admitted', 'bypassed', ...endNames], count),
  ),
  people: z.looseObject(each(['eligible', 'came', 'booked', 'gaveUp'], count)),
  bookedShare: measureOrNull,
  errorShare: measureOrNull,
  requestErrorShare: measureOrNull,
  waitSec: percentiles,
  admittedWaitSec: percentiles,
  etaErrorSec: z.looseObject({ p50: measureOrNull, p95: measureOrNull }),
  opening: z.looseObject({
    ticketsIn1Sec: count,
    ticketsIn10Sec: count,
    ticketsIn60Sec: count,
    admitPerSec: measureOrNull,
  }),
  steps: namedRecord(step),
  findings: z.looseObject(each(findingNames, count.nullable())),
  inventory: z.looseObject({ offered: count, left: count }).nullable(),
  collapse: z
    .looseObject({ fromSec: measure, toSec: measure, requestErrorShare: measure })
    .nullable(),
})

const percentileSeries = z.looseObject(each(['p50', 'p95', 'p99'], z.array(measureOrNull)))

const timeline = z.looseObject({
  bucketSec: z.int().min(1),
  startSec: z.int(),
  ...each(flowNames, z.array(count)),
  ...each(levelNames, z.array(measure)),
  stations: namedRecord(z.looseObject(each(['busy', 'queue', 'utilisation'], z.array(measure)))),
  observed: z.looseObject(each(['waiting', 'inside'], z.array(measure).nullable())).exactOptional(),
  responseMs: percentileSeries,
  serviceMs: percentileSeries,
  waitSecByEntry: percentileSeries,
  histograms: namedRecord(z.array(z.string())),
})

const lateness = z.looseObject({ p50: measure, p99: measure, max: measure })
const liveAudit = z.looseObject({
  transport: z.string(),
  connections: z.discriminatedUnion('mode', [
    z.strictObject({ mode: z.literal('perVisitor') }),
    z.strictObject({ mode: z.literal('pool'), connections: count }),
  ]),
  cpuSec: measure,
  workers: count,
  maxInFlight: count,
  maxConnections: count,
  gateCalls: z.looseObject({
    count,
    polls: count,
    outcomes: z.looseObject(each(outcomeNames, count)),
    serviceMs: percentiles,
    connectMs: percentiles,
  }),
})
const k6Audit = z.looseObject({
  runners: count,
  segments: z.array(z.string()),
  startedLateMs: z.looseObject({ first: measure, last: measure }).nullable(),
  droppedIterations: count,
  maxVus: count,
  vus: count,
  files: count,
  lines: count,
  damagedLines: count,
  gateCalls: z.looseObject({
    count,
    polls: count,
    outcomes: z.looseObject(each(outcomeNames, count)),
    serviceMs: percentiles,
  }),
})
const audit = z.looseObject({
  intendedRate: measureOrNull,
  achievedRate: measureOrNull,
  latenessMs: lateness.nullable(),
  dropped: z.looseObject({ generator: count, ceiling: count }),
  eventLoopLagMs: measureOrNull,
  cpuShare: measureOrNull,
  rssBytes: measureOrNull,
  bytesPerVisitor: measureOrNull,
  wallSec: measure,
  events: measure,
  eventsPerSec: measure,
  live: liveAudit.exactOptional(),
  k6: k6Audit.exactOptional(),
})

const runSchema = z.looseObject({
  schemaVersion: z.literal(2),
  header,
  scenario: recordedScenarioSchema,
  events: z.array(event),
  verdict,
  summary,
  timeline,
  histograms: namedRecord(z.string()),
  audit,
})

/** More faults than anyone reads say nothing new. */
const maxFaults = 50

/**
 * The record in a parsed JSON value of schema version 2, or of version 1, which is upgraded first;
 * `name` is what messages call it.
 * @throws DambreakError 'invalid' with every fault and its path
 */
export function parseRun(json: unknown, name: string): RunRecord {
  const value = upgradeVersion1(json)
  const parsed = runSchema.safeParse(value)
  const faults: Fault[] = parsed.success
    ? runFaults(parsed.data)
    : parsed.error.issues.flatMap((issue) => issueFaults(issue, value))
  if (parsed.success && faults.length === 0) return parsed.data
  const number = faults.length === 1 ? '1 fault' : `${faults.length} faults`
  throw new DambreakError('invalid', `${name} is not a run: ${number}`, faults.slice(0, maxFaults))
}
