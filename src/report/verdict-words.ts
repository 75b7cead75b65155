import type { BrokenLineKind } from '../engine/k6/import/k6-line.ts'
import type { BrokenKind } from '../logs/log-entry.ts'
import type { clockNoteCodes, Ending, Note, Reason, StopDetail } from '../record/verdict-codes.ts'
import type { AnswerFaultName } from '../core/codes.ts'
import { clockAt, dateAt, offsetSecOf } from './clock.ts'
import { counted, wordsFor, type WordsOf } from './coded-words.ts'
import { formats } from './format.ts'

/**
 * The sentences for the codes of a verdict, one table a kind. None begins with a capital or ends
 * with a full stop, so that they can stand in a list; `asSentence` makes one of them a sentence.
 * Values out of records stand in them as they are: whoever prints them escapes them.
 */

const { count, duration, ms, number, perSec, share } = formats

/** A name that is written in small letters stays so. */
export function asSentence(text: string): string {
  const start = /^k6\b/.test(text) ? text.slice(0, 1) : text.slice(0, 1).toUpperCase()
  return `${start}${text.slice(1)}.`
}

type DetailOf<K extends Ending['kind']> = Extract<Ending, { kind: K }>['detail']

const stopWords: WordsOf<StopDetail> = {
  RuleHeld: ({ rule, requestsOf, atSec, left, operator, right, heldSec }) => {
    const whose = requestsOf === 'waitingRoom' ? ' for calls of the waiting room' : ''
    const held = heldSec === null ? '' : `, and had held for ${duration(heldSec)}`
    return `the run was stopped by the rule "${rule}"${whose}: ${duration(atSec)} after its start it was ${number(left)} ${operator} ${number(right)}${held}`
  },
  Other: ({ text }) => `the run was stopped: ${text}`,
}

/** What k6 means by an exit code. */
const k6Words: Readonly<Record<number, string>> = {
  104: 'k6 rejected its options (exit code 104)',
  107: 'the script failed in k6 (exit code 107)',
  108: 'the script aborted the run in k6 (exit code 108)',
}

const failureWords: WordsOf<DetailOf<'failed'>> = {
  WorkerFailed: ({ message }) => `a generator thread failed: ${message}`,
  K6Failed: ({ exitCode, output }) => {
    const what =
      exitCode === null
        ? 'k6 was killed or could not be started'
        : (k6Words[exitCode] ?? `k6 failed with exit code ${exitCode}`)
    return output === '' ? what : `${what}: ${output}`
  },
  Other: ({ text }) => `the engine failed: ${text}`,
}

const cutWords: WordsOf<DetailOf<'cutShort'>> = {
  CountMissed: () => 'the run was ended early because it missed a count that the search requires',
  FilesCut: ({ files }) =>
    files.length === 1
      ? `the file ${files.join()} ends in the middle of a line`
      : `the files ${files.join(', ')} end in the middle of a line`,
  VisitorsLeft: ({ visitors }) =>
    `k6 ended before the scenario did, with ${counted(visitors, 'visitor')} still active`,
  ArrivalsCut: ({ arrived, due }) =>
    `k6 ended before the scenario did: ${count(arrived)} of ${counted(due, 'visitor')} had arrived`,
  Other: ({ text }) => `the run was cut short: ${text}`,
}

/** The function of a table for one member of its union. */
/** How a run ended, as a clause. */
export function endingText(ending: Ending): string {
  switch (ending.kind) {
    case 'finished':
      return 'the run finished'
    case 'interrupted':
      return 'the run was interrupted before its end'
    case 'stopped':
      return wordsFor(stopWords, ending.detail)
    case 'failed':
      return wordsFor(failureWords, ending.detail)
    case 'cutShort':
      return wordsFor(cutWords, ending.detail)
  }
}

const reasonWords: WordsOf<Reason> = {
  RequestsLate: ({ p99Ms, maxMs }) =>
    `requests left late: p99 lateness is ${ms(p99Ms)}, the limit is ${ms(maxMs)}`,
  RequestsNotSent: ({ requests, maxShare }) =>
    `the generator could not send ${counted(requests, 'request')}, the limit is ${share(maxShare)}`,
  VisitorsLate: ({ p99Ms, maxMs }) =>
    `k6 did not keep up: p99 lateness of visitors is ${ms(p99Ms)}, the limit is ${ms(maxMs)}`,
  VisitorsNotStarted: ({ visitors, due, maxShare }) =>
    `k6 did not start ${count(visitors)} of ${counted(due, 'visitor')} before the end (${share(visitors / due)}, the limit is ${share(maxShare)})`,
  RunnersOffSchedule: ({ runners, lateMs, maxMs }) =>
    `${counted(runners, 'k6 runner')} began at another time than planned: up to ${ms(Math.abs(lateMs))} ${lateMs < 0 ? 'early' : 'late'}, the limit is ${ms(maxMs)}`,
  SegmentsMissing: ({ segments, missingShare }) =>
    `${share(missingShare)} of the visitors are missing: only the segments ${segments.join(', ')} were imported`,
  FileEmpty: ({ file }) => `the file ${file} is empty: what its runner did is missing`,
  FileForeign: ({ file }) => `the file ${file} contains no data of dambreak`,
  LinesUnreadable: ({ file, unreadable, lines }) =>
    `${count(unreadable)} of ${counted(lines, 'line')} of ${file} cannot be read`,
  ArrivalsUnrecorded: ({ tickets }) =>
    `lines are missing: ${counted(tickets, 'ticket')} ended without a recorded arrival`,
  Other: ({ text }) => text,
}

export const reasonText = (reason: Reason): string => wordsFor(reasonWords, reason)

/** Why the figures must not be used, a clause each: the ending first, then the reasons. */
export function invalidTexts({
  ending,
  reasons,
}: {
  readonly ending: Ending
  readonly reasons: readonly Reason[]
}): string[] {
  return [...(ending.kind === 'finished' ? [] : [endingText(ending)]), ...reasons.map(reasonText)]
}

type Stretch = { readonly fromSec: number; readonly untilSec: number }
type ClockCode = (typeof clockNoteCodes)[number]

const stretchWords: Readonly<Record<ClockCode, (stretch: string) => string>> = {
  ClockSetBack: (stretch) =>
    `the clock of the log was set back: times from ${stretch} occur twice, and arrivals are not fitted to them`,
  LogsOverlap: (stretch) =>
    `times restart and overlap from ${stretch}: the log is taken as that of several machines, added up`,
  LogGap: (stretch) =>
    `there is no request from ${stretch}, though many came before and after: arrivals are not fitted to it`,
  LogUnordered: (stretch) =>
    `the lines from ${stretch} are not in order of time: they are taken as they are`,
}

function runnersText({ runners, started }: Extract<Note, { code: 'K6Runners' }>): string {
  const who = counted(runners, 'k6 runner')
  if (started === null) return `${who}: the start time was not recorded`
  const { skewMs, lastLateMs } = started
  const isSmeared = skewMs > maxSkewMs
  const effect = isSmeared
    ? ': the opening is spread over that time, and is sharper in reality'
    : lastLateMs > maxSkewMs
      ? ': all visitors came that much later than the scenario says'
      : ''
  return runners === 1
    ? `${who} started ${ms(lastLateMs)} late${effect}`
    : `${who} started within ${ms(skewMs)} of each other, the last ${ms(lastLateMs)} late${effect}`
}

/** Runners further apart than this do not open together. */
const maxSkewMs = 1000

/** What is wrong with a line of k6 or of a log. */
const lineWords: ReadonlyMap<string, string> = new Map<BrokenLineKind | BrokenKind, string>([
  ['OtherFormat', 'not in the format of the other lines'],
  ['NoReadableTime', 'without a readable time'],
  ['NoStatus', 'without a status'],
  ['TimeTooFar', 'more than 31 days from the other times'],
  ['ImpossibleNumber', 'with an impossible number'],
  ['TooLong', 'too long'],
  ['Interleaved', 'mixed with another line'],
  ['CutOff', 'cut off'],
  ['NotK6', 'not written by k6'],
  ['NoTime', 'without a readable time'],
  ['TimeFarFromRun', 'more than 31 days from the run'],
  ['NoValue', 'without a value'],
  ['ImpossibleValue', 'with an impossible value'],
  ['UnknownEvent', 'with an unknown event'],
  ['UnknownStep', 'with an unknown step'],
  ['UnknownOutcome', 'with an unknown outcome'],
  ['UnknownBucket', 'with an unknown bucket'],
  ['UnknownPerson', 'without a person of the scenario'],
])

function linesText(note: Extract<Note, { code: 'LinesUnreadable' }>): string {
  const kinds = Object.entries(note.kinds).map(
    ([kind, n]) => `${count(n)} ${lineWords.get(kind) ?? kind}`,
  )
  const examples = note.examples.map(({ line, text }) => `line ${line}: ${text}`)
  const shown = examples.length === 0 ? '' : `; ${examples.join(' · ')}`
  return `${count(note.unreadable)} of ${counted(note.lines, 'line')} of ${note.file} cannot be read and are not counted (${kinds.join(', ')})${shown}`
}

function undoneText(note: Extract<Note, { code: 'BookingsUndone' }>): string {
  const { bookings, undone, unconfirmed, error } = note
  const more = unconfirmed === 0 ? '' : `, and ${count(unconfirmed)} that no visitor was told of`
  const why = error === null ? '' : `; it ended early: ${error}`
  return `clean-up: ${count(undone)} of ${counted(bookings, 'booking')} were taken back${more}${why}`
}

/** Why an answer is malformed, as a clause. */
export const answerFaultWords: Readonly<Record<AnswerFaultName, string>> = {
  ResponseBroken: 'the response is not valid HTTP',
  EncodingUnknown: 'the content encoding is not supported',
  EncodingBroken: 'the body does not match its content encoding, or is truncated',
  CharsetUnknown: 'the charset is unknown; state it in answers.charset',
  BodyTooLong: 'the body is longer than answers.maxBodyBytes, and not every pattern was found',
  NotAsExpected: 'the answer is not as expected',
  RedirectNotFollowed: 'the redirect leads to another host, nowhere, or in circles',
  ValueMissing: 'a value to extract is missing',
  ValueTooLong: 'a value to extract is longer than answers.maxValueChars',
  LinkElsewhere: 'an extracted link leads to another host',
}

/** `opensAt` gives the offset of the clock that times are shown in. */
function noteWords(opensAt: string): WordsOf<Note> {
  const offsetSec = offsetSecOf(opensAt)
  const clock = (sec: number) => `${dateAt(sec, offsetSec)} ${clockAt(Math.round(sec), offsetSec)}`
  const stretch = ({ fromSec, untilSec }: Stretch) => `${clock(fromSec)} to ${clock(untilSec)}`
  return {
    LoadNotPreserved: ({ factor }) =>
      `station load is preserved only where population × speed = 1; here it is ${number(factor)}`,
    RateCapped: ({ maxPerSec }) =>
      `the host has not given its consent, so the rate was capped at ${perSec(maxPerSec)}`,
    DoorsNotRehearsed: () =>
      'further front doors are not rehearsed: their visitors come to the main one',
    TimelineNotPerformed: ({ cause }) =>
      cause === 'k6'
        ? 'events of the timeline were left to others: k6 performs none'
        : 'events of the timeline were left to others: no --control was given',
    FindingsUnavailable: ({ error }) => `the stack did not give its findings: ${error}`,
    MetricsUnreadable: ({ failures, attempts, lastError }) =>
      `${count(failures)} of ${counted(attempts, 'reading')} of the target's metrics failed (${lastError})`,
    MetricsMissing: ({ metrics }) => `the target's metrics lack ${metrics.join(', ')}`,
    MetricsMalformed: ({ lines }) =>
      `${lines} ${lines === 1 ? 'line' : 'lines'} of the target's metrics could not be read`,
    BookingsUndone: undoneText,
    AnswersMalformed: ({ step, fault, of, answers }) =>
      `${counted(answers, 'answer')} of step ${step} ${answers === 1 ? 'was' : 'were'} malformed: ${answerFaultWords[fault]}${of === '' ? '' : ` (${of})`}`,
    CookiesDropped: ({ cookies }) =>
      `visitors could not keep ${counted(cookies, 'cookie')}: a cookie may have 4,096 characters, a visitor 180 cookies and answers.maxCookieChars in all`,
    K6ThresholdCrossed: () =>
      'k6 ended with exit code 99: its threshold on dropped iterations was crossed',
    K6Runners: runnersText,
    LinesUnreadable: linesText,
    ResponseTimesPartial: ({ timed, requests }) =>
      `response times are those of ${count(timed)} of ${counted(requests, 'request')}: the log has no time for the rest`,
    ArrivalsCounted: ({ by, clients }) =>
      by === 'request'
        ? 'the log does not tell clients apart: every request counts as an arrival'
        : by === 'entryPath'
          ? 'arrivals are the requests to the entry path'
          : `arrivals are the ${clients === null ? '' : `${count(clients)} `}clients of the log, by address and browser`,
    ClockSetBack: (note) => stretchWords.ClockSetBack(stretch(note)),
    LogsOverlap: (note) => stretchWords.LogsOverlap(stretch(note)),
    LogGap: (note) => stretchWords.LogGap(stretch(note)),
    LogUnordered: (note) => stretchWords.LogUnordered(stretch(note)),
    MoreStretches: ({ of, count: n }) =>
      `the same holds for ${counted(n, 'more stretch', 'more stretches')}: ${moreWords[of]}`,
    DurationUnitInferred: ({ file, field, unit }) =>
      `the durations in ${field} of ${file} are read as ${unitWords[unit]}, by their size; --field duration=${field}:<unit> states another unit`,
    StartTimesInferred: ({ file }) =>
      `the times of ${file} are read as those of starts: its lines are in order once durations are added; --field time=<name> reads them as ends`,
    FieldUnused: ({ file, field, looksLike }) =>
      `${field} of ${file} looks like a ${looksLike} and is not used; --field ${looksLike}=${field} uses it`,
    FewAddresses: ({ addresses, count: n, requests }) =>
      `all ${counted(requests, 'request')} came from ${n === 1 ? 'one address' : `${count(n)} addresses`} (${addresses.join(', ')}${n > addresses.length ? ', …' : ''}), as behind a load balancer: visitors are not told apart unless the log has the forwarded address`,
    StepsUnseen: ({ steps }) => `no request of the log belongs to ${steps.join(', ')}`,
    StepsAlike: ({ steps }) =>
      `the requests of ${steps.join(', ')} are the same as those of an earlier step, which takes them all`,
    ReplayTooLarge: () => 'there are too many arrivals to replay: fit them instead',
    Other: ({ text }) => text,
  }
}

const unitWords = {
  s: 'seconds',
  ms: 'milliseconds',
  us: 'microseconds',
  ns: 'nanoseconds',
} as const

const moreWords: Readonly<Record<ClockCode, string>> = {
  ClockSetBack: 'times that occur twice',
  LogsOverlap: 'times that overlap',
  LogGap: 'times without a request',
  LogUnordered: 'lines that are not in order of time',
}

/** A note as a clause; `opensAt` of the run's header gives the offset of its clock. */
export const noteText = (note: Note, opensAt: string): string => wordsFor(noteWords(opensAt), note)
