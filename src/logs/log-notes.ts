import type { ParseReport } from '../core/parse-report.ts'
import { msToSec } from '../core/units.ts'
import type { Note } from '../record/verdict-codes.ts'
import type { LogPlan } from './log-plan.ts'
import type { UnusedField } from './looks-like.ts'
import type { LogEvidence } from './request-log.ts'
import { clockFindingKinds, type ClockFinding, type ClockFindingKind } from './clock-watch.ts'

/** Notes of a run or a fit on how logs were read. */
export type LogNote = Extract<
  Note,
  {
    code:
      | 'LinesUnreadable'
      | ClockFindingKind
      | 'MoreStretches'
      | 'DurationUnitInferred'
      | 'FieldUnused'
      | 'StartTimesInferred'
      | 'FewAddresses'
  }
>

/** How an input was read: where its fields came from, and what nothing was taken from. */
export interface LogReading {
  readonly file: string
  readonly plan: LogPlan
  readonly unused: readonly UnusedField[]
  /** Its times were found to be those of starts, by their order. */
  readonly isOfStarts: boolean
}

/** A log that comes in bursts may have a thousand gaps. */
const maxListed = 3
const maxUnused = 5

/** Notes on lines that could not be read, and on what was found of the clocks of logs. */
export function logNotes(
  reports: readonly ParseReport[],
  readings: readonly LogReading[],
  evidence: Pick<LogEvidence, 'findings' | 'fewAddresses' | 'requests'> | null,
): LogNote[] {
  const { findings = [], fewAddresses = null } = evidence ?? {}
  return [
    ...reports.filter(({ broken }) => broken > 0).map(linesNote),
    ...readings.flatMap(readingNotes),
    ...(fewAddresses === null
      ? []
      : [
          {
            code: 'FewAddresses' as const,
            addresses: fewAddresses.slice(0, maxListed),
            count: fewAddresses.length,
            requests: evidence?.requests.total ?? 0,
          },
        ]),
    ...clockFindingKinds.flatMap((kind) =>
      clockNotes(
        kind,
        findings.filter((finding) => finding.kind === kind),
      ),
    ),
  ]
}

function readingNotes({ file, plan, unused, isOfStarts }: LogReading): LogNote[] {
  const starts: LogNote[] = isOfStarts ? [{ code: 'StartTimesInferred', file }] : []
  const inferred = [plan.duration, plan.upstream].flatMap((planned): LogNote[] =>
    planned?.by === 'magnitude'
      ? [{ code: 'DurationUnitInferred', file, field: planned.key, unit: planned.unit }]
      : [],
  )
  const named = unused
    .slice(0, maxUnused)
    .map(({ field, looksLike }): LogNote => ({ code: 'FieldUnused', file, field, looksLike }))
  return [...starts, ...inferred, ...named]
}

function linesNote({ name, lines, broken, kinds, shown }: ParseReport): LogNote {
  return {
    code: 'LinesUnreadable',
    file: name,
    unreadable: broken,
    lines,
    kinds: Object.fromEntries(kinds),
    examples: shown.map(({ line, text }) => ({ line, text })),
  }
}

function clockNotes(code: ClockFindingKind, findings: readonly ClockFinding[]): LogNote[] {
  const listed = findings.slice(0, maxListed).map(({ at }): LogNote => {
    return { code, fromSec: msToSec(at.fromMs), untilSec: msToSec(at.untilMs) }
  })
  const count = findings.length - listed.length
  return count === 0 ? listed : [...listed, { code: 'MoreStretches', of: code, count }]
}
