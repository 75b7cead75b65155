import { msToSec } from '../core/units.ts'
import { percentilesOf } from '../record/histogram.ts'
import type { Percentiles, RunRecord } from '../record/run.ts'
import { latencies } from './charts/histograms.ts'
import { isLive, isSimulated, stationsOf } from './engine.ts'
import { formats, unknownText, type FormatName } from './format.ts'
import { peakWaiting } from './headline.ts'
import { saturation } from './saturation.ts'
import { scaleText } from './scale.ts'
import type { ReportRun } from './types.ts'

/** A figure of a live run beside that of a simulation of the same. */
export interface ComparedRow {
  label: string
  live: string
  simulated: string
  /** What the simulation gives more, or less: `+3.1%`, `× 12`; of a share `−0.4 points`. */
  difference: string
  /** |simulated − live| / live; `null` where one of them is not known, or of shares. */
  off: number | null
}

export interface EngineComparison {
  live: ReportRun
  simulated: ReportRun
  /** Whether it may be used, how the two agree, and in what they are not of the same. */
  text: string
  rows: ComparedRow[]
}

interface Figure {
  label: string
  format: FormatName
  of: (run: RunRecord) => number | null
}

/** Agreement that nobody would argue about. */
const closeShare = 0.05

function responseTimes(run: RunRecord): Percentiles | null {
  const histogram = latencies(run, 'responseUs')
  return histogram === null ? null : percentilesOf(histogram)
}

const figures: readonly Figure[] = [
  { label: 'Tickets issued', format: 'count', of: ({ summary }) => summary.visitors.arrived },
  { label: 'People who booked', format: 'count', of: ({ summary }) => summary.people.booked },
  { label: 'Let in by the gate', format: 'count', of: ({ summary }) => summary.visitors.admitted },
  { label: 'Bypassed the gate', format: 'count', of: ({ summary }) => summary.visitors.bypassed },
  { label: 'Gave up waiting', format: 'count', of: ({ summary }) => summary.visitors.abandoned },
  { label: 'Peak number waiting', format: 'count', of: (run) => peakWaiting(run).waiting },
  {
    label: 'Wait of all who queued, p50',
    format: 'duration',
    of: ({ summary }) => summary.waitSec.p50,
  },
  {
    label: 'Wait of all who queued, p95',
    format: 'duration',
    of: ({ summary }) => summary.waitSec.p95,
  },
  {
    label: 'Gate’s rate at the opening',
    format: 'perSec',
    of: ({ summary }) => summary.opening.admitPerSec,
  },
  {
    label: 'Page requests',
    format: 'count',
    of: ({ timeline }) => timeline.requests.reduce((all, n) => all + n, 0),
  },
  { label: 'Response, p50', format: 'ms', of: (run) => responseTimes(run)?.p50 ?? null },
  { label: 'Response, p95', format: 'ms', of: (run) => responseTimes(run)?.p95 ?? null },
  { label: 'Response, p99', format: 'ms', of: (run) => responseTimes(run)?.p99 ?? null },
  {
    label: 'Tickets that ended in an error',
    format: 'share',
    of: ({ summary }) => summary.errorShare,
  },
  {
    label: 'Requests that failed',
    format: 'share',
    of: ({ summary }) => summary.requestErrorShare,
  },
]

/** Of each station that the target showed. */
function stationFigures(live: RunRecord): Figure[] {
  return Object.keys(stationsOf(live)).map((name) => ({
    label: `“${name}” in its busiest ${formats.duration(live.timeline.bucketSec)}`,
    format: 'share',
    of: (run) => saturation(run).find(({ station }) => station === name)?.peakUtilisation ?? null,
  }))
}

const signOf = (value: number) => (value > 0 ? '+' : value < 0 ? '−' : '±')

function differenceText(live: number, simulated: number, isShare: boolean): string {
  const by = simulated - live
  if (isShare) {
    const points = Number((Math.abs(by) * 100).toFixed(1))
    return points === 0 ? '±0 points' : `${signOf(by)}${points} points`
  }
  if (live === 0) return simulated === 0 ? '±0%' : unknownText
  // Ten times as much is easier to see than 900% more.
  if (simulated >= 10 * live) return `× ${formats.compact(simulated / live)}`
  const percent = (by / live) * 100
  const size = Number(Math.abs(percent).toFixed(Math.abs(percent) < 10 ? 1 : 0))
  const text = size < 10 ? String(size) : formats.count(size)
  return `${signOf(size === 0 ? 0 : by)}${text}%`
}

function comparedRow(live: RunRecord, simulated: RunRecord, figure: Figure): ComparedRow {
  const { label, format, of } = figure
  const [measured, modelled] = [of(live), of(simulated)]
  const show = formats[format]
  const isShare = format === 'share'
  const isKnown = measured !== null && modelled !== null
  return {
    label,
    live: show(measured),
    simulated: show(modelled),
    difference: isKnown ? differenceText(measured, modelled, isShare) : unknownText,
    off: !isKnown || isShare || measured === 0 ? null : Math.abs(modelled - measured) / measured,
  }
}

function unusableText(live: ReportRun, simulated: ReportRun): string {
  const labels = [live, simulated].filter(({ run }) => !run.verdict.valid).map(({ label }) => label)
  const [first] = labels
  if (first === undefined) return ''
  return `The figures of “${labels.join('” and “')}” must not be used, and so must not this comparison.`
}

/** How two runs of one scenario differ besides their engines; '' where they do not. */
function unlikeText(live: RunRecord, simulated: RunRecord): string {
  const [a, b] = [live.header, simulated.header]
  const span = ({ opensAt, endsAt }: RunRecord['header']) =>
    msToSec(Date.parse(endsAt) - Date.parse(opensAt))
  const differences = [
    ...(a.workloadHash === b.workloadHash ? [] : ['their crowds are not of the same scenario']),
    ...(a.stackHash === b.stackHash ? [] : ['their stacks are not of the same scenario']),
    ...(a.seed === b.seed ? [] : [`the seeds differ (${a.seed} and ${b.seed})`]),
    ...(span(a) === span(b)
      ? []
      : [
          `they were followed for ${formats.duration(span(a))} and ${formats.duration(span(b))} after the opening`,
        ]),
  ]
  return differences.length === 0
    ? ''
    : `They are not quite of the same: ${differences.join('; ')}.`
}

function agreement(rows: readonly ComparedRow[]): string {
  const known = rows.flatMap((row) => (row.off === null ? [] : [{ row, off: row.off }]))
  const [worst] = known.toSorted((a, b) => b.off - a.off)
  if (worst === undefined) return 'Nothing that both runs know can be compared.'
  const close = known.filter(({ off }) => off <= closeShare).length
  const within = `agree within ${formats.share(closeShare)}`
  if (close === known.length) return `All ${close} figures that both runs know ${within}.`
  const { label, live, simulated, difference } = worst.row
  return `${close} of ${known.length} figures ${within}. Furthest apart is “${label}”: ${simulated} simulated, ${live} measured (${difference}).`
}

/** Every live run with the simulations of the same scenario, variant and scale. */
export function comparisonsOf(runs: readonly ReportRun[]): EngineComparison[] {
  const isSame = ({ header: a }: RunRecord, { header: b }: RunRecord) =>
    a.scenarioName === b.scenarioName && a.variant === b.variant && scaleText(a) === scaleText(b)
  return runs
    .filter(({ run }) => isLive(run))
    .flatMap((live) =>
      runs
        .filter(({ run }) => isSimulated(run) && isSame(live.run, run))
        .map((simulated) => {
          const rows = [...figures, ...stationFigures(live.run)].map((figure) =>
            comparedRow(live.run, simulated.run, figure),
          )
          const unlike = unlikeText(live.run, simulated.run)
          const text = [unusableText(live, simulated), agreement(rows), unlike]
          return { live, simulated, rows, text: text.filter((part) => part !== '').join(' ') }
        }),
    )
}
