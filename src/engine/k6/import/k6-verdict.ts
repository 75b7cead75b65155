import { loadNotes, maxGeneratorDropShare, maxLatenessP99Ms } from '../../../record/assemble.ts'
import type { Verdict } from '../../../record/run.ts'
import {
  finishedEnding,
  type Ending,
  type Note,
  type Reason,
} from '../../../record/verdict-codes.ts'
import type { FileRead, ImportEnvironment } from './k6-file.ts'
import type { K6Runners } from './k6-runners.ts'
import type { K6Tally } from './k6-tally.ts'
import { missingShare } from './segment.ts'

/** All that a verdict of an imported run rests on. */
export interface VerdictInput {
  readonly tally: K6Tally
  readonly runners: K6Runners
  readonly reads: readonly FileRead[]
  /** Tickets that came and have no end; below 0: so many ended that never came. */
  readonly left: number
  /** Initial tickets of the whole scenario. */
  readonly planned: number
  readonly endsAtEpochMs: number
  /** The scenario has events that somebody is to perform. */
  readonly hasTimeline: boolean
  readonly environment: ImportEnvironment
}

/** k6 writes its last points up to some seconds before its end. */
const quietEndMs = 5000
/** `ramping-arrival-rate` rounds its rates; less than this of what was planned is no rounding. */
const minArrivedShare = 0.98
/** Lines that may be damaged before the figures must not be used. */
const maxDamagedShare = 0.005

/** Whether k6 did what it was asked to, and all of it is there. */
export function k6Verdict(input: VerdictInput): Verdict {
  const { isAccompanied = false, notes: given = [] } = input.environment
  const ending = endingOf(input)
  const reasons = [
    ...droppedReasons(input),
    ...latenessReasons(input),
    ...segmentReasons(input),
    ...fileReasons(input),
    ...arrivalReasons(input),
  ]
  const notes: Note[] = [
    ...(isAccompanied ? [] : loadNotes(input.runners.run)),
    ...runnerNotes(input.runners),
    ...input.reads.flatMap(lineNotes),
    ...(input.hasTimeline && !isAccompanied
      ? [{ code: 'TimelineNotPerformed', cause: 'k6' } as const]
      : []),
    ...given,
  ]
  const valid = ending.kind === 'finished' && reasons.length === 0
  return { valid, saturated: false, ending, reasons, notes, slo: [], reported: [] }
}

function droppedReasons({ tally }: VerdictInput): Reason[] {
  const { dropped, arrived } = tally
  const due = arrived + dropped
  if (dropped <= maxGeneratorDropShare * Math.max(1, due)) return []
  return [{ code: 'VisitorsNotStarted', visitors: dropped, due, maxShare: maxGeneratorDropShare }]
}

function latenessReasons({ tally }: VerdictInput): Reason[] {
  const p99Ms = tally.latenessMs.quantile(0.99) ?? 0
  if (p99Ms <= maxLatenessP99Ms) return []
  return [{ code: 'VisitorsLate', p99Ms, maxMs: maxLatenessP99Ms }]
}

function segmentReasons({ runners, planned }: VerdictInput): Reason[] {
  const segments = runners.list.map(({ segment }) => segment)
  const missing = missingShare(segments)
  if (missing * planned < 1) return []
  return [
    {
      code: 'SegmentsMissing',
      segments: segments.map(({ text }) => text),
      missingShare: missing,
    },
  ]
}

function fileReasons({ reads }: VerdictInput): Reason[] {
  return reads.flatMap(({ damage, points }): Reason[] => {
    const { name: file, lines, broken } = damage
    if (lines === 0) return [{ code: 'FileEmpty', file }]
    if (points === 0) return [{ code: 'FileForeign', file }]
    if (broken <= maxDamagedShare * lines) return []
    return [{ code: 'LinesUnreadable', file, unreadable: broken, lines }]
  })
}

function arrivalReasons({ left }: VerdictInput): Reason[] {
  return left < 0 ? [{ code: 'ArrivalsUnrecorded', tickets: -left }] : []
}

/** As whoever ran k6 says; else as what the files hold, or lack, shows. */
function endingOf(input: VerdictInput): Ending {
  const { environment, reads, tally, endsAtEpochMs, left } = input
  const known = environment.ending ?? finishedEnding
  if (known.kind !== 'finished') return known
  const files = reads.filter(({ isCut }) => isCut).map(({ damage }) => damage.name)
  if (files.length > 0) return { kind: 'cutShort', detail: { code: 'FilesCut', files } }
  if (tally.seenMs.last + quietEndMs >= endsAtEpochMs) return finishedEnding
  if (left > 0) return { kind: 'cutShort', detail: { code: 'VisitorsLeft', visitors: left } }
  const share = 1 - missingShare(input.runners.list.map(({ segment }) => segment))
  const due = input.planned * share
  const arrived = tally.arrived + tally.dropped
  if (arrived >= Math.min(minArrivedShare * due, due - 1)) return finishedEnding
  return { kind: 'cutShort', detail: { code: 'ArrivalsCut', arrived, due: Math.round(due) } }
}

function runnerNotes({ list }: K6Runners): Note[] {
  if (list.length === 0) return []
  const lateMs = list.flatMap((runner) => (runner.lateMs === null ? [] : [runner.lateMs]))
  const lastLateMs = Math.max(...lateMs)
  const started =
    lateMs.length === 0 ? null : { skewMs: lastLateMs - Math.min(...lateMs), lastLateMs }
  return [{ code: 'K6Runners', runners: list.length, started }]
}

function lineNotes({ damage }: FileRead): Note[] {
  const { name: file, broken, lines, kinds } = damage
  if (broken === 0) return []
  const unreadable = Object.fromEntries(kinds)
  return [
    { code: 'LinesUnreadable', file, unreadable: broken, lines, kinds: unreadable, examples: [] },
  ]
}
