import { answerNotes } from '../../client/answer-notes.ts'
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
  /** Visitors that are due before the end, over the whole plan. */
  readonly planned: number
  readonly endsAtEpochMs: number
  /** The scenario has events that somebody is to perform. */
  readonly hasTimeline: boolean
  readonly environment: ImportEnvironment
}

/** k6 writes its last points up to some seconds before its end. */
const quietEndMs = 5000
/** A runner whose first visitor came further from its time than this did not perform the plan. */
const maxOffScheduleMs = 1000
/** Lines that may be damaged before the figures must not be used. */
const maxDamagedShare = 0.005

/**
 * Whether k6 did what it was asked to, and all of it is there. Planned visitors that the files do not
 * mention are dropped in the tally.
 */
export function k6Verdict(input: VerdictInput): Verdict {
  const { isAccompanied = false, notes: given = [] } = input.environment
  const missing = missingVisitors(input)
  const ending = endingOf(input, missing)
  if (missing > 0) input.tally.dropAtEnd(missing)
  const reasons = [
    ...droppedReasons(input),
    ...scheduleReasons(input),
    ...latenessReasons(input),
    ...segmentReasons(input),
    ...fileReasons(input),
    ...arrivalReasons(input),
  ]
  const notes: Note[] = [
    ...(isAccompanied ? [] : loadNotes(input.runners.run)),
    ...runnerNotes(input.runners),
    ...input.reads.flatMap(lineNotes),
    ...answerNotes(input.tally.answers),
    ...(input.hasTimeline && !isAccompanied
      ? [{ code: 'TimelineNotPerformed', cause: 'k6' } as const]
      : []),
    ...given,
  ]
  const valid = ending.kind === 'finished' && reasons.length === 0
  return { valid, saturated: false, ending, reasons, notes, slo: [], reported: [] }
}

/**
 * Planned visitors that neither came nor were dropped. A run that was ended early was not to start
 * the rest; a segment that is missing as a whole is a reason of its own.
 */
function missingVisitors({ environment, runners, tally, left, planned }: VerdictInput): number {
  if ((environment.ending ?? finishedEnding).kind !== 'finished') return 0
  const share = 1 - missingShare(runners.list.map(({ segment }) => segment))
  const arrived = tally.arrived + Math.max(0, -left)
  const missing = Math.round(planned * share) - arrived - tally.dropped
  // k6 cuts the arrivals into whole iterations, for each runner apart.
  const spare = runners.list.length * runners.run.visitorsPerIteration
  return missing > spare ? missing : 0
}

/** A runner that begins late, or early, brings all its visitors at other times than planned. */
function scheduleReasons({ runners }: VerdictInput): Reason[] {
  const offMs = runners.list.map(({ lateMs }) => lateMs ?? 0)
  const worstMs = offMs.reduce((worst, ms) => (Math.abs(ms) > Math.abs(worst) ? ms : worst), 0)
  if (Math.abs(worstMs) <= maxOffScheduleMs) return []
  const off = offMs.filter((ms) => Math.abs(ms) > maxOffScheduleMs).length
  return [{ code: 'RunnersOffSchedule', runners: off, lateMs: worstMs, maxMs: maxOffScheduleMs }]
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
function endingOf(input: VerdictInput, missing: number): Ending {
  const { environment, reads, tally, endsAtEpochMs, left } = input
  const known = environment.ending ?? finishedEnding
  if (known.kind !== 'finished') return known
  const files = reads.filter(({ isCut }) => isCut).map(({ damage }) => damage.name)
  if (files.length > 0) return { kind: 'cutShort', detail: { code: 'FilesCut', files } }
  if (tally.seenMs.last + quietEndMs >= endsAtEpochMs) return finishedEnding
  if (left > 0) return { kind: 'cutShort', detail: { code: 'VisitorsLeft', visitors: left } }
  if (missing === 0) return finishedEnding
  const arrived = tally.arrived + tally.dropped
  return { kind: 'cutShort', detail: { code: 'ArrivalsCut', arrived, due: arrived + missing } }
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
