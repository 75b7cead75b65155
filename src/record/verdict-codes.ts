import { z } from 'zod'
import { answerFaultNames } from '../core/codes.ts'

/**
 * What a verdict says of a run beside its objectives: how it ended, why its figures must not be
 * used, and what a reader must know. All are codes with values; `report/verdict-words.ts` has the
 * sentences. The schemas are strict: a code or a value that is not listed here is a fault.
 */

const text = z.string()
const count = z.int().min(0)
const ms = z.number()
const share = z.number()

/** A sentence of a version 1 record that no code is known for. */
const other = z.strictObject({ code: z.literal('Other'), text })

/** A rule of `stopWhen` held. */
const stopDetail = z.discriminatedUnion('code', [
  z.strictObject({
    code: z.literal('RuleHeld'),
    rule: text,
    /** Whose requests it was held against: those of the journey, or calls of the waiting room. */
    requestsOf: z.enum(['journey', 'waitingRoom']),
    /** Wall seconds since the run began. */
    atSec: z.number(),
    left: z.number(),
    operator: z.enum(['<', '<=', '>', '>=', '==', '!=']),
    right: z.number(),
    /** `null`: the rule asks for no duration. */
    heldSec: z.number().nullable(),
  }),
  other,
])

/** The engine failed. */
const failureDetail = z.discriminatedUnion('code', [
  /** A thread of the live engine; `message` is that of its error. */
  z.strictObject({ code: z.literal('WorkerFailed'), message: text }),
  /** `exitCode` is `null` where a signal ended k6; `output` is what it wrote last, '' for nothing. */
  z.strictObject({
    code: z.literal('K6Failed'),
    exitCode: z.int().nullable(),
    output: text,
  }),
  other,
])

/** The record ends before the run was to end, and neither a person nor a rule ended it. */
const cutDetail = z.discriminatedUnion('code', [
  /** A simulation missed a count that a search asked for. */
  z.strictObject({ code: z.literal('CountMissed') }),
  /** Files of k6 that end in the middle of a line. */
  z.strictObject({ code: z.literal('FilesCut'), files: z.array(text) }),
  /** k6 ended while so many visitors were still there. */
  z.strictObject({ code: z.literal('VisitorsLeft'), visitors: count }),
  /** k6 ended before all visitors that were due had arrived. */
  z.strictObject({ code: z.literal('ArrivalsCut'), arrived: count, due: count }),
  other,
])

/** How a run ended. Anything but `finished` makes its figures unusable as those of a whole run. */
export const endingSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('finished'), detail: z.null() }),
  /** By a person or a signal. */
  z.strictObject({ kind: z.literal('interrupted'), detail: z.null() }),
  z.strictObject({ kind: z.literal('stopped'), detail: stopDetail }),
  z.strictObject({ kind: z.literal('failed'), detail: failureDetail }),
  z.strictObject({ kind: z.literal('cutShort'), detail: cutDetail }),
])

/** Why the figures of a run must not be used, beside its ending. */
export const reasonSchema = z.discriminatedUnion('code', [
  z.strictObject({ code: z.literal('RequestsLate'), p99Ms: ms, maxMs: ms }),
  z.strictObject({ code: z.literal('RequestsNotSent'), requests: count, maxShare: share }),
  /** What k6 runners did later than they had to. */
  z.strictObject({ code: z.literal('VisitorsLate'), p99Ms: ms, maxMs: ms }),
  /** `visitors` of the `due` were not started before the end: no VU, started too late, or never. */
  z.strictObject({
    code: z.literal('VisitorsNotStarted'),
    visitors: count,
    due: count,
    maxShare: share,
  }),
  /** k6 runners whose first visitor came at another time than planned; below 0: earlier. */
  z.strictObject({
    code: z.literal('RunnersOffSchedule'),
    runners: count,
    lateMs: ms,
    maxMs: ms,
  }),
  /** Only these segments of the visitors were imported, as `0:1/4`. */
  z.strictObject({
    code: z.literal('SegmentsMissing'),
    segments: z.array(text),
    missingShare: share,
  }),
  z.strictObject({ code: z.literal('FileEmpty'), file: text }),
  /** A file without any point of dambreak. */
  z.strictObject({ code: z.literal('FileForeign'), file: text }),
  z.strictObject({
    code: z.literal('LinesUnreadable'),
    file: text,
    unreadable: count,
    lines: count,
  }),
  /** Tickets that ended without a line that says that they arrived. */
  z.strictObject({ code: z.literal('ArrivalsUnrecorded'), tickets: count }),
  other,
])

/** Epoch seconds. */
const stretch = { fromSec: z.number(), untilSec: z.number() }

export const clockNoteCodes = ['ClockSetBack', 'LogsOverlap', 'LogGap', 'LogUnordered'] as const

/** What a reader must know besides, of a valid run too. */
export const noteSchema = z.discriminatedUnion('code', [
  /** `factor` is population × speed. */
  z.strictObject({ code: z.literal('LoadNotPreserved'), factor: z.number() }),
  /** The host has not given its consent. */
  z.strictObject({ code: z.literal('RateCapped'), maxPerSec: z.number() }),
  z.strictObject({ code: z.literal('DoorsNotRehearsed') }),
  /** Nobody was told of the timeline's events: no control address was given, or k6 ran alone. */
  z.strictObject({
    code: z.literal('TimelineNotPerformed'),
    cause: z.enum(['noControl', 'k6']),
  }),
  z.strictObject({ code: z.literal('FindingsUnavailable'), error: text }),
  z.strictObject({
    code: z.literal('MetricsUnreadable'),
    failures: count,
    attempts: count,
    lastError: text,
  }),
  z.strictObject({ code: z.literal('MetricsMissing'), metrics: z.array(text) }),
  /** Lines of the metrics that are no text exposition format, at the last look. */
  z.strictObject({ code: z.literal('MetricsMalformed'), lines: count }),
  /**
   * `unconfirmed`: taken back besides, of bookings that no visitor was told of. `error`: why not all
   * were taken back; `null` where nothing failed.
   */
  z.strictObject({
    code: z.literal('BookingsUndone'),
    bookings: count,
    undone: count,
    unconfirmed: count,
    error: text.nullable(),
  }),
  /** Why answers of a step count as malformed; `of`: the entry of `expect` or `extract`, or ''. */
  z.strictObject({
    code: z.literal('AnswersMalformed'),
    step: text,
    fault: z.enum(answerFaultNames),
    of: text,
    answers: count,
  }),
  /** Cookies that visitors could not keep, because a limit was reached. */
  z.strictObject({ code: z.literal('CookiesDropped'), cookies: count }),
  /** k6's own threshold on dropped iterations. */
  z.strictObject({ code: z.literal('K6ThresholdCrossed') }),
  /** `null` where no runner said when it began; `skewMs` is between the first and the last. */
  z.strictObject({
    code: z.literal('K6Runners'),
    runners: count,
    started: z.strictObject({ skewMs: ms, lastLateMs: ms }).nullable(),
  }),
  /** Lines that were left out, by what is wrong with them; `examples` are the first few. */
  z.strictObject({
    code: z.literal('LinesUnreadable'),
    file: text,
    unreadable: count,
    lines: count,
    kinds: z.record(z.string(), count),
    examples: z.array(z.strictObject({ line: count, text })),
  }),
  /** Only `timed` requests of an access log have a response time. */
  z.strictObject({ code: z.literal('ResponseTimesPartial'), timed: count, requests: count }),
  /** What an access log counts as an arrival; `clients` is `null` where it tells none apart. */
  z.strictObject({
    code: z.literal('ArrivalsCounted'),
    by: z.enum(['request', 'entryPath', 'client']),
    clients: count.nullable(),
  }),
  z.strictObject({ code: z.literal('ClockSetBack'), ...stretch }),
  z.strictObject({ code: z.literal('LogsOverlap'), ...stretch }),
  z.strictObject({ code: z.literal('LogGap'), ...stretch }),
  z.strictObject({ code: z.literal('LogUnordered'), ...stretch }),
  /** So many more stretches of one of the kinds above. */
  z.strictObject({
    code: z.literal('MoreStretches'),
    of: z.enum(clockNoteCodes),
    count,
  }),
  /** The unit of a log's durations was decided from their size. */
  z.strictObject({
    code: z.literal('DurationUnitInferred'),
    file: text,
    field: text,
    unit: z.enum(['s', 'ms', 'us', 'ns']),
  }),
  /** The times of a log are those of starts: with the durations added, its lines are in order. */
  z.strictObject({ code: z.literal('StartTimesInferred'), file: text }),
  /** A field of a log that nothing was taken from, though it looks like one that matters. */
  z.strictObject({
    code: z.literal('FieldUnused'),
    file: text,
    field: text,
    looksLike: z.enum(['time', 'client', 'status', 'duration']),
  }),
  /** All requests of a log came from so few addresses that these are no people's; some of them. */
  z.strictObject({
    code: z.literal('FewAddresses'),
    addresses: z.array(text),
    count,
    requests: count,
  }),
  /** Steps that no request of a log belongs to. */
  z.strictObject({ code: z.literal('StepsUnseen'), steps: z.array(text) }),
  /** Steps whose requests are those of a step before: a log does not tell them apart. */
  z.strictObject({ code: z.literal('StepsAlike'), steps: z.array(text) }),
  /** A log with too many arrivals to replay one by one. */
  z.strictObject({ code: z.literal('ReplayTooLarge') }),
  other,
])

export type Ending = z.infer<typeof endingSchema>
export type StopDetail = z.infer<typeof stopDetail>
export type Reason = z.infer<typeof reasonSchema>
export type Note = z.infer<typeof noteSchema>

export const finishedEnding = { kind: 'finished', detail: null } as const satisfies Ending
export const interruptedEnding = { kind: 'interrupted', detail: null } as const satisfies Ending

/** The codes of all that makes a run unusable, for error messages: `interrupted, RequestsLate`. */
export function invalidCodes({
  ending,
  reasons,
}: {
  readonly ending: Ending
  readonly reasons: readonly Reason[]
}): string {
  const kinds = ending.kind === 'finished' ? [] : [ending.kind]
  return [...kinds, ...reasons.map(({ code }) => code)].join(', ') || 'no reason given'
}
