import type { RunRecord } from '../record/run.ts'
import { minuteAt, runClock } from './clock.ts'
import { collapseSpan, haltsOf } from './collapse.ts'
import { formats, unknownText } from './format.ts'
import { isLog, isSimulated } from './engine.ts'
import { bookedUntil, peakWaiting, stateOf, stateWords } from './headline.ts'
import { isCutShort, waitingAtEnd } from './recorded.ts'
import { saturation } from './saturation.ts'

/** One line of the table of figures: what it is, and how it reads for a run. */
interface FigureRow {
  label: string
  of: (run: RunRecord) => string
  /** Stands only where a run was measured: a simulated one shows it as a chart. */
  measuredOnly?: boolean
  /** An access log tells of it. */
  inLogs?: boolean
}

const { count, compact, share, duration, ms, perSec } = formats

/** A wait of all who queued: where the estimate does not get there, they were never let in. */
function notReached(run: RunRecord, which: 'p50' | 'p95'): string {
  const { visitors, waitSec } = run.summary
  if (waitSec[which] !== null || visitors.queued === 0) return duration(waitSec[which])
  return `${unknownText} (${isCutShort(run) ? 'cut short before' : 'never let in'})`
}

function slowestStep({ summary }: RunRecord): string {
  const steps = Object.entries(summary.steps).toSorted(
    ([, a], [, b]) => (b.responseMs.p95 ?? -1) - (a.responseMs.p95 ?? -1),
  )
  const [name, step] = steps[0] ?? []
  return step === undefined || step.responseMs.p95 === null
    ? unknownText
    : `${ms(step.responseMs.p95)} (${name})`
}

const rows: FigureRow[] = [
  { label: 'How it went', inLogs: true, of: (run) => stateWords[stateOf(run)].word },
  { label: 'Tickets issued', inLogs: true, of: ({ summary }) => count(summary.visitors.arrived) },
  {
    label: '… of these re-entries',
    inLogs: true,
    of: ({ summary }) => count(summary.visitors.reentries),
  },
  { label: 'People who came', inLogs: true, of: ({ summary }) => count(summary.people.came) },
  {
    label: 'People who booked',
    of: ({ summary }) => `${count(summary.people.booked)} (${share(summary.bookedShare)})`,
  },
  {
    label: 'Booked before the halt',
    of: (run) => {
      const halt = haltsOf(run)[0]
      return halt === undefined ? unknownText : count(bookedUntil(run, halt.fromSec))
    },
  },
  {
    label: 'Peak number waiting',
    of: (run) => {
      const peak = peakWaiting(run)
      const at = minuteAt(peak.atSec, runClock(run).offsetSec)
      return peak.waiting === 0 ? '0' : `${compact(peak.waiting)} at ${at}`
    },
  },
  {
    label: 'Waiting at the end',
    of: (run) => {
      const left = compact(Math.round(waitingAtEnd(run)))
      return isCutShort(run) ? `${left} when cut short` : left
    },
  },
  {
    label: 'Wait of all who queued, p50',
    of: (run) => notReached(run, 'p50'),
  },
  {
    label: 'Wait of all who queued, p95',
    of: (run) => notReached(run, 'p95'),
  },
  {
    label: 'Wait of those let in, p50',
    of: ({ summary }) => duration(summary.admittedWaitSec.p50),
  },
  {
    label: 'Wait of those let in, p95',
    of: ({ summary }) => duration(summary.admittedWaitSec.p95),
  },
  {
    label: 'Error of the wait shown on entry, p50',
    measuredOnly: true,
    of: ({ summary }) => duration(summary.etaErrorSec.p50),
  },
  { label: 'Gate’s rate at the opening', of: ({ summary }) => perSec(summary.opening.admitPerSec) },
  { label: 'Bypassed the gate', of: ({ summary }) => count(summary.visitors.bypassed) },
  { label: 'Tickets that ended in an error', of: ({ summary }) => share(summary.errorShare) },
  {
    label: 'Requests that failed',
    inLogs: true,
    of: ({ summary }) => share(summary.requestErrorShare),
  },
  {
    label: 'Longest period in which most failed',
    inLogs: true,
    of: (run) => {
      const collapse = collapseSpan(run)
      if (collapse === null) return 'none'
      const clock = (sec: number) => minuteAt(sec, runClock(run).offsetSec)
      return `${clock(collapse.fromSec)}–${clock(collapse.toSec)}`
    },
  },
  { label: 'Response of the slowest step, p95', inLogs: true, of: slowestStep },
  {
    label: 'Busiest station',
    of: (run) => {
      const first = saturation(run)[0]
      if (first === undefined) return unknownText
      const where = isSimulated(run) ? '' : ' (observed)'
      return `${first.station}, ${share(first.utilisation)}${where}`
    },
  },
]

/** The table of figures: a label and one cell a run; rows that say nothing of any run are left out. */
export function figureRows(runs: readonly RunRecord[]): { label: string; cells: string[] }[] {
  const measured = !runs.every(isSimulated)
  return rows
    .filter(({ measuredOnly = false }) => measured || !measuredOnly)
    .map(({ label, of, inLogs = false }) => ({
      label,
      cells: runs.map((run) => (isLog(run) && !inLogs ? unknownText : of(run))),
    }))
    .filter(({ cells }) => cells.some((cell) => cell !== unknownText))
}
