import { isMapping, type Mapping } from '../scenario/plain.ts'
import type { EventDetail } from './event-detail.ts'
import { finishedEnding, interruptedEnding } from './verdict-codes.ts'
import type { Ending, Note, Reason, StopDetail } from './verdict-codes.ts'

/**
 * Version 1 of `run.json` had sentences where version 2 has codes. These are the sentences that
 * version 1 wrote; any other is kept as `Other`. Nothing else in the product reads English.
 */

type Parse<T> = readonly [RegExp, (groups: readonly (string | undefined)[]) => T]

function firstMatch<T>(text: string, parsers: readonly Parse<T>[]): T | null {
  for (const [pattern, parse] of parsers) {
    const found = pattern.exec(text)
    if (found !== null) return parse(found.slice(1))
  }
  return null
}

const other = (text: string) => ({ code: 'Other', text }) as const
/** The pattern lets digits, signs and points through; what is no number even so counts as 0. */
const number = (text: string | undefined): number => Number(text ?? '') || 0

const reasonParsers: readonly Parse<Reason>[] = [
  [
    /^requests left ([\d.e+-]+) ms late \(99th percentile, limit ([\d.e+-]+)\)$/,
    ([p99, max]) => ({ code: 'RequestsLate', p99Ms: number(p99), maxMs: number(max) }),
  ],
  [
    /^the generator could not send (\d+) requests \(limit ([\d.e+-]+)%\)$/,
    ([n, percent]) => ({
      code: 'RequestsNotSent',
      requests: number(n),
      maxShare: number(percent) / 100,
    }),
  ],
  [
    /^visitors acted ([\d.e+-]+) ms late \(99th percentile, limit ([\d.e+-]+)\): k6 did not keep up$/,
    ([p99, max]) => ({ code: 'VisitorsLate', p99Ms: number(p99), maxMs: number(max) }),
  ],
  [
    /^k6 had no VU for (\d+) of (\d+) visitors \(\S+%, limit ([\d.e+-]+)%\)$/,
    ([visitors, due, percent]) => ({
      code: 'VisitorsNotStarted',
      visitors: number(visitors),
      due: number(due),
      maxShare: number(percent) / 100,
    }),
  ],
  [
    /^only the parts (.+) of the visitors are there: ([\d.e+-]+)% of them are missing$/,
    ([parts = '', percent]) => ({
      code: 'SegmentsMissing',
      segments: parts.split(', '),
      missingShare: number(percent) / 100,
    }),
  ],
  [
    /^nothing is in (.+): what its runner did is missing$/,
    ([file = '']) => ({ code: 'FileEmpty', file }),
  ],
  [/^nothing of dambreak is in (.+)$/, ([file = '']) => ({ code: 'FileForeign', file })],
  [
    /^(\d+) of (\d+) lines of (.+) cannot be read$/,
    ([unreadable, lines, file = '']) => ({
      code: 'LinesUnreadable',
      file,
      unreadable: number(unreadable),
      lines: number(lines),
    }),
  ],
  [
    /^(\d+) tickets ended that were never told to have come: lines are missing$/,
    ([tickets]) => ({ code: 'ArrivalsUnrecorded', tickets: number(tickets) }),
  ],
]

const ruleHeld =
  /^(.+?)( \(calls of the waiting room\))?: at (\d+) s it was ([\d.e+-]+) (<=|>=|==|!=|<|>) ([\d.e+-]+)(?:, and had held for (\d+) s)?$/

function stopDetail(text: string): StopDetail {
  const found = ruleHeld.exec(text)
  if (found === null) return other(text)
  const [, rule = '', whose, atSec, left, operator = '', right, heldSec] = found
  return {
    code: 'RuleHeld',
    rule,
    requestsOf: whose === undefined ? 'journey' : 'waitingRoom',
    atSec: number(atSec),
    left: number(left),
    operator: operator as Extract<StopDetail, { code: 'RuleHeld' }>['operator'],
    right: number(right),
    heldSec: heldSec === undefined ? null : number(heldSec),
  }
}

const cutShort = (detail: Extract<Ending, { kind: 'cutShort' }>['detail']): Ending => ({
  kind: 'cutShort',
  detail,
})
const k6Failed = (exitCode: number | null, output: string): Ending => ({
  kind: 'failed',
  detail: { code: 'K6Failed', exitCode, output },
})

/** In order: the first that fits. */
const endingParsers: readonly Parse<Ending>[] = [
  [/^interrupted:/, () => interruptedEnding],
  [/^cut short: a count that was asked for was missed$/, () => cutShort({ code: 'CountMissed' })],
  [
    /^stopped: (.+) ends? in the middle of a line$/,
    ([files = '']) => cutShort({ code: 'FilesCut', files: files.split(', ') }),
  ],
  [
    /^stopped: k6 ended before the scenario did, with (\d+) visitors still there$/,
    ([visitors]) => cutShort({ code: 'VisitorsLeft', visitors: number(visitors) }),
  ],
  [
    /^stopped: k6 ended before the scenario did; (\d+) of (\d+) visitors had come$/,
    ([arrived, due]) =>
      cutShort({ code: 'ArrivalsCut', arrived: number(arrived), due: number(due) }),
  ],
  [/^stopped: ([^]*)$/, ([text = '']) => ({ kind: 'stopped', detail: stopDetail(text) })],
  [
    /^failed: (?:k6 does not take its options|the script failed in k6|the script stopped the run) \((\d+)\)(?:: ([^]*))?$/,
    ([exitCode, output = '']) => k6Failed(number(exitCode), output),
  ],
  [
    /^failed: k6 ended with (\d+)(?:: ([^]*))?$/,
    ([exitCode, output = '']) => k6Failed(number(exitCode), output),
  ],
  [/^failed: k6 was killed(?:: ([^]*))?$/, ([output = '']) => k6Failed(null, output)],
  [
    /^failed: ([^]*)$/,
    ([message = '']) => ({ kind: 'failed', detail: { code: 'WorkerFailed', message } }),
  ],
]

const noteParsers: readonly Parse<Note>[] = [
  [
    /^the load on the stations is preserved only where population × speed = 1; here it is ([\d.e+-]+)$/,
    ([factor]) => ({ code: 'LoadNotPreserved', factor: number(factor) }),
  ],
  [
    /^held to ([\d.e+-]+) requests a second: the host has not given consent$/,
    ([maxPerSec]) => ({ code: 'RateCapped', maxPerSec: number(maxPerSec) }),
  ],
  [/^further front doors are not rehearsed:/, () => ({ code: 'DoorsNotRehearsed' })],
  [/^no --control: events/, () => ({ code: 'TimelineNotPerformed', cause: 'noControl' })],
  [
    /^events of the timeline were left to others: k6/,
    () => ({ code: 'TimelineNotPerformed', cause: 'k6' }),
  ],
  [/^findings of the stack: ([^]*)$/, ([error = '']) => ({ code: 'FindingsUnavailable', error })],
  [
    /^(\d+) of (\d+) looks at the target's metrics failed \(([^]*)\)$/,
    ([failures, attempts, lastError = '']) => ({
      code: 'MetricsUnreadable',
      failures: number(failures),
      attempts: number(attempts),
      lastError,
    }),
  ],
  [
    /^not in the target's metrics: (.+)$/,
    ([names = '']) => ({ code: 'MetricsMissing', metrics: names.split(', ') }),
  ],
  [
    /^clean-up: (\d+) of (\d+) bookings were taken back(?:, and (\d+) that nobody was told of)?(?:; not all: ([^]*))?$/,
    ([undone, bookings, unconfirmed, error = '']) => ({
      code: 'BookingsUndone',
      bookings: number(bookings),
      undone: number(undone),
      unconfirmed: number(unconfirmed),
      error: error === '' ? null : error,
    }),
  ],
  [/^k6 ended with 99:/, () => ({ code: 'K6ThresholdCrossed' })],
  [
    /^response times are of the (\d+) of (\d+) requests that the log has times of$/,
    ([timed, requests]) => ({
      code: 'ResponseTimesPartial',
      timed: number(timed),
      requests: number(requests),
    }),
  ],
  [
    /^nothing in it tells clients apart:/,
    () => ({ code: 'ArrivalsCounted', by: 'request', clients: null }),
  ],
  [
    /^who came are the requests to the path of first contacts$/,
    () => ({ code: 'ArrivalsCounted', by: 'entryPath', clients: null }),
  ],
  [
    /^who came are its (\d+) clients, by address and browser$/,
    ([clients]) => ({ code: 'ArrivalsCounted', by: 'client', clients: number(clients) }),
  ],
  [/^there are too many arrivals to replay/, () => ({ code: 'ReplayTooLarge' })],
]

function admissionOf(json: string): EventDetail | null {
  try {
    const admission: unknown = JSON.parse(json)
    return isMapping(admission) ? { code: 'AdmissionChanged', admission } : null
  } catch {
    return null
  }
}

const eventParsers: readonly Parse<EventDetail | null>[] = [
  [
    /^service off, queue (kept|thrown away)(, servers restarted)?$/,
    ([queue, restarted]) => ({
      code: 'ServiceHalted',
      queue: queue === 'kept' ? 'keep' : 'void',
      serversRestarted: restarted !== undefined,
    }),
  ],
  [/^service on again$/, () => ({ code: 'ServiceResumed' })],
  [
    /^(\d+) → (\d+) instances$/,
    ([from, to]) => ({ code: 'InstancesChanged', from: number(from), to: number(to) }),
  ],
  [/^admission (\{.*\})$/, ([json = '']) => admissionOf(json)],
  [/^bypass closed, keys verified$/, () => ({ code: 'BypassClosed' })],
  [/^eligible people refused$/, () => ({ code: 'EligibilityFault', effect: 'refuse-eligible' })],
  [/^ineligible people let in$/, () => ({ code: 'EligibilityFault', effect: 'accept-ineligible' })],
  [/^gate opened early$/, () => ({ code: 'OpenedEarly' })],
  [/^\+?(-?\d+) slots$/, ([add]) => ({ code: 'SupplyChanged', add: number(add) })],
  [/^nobody performed it: no --control/, () => ({ code: 'NoControl' })],
  [/^the run was over before$/, () => ({ code: 'RunOver' })],
  [/^it was to have ended by the time/, () => ({ code: 'OverBeforeStart' })],
]

function upgradeEvent(event: unknown): unknown {
  if (!isMapping(event) || typeof event['detail'] !== 'string') return event
  const { detail } = event
  return { ...event, detail: firstMatch(detail, eventParsers) ?? other(detail) }
}

const isEnding = (text: string): boolean => /^(interrupted|stopped|failed|cut short):/.test(text)

/** What is not a list of text stays as it is, and the schema finds the fault. */
function coded<T>(texts: unknown, parsers: readonly Parse<T>[]): unknown {
  if (!Array.isArray(texts)) return texts
  return (texts as unknown[]).map((text) =>
    typeof text === 'string' ? (firstMatch(text, parsers) ?? other(text)) : text,
  )
}

function upgradeVerdict({ reasons, notes = [], ...rest }: Mapping): Mapping {
  const listed: unknown[] = Array.isArray(reasons) ? (reasons as unknown[]) : []
  const cut = listed.find((text) => typeof text === 'string' && isEnding(text))
  const ending = typeof cut === 'string' ? firstMatch(cut, endingParsers) : null
  return {
    ...rest,
    ending: ending ?? (typeof cut === 'string' ? cutShort(other(cut)) : finishedEnding),
    reasons: coded(
      Array.isArray(reasons) ? listed.filter((text) => text !== cut) : reasons,
      reasonParsers,
    ),
    notes: coded(notes, noteParsers),
  }
}

function renamed(of: unknown, names: Readonly<Record<string, string>>): unknown {
  if (!isMapping(of)) return of
  return Object.fromEntries(
    Object.entries(of).map(([name, value]) => [
      Object.hasOwn(names, name) ? names[name] : name,
      value,
    ]),
  )
}

function upgradeConnections(live: unknown): unknown {
  if (!isMapping(live) || typeof live['connections'] !== 'string') return live
  const pool = /^a pool of (\d+) connections$/.exec(live['connections'])?.[1]
  const connections =
    pool === undefined ? { mode: 'perVisitor' } : { mode: 'pool', connections: Number(pool) }
  return { ...live, connections }
}

function upgradeAudit({ live, k6, ...rest }: Mapping): Mapping {
  const liveNames = { mostInFlight: 'maxInFlight', mostConnections: 'maxConnections' }
  return {
    ...rest,
    ...(live === undefined ? {} : { live: upgradeConnections(renamed(live, liveNames)) }),
    ...(k6 === undefined ? {} : { k6: renamed(k6, { mostVus: 'maxVus' }) }),
  }
}

/** A version 1 record in the shape of version 2; anything else as it is. Pure. */
export function upgradeVersion1(value: unknown): unknown {
  if (!isMapping(value) || value['schemaVersion'] !== 1) return value
  const { verdict, audit, events } = value
  return {
    ...value,
    schemaVersion: 2,
    ...(isMapping(verdict) ? { verdict: upgradeVerdict(verdict) } : {}),
    ...(isMapping(audit) ? { audit: upgradeAudit(audit) } : {}),
    ...(Array.isArray(events) ? { events: (events as unknown[]).map(upgradeEvent) } : {}),
  }
}
