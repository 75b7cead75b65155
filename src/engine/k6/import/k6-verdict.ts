import { msToSec } from '../../../core/units.ts'
import { loadNotes, maxGeneratorDropShare, maxLatenessP99Ms } from '../../../record/assemble.ts'
import type { Verdict } from '../../../record/run.ts'
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
/** Runners further apart than this do not open together. */
const maxSkewMs = 1000

/** Whether k6 did what it was asked to, and all of it is there. */
export function k6Verdict(input: VerdictInput): Verdict {
  const { isAccompanied = false } = input.environment
  const cut = input.environment.cutShort ?? cutOf(input)
  const reasons = [
    ...droppedReasons(input),
    ...latenessReasons(input),
    ...segmentReasons(input),
    ...fileReasons(input),
    ...(input.left < 0
      ? [`${-input.left} tickets ended that were never told to have come: lines are missing`]
      : []),
    ...(cut === null ? [] : [cut]),
  ]
  const notes = [
    ...(isAccompanied ? [] : loadNotes(input.runners.run)),
    ...runnerNotes(input.runners),
    ...damageNotes(input.reads),
    ...(input.hasTimeline && !isAccompanied
      ? ['events of the timeline were left to others: k6 performs none']
      : []),
    ...(input.environment.notes ?? []),
  ]
  return { valid: reasons.length === 0, saturated: false, reasons, notes, slo: [], reported: [] }
}

const percent = (share: number) => `${Number((100 * share).toPrecision(2))}%`

function droppedReasons({ tally }: VerdictInput): string[] {
  const { dropped, arrived } = tally
  const share = dropped / Math.max(1, arrived + dropped)
  if (share <= maxGeneratorDropShare) return []
  return [
    `k6 had no VU for ${dropped} of ${arrived + dropped} visitors (${percent(share)}, limit ${percent(maxGeneratorDropShare)})`,
  ]
}

function latenessReasons({ tally }: VerdictInput): string[] {
  const lateMs = tally.latenessMs.quantile(0.99) ?? 0
  if (lateMs <= maxLatenessP99Ms) return []
  const text = `visitors acted ${lateMs} ms late (99th percentile, limit ${maxLatenessP99Ms}): k6 did not keep up`
  return [text]
}

function segmentReasons({ runners, planned }: VerdictInput): string[] {
  const segments = runners.list.map(({ segment }) => segment)
  const missing = missingShare(segments)
  if (missing * planned < 1) return []
  const parts = segments.map(({ text }) => text).join(', ')
  return [
    `only the parts ${parts} of the visitors are there: ${percent(missing)} of them are missing`,
  ]
}

function fileReasons({ reads }: VerdictInput): string[] {
  return reads.flatMap(({ damage, points }) => {
    if (damage.lines === 0) return [`nothing is in ${damage.name}: what its runner did is missing`]
    if (points === 0) return [`nothing of dambreak is in ${damage.name}`]
    if (damage.broken <= maxDamagedShare * damage.lines) return []
    return [`${damage.broken} of ${damage.lines} lines of ${damage.name} cannot be read`]
  })
}

/** Why the run ended before its time, as reports know it; `null` where it did not. */
function cutOf({
  tally,
  reads,
  left,
  planned,
  endsAtEpochMs,
  runners,
}: VerdictInput): string | null {
  const cut = reads.filter(({ isCut }) => isCut).map(({ damage }) => damage.name)
  if (cut.length > 0) {
    return `stopped: ${cut.join(', ')} ${cut.length === 1 ? 'ends' : 'end'} in the middle of a line`
  }
  if (tally.seenMs.last + quietEndMs >= endsAtEpochMs) return null
  if (left > 0) {
    return `stopped: k6 ended before the scenario did, with ${left} visitors still there`
  }
  const share = 1 - missingShare(runners.list.map(({ segment }) => segment))
  const due = planned * share
  const came = tally.arrived + tally.dropped
  if (came >= Math.min(minArrivedShare * due, due - 1)) return null
  return `stopped: k6 ended before the scenario did; ${came} of ${Math.round(due)} visitors had come`
}

function runnerNotes({ list }: K6Runners): string[] {
  if (list.length === 0) return []
  const late = list.flatMap(({ lateMs }) => (lateMs === null ? [] : [lateMs]))
  const number = list.length === 1 ? '1 k6 runner' : `${list.length} k6 runners`
  if (late.length === 0) return [`${number}, which did not tell when they began`]
  const last = Math.max(...late)
  const skewMs = last - Math.min(...late)
  const ms = (value: number) =>
    value < 10_000 ? `${Math.round(value)} ms` : `${msToSec(value).toFixed(1)} s`
  const began =
    list.length === 1
      ? `${number} began ${ms(last)} after its time`
      : `${number} began within ${ms(skewMs)} of each other, the last ${ms(last)} after its time`
  const apart =
    skewMs > maxSkewMs
      ? ': the opening is smeared by as much, and sharper than it looks here'
      : last > maxSkewMs
        ? ': all came that much later than the scenario says'
        : ''
  return [`${began}${apart}`]
}

function damageNotes(reads: readonly FileRead[]): string[] {
  return reads
    .map(({ damage }) => damage)
    .filter(({ broken }) => broken > 0)
    .map(({ name, broken, lines, kinds }) => {
      const why = [...kinds].map(([kind, n]) => `${n} ${kind}`).join(', ')
      return `${broken} of ${lines} lines of ${name} cannot be read and are not counted (${why})`
    })
}
