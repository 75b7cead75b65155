import type {
  ComparedFigure,
  RunComparison,
  DifferenceVerdict,
  Interval,
} from '../../compare/compare.ts'
import { engineWords } from '../engine.ts'
import { formats, unknownText } from '../format.ts'
import { scaleText } from '../scale.ts'
import { openingText } from '../title.ts'
import type { ReportRun } from '../types.ts'
import { asSentence } from '../verdict-words.ts'
import type { ComparisonReport } from './compared-runs.ts'
import { figureNames } from './figure-names.ts'
import { mismatchText } from './mismatch-words.ts'

export const differenceWords: Record<
  DifferenceVerdict,
  { sign: string; word: string; colour: string }
> = {
  worse: { sign: '✕', word: 'worse', colour: '@bad' },
  better: { sign: '✓', word: 'better', colour: '@good' },
  changed: { sign: '≠', word: 'changed', colour: '@booked' },
  noDifference: { sign: '·', word: 'no difference shown', colour: '@muted' },
  withinRun: { sign: '·', word: 'within-run only', colour: '@muted' },
  notComparable: { sign: '?', word: 'not comparable', colour: '@muted' },
}

export function verdictText({ verdict }: ComparedFigure): string {
  const { sign, word } = differenceWords[verdict]
  return `${sign} ${word}`
}

const signOf = (value: number) => (value > 0 ? '+' : value < 0 ? '−' : '±')

/** `+12 ms`, `−3%`, `±0`: a difference, always with its sign. */
function signed(value: number, show: (size: number) => string): string {
  const text = show(Math.abs(value))
  // What rounds to nothing has no sign.
  return `${signOf(/[1-9]/.test(text) ? value : 0)}${text}`
}

/** A share as a difference: in points of a hundred, not in per cent of something. */
function points(size: number): string {
  const hundredths = size * 100
  return `${Number(hundredths.toFixed(hundredths < 1 ? 2 : 1))} points`
}

function sizeOf({ unit }: ComparedFigure, size: number): string {
  if (unit === 'share') return points(size)
  if (unit === 'count')
    return formats.number(size < 10 ? Number(size.toFixed(1)) : Math.round(size))
  return formats[unit](size)
}

/** Of a value: a count between runs may lie between two counts. */
export function valueText(figure: ComparedFigure, value: number | null): string {
  if (value === null) return unknownText
  return figure.unit === 'count' ? sizeOf(figure, value) : formats[figure.unit](value)
}

const percent = (size: number) =>
  size >= 10 ? `${formats.compact(size * 100)}%` : `${Number((size * 100).toFixed(1))}%`

function intervalText({ low, high }: Interval, show: (value: number) => string): string {
  return low === null || high === null ? '' : ` (${show(low)} to ${show(high)})`
}

/** `+12 ms (+3 ms to +21 ms)` */
export function differenceText(figure: ComparedFigure): string {
  if (figure.difference === null) return unknownText
  const show = (value: number) => signed(value, (size) => sizeOf(figure, size))
  return `${show(figure.difference.value)}${intervalText(figure.difference, show)}`
}

/** `+9.8% (+7.1% to +12.6%)` of the baseline; `–` where that is zero. */
export function shareText({ share }: ComparedFigure): string {
  if (share === null) return unknownText
  const show = (value: number) => signed(value, percent)
  return `${show(share.value)}${intervalText(share, show)}`
}

export function pText(p: number | null): string {
  if (p === null) return unknownText
  if (p > 0.9995) return '1'
  return p < 0.001 ? '< 0.001' : p.toFixed(3)
}

/** `5 runs`, `1 run`. */
const runsText = (count: number) => `${formats.count(count)} ${count === 1 ? 'run' : 'runs'}`

const isOne = (runs: readonly ReportRun[]) =>
  new Set(runs.map(({ run }) => run.header.engine)).size === 1

/** The engines of the sides where they differ: the model is held against the stack then. */
export function sideEngines({
  baseline,
  candidate,
}: ComparisonReport): { baseline: string; candidate: string } | null {
  const [a, b] = [baseline[0]?.run.header.engine, candidate[0]?.run.header.engine]
  if (a === undefined || b === undefined || a === b) return null
  if (!isOne(baseline) || !isOne(candidate)) return null
  return { baseline: engineWords[a], candidate: engineWords[b] }
}

/** What the sides are called where there is little room. */
export const shortNames = (report: ComparisonReport) =>
  sideEngines(report) ?? { baseline: 'baseline', candidate: 'candidate' }

/** What the sides are called in charts and tables. */
export function sideNames(report: ComparisonReport): { baseline: string; candidate: string } {
  const engines = sideEngines(report)
  const { runs } = report.comparison
  const name = (side: 'baseline' | 'candidate') =>
    `${side} (${engines === null ? '' : `${engines[side]}, `}${runsText(runs[side])})`
  return { baseline: name('baseline'), candidate: name('candidate') }
}

export function comparisonTitle(report: ComparisonReport): string {
  const name = report.baseline[0]?.run.header.scenarioName ?? 'runs'
  const engines = sideEngines(report)
  const what =
    engines === null
      ? 'candidate against baseline'
      : `${engines.candidate} against ${engines.baseline}`
  return report.title ?? `${name}: ${what}`
}

const seedsOf = (runs: readonly ReportRun[]) =>
  [...new Set(runs.map(({ run }) => run.header.seed))].join(', ')

/** Where and how: opening, engines, scale and seeds. */
export function comparisonSubtitle({ baseline, candidate }: ComparisonReport): string {
  const [first] = baseline
  if (first === undefined) return ''
  const all = [...baseline, ...candidate]
  const engines = [...new Set(all.map(({ run }) => engineWords[run.header.engine]))].join(' and ')
  const scale = scaleText(first.run.header)
  const [a, b] = [seedsOf(baseline), seedsOf(candidate)]
  const word = baseline.length + candidate.length > 2 || a !== b ? 'seeds' : 'seed'
  const seeds = a === b ? `${word} ${a}` : `${word} ${a} against ${b}`
  return `Opening of ${openingText(first.run)} · ${engines}${scale === '' ? '' : `, ${scale}`} · ${seeds}.`
}

const listed = (figures: readonly ComparedFigure[]) =>
  figures
    .map((figure) => {
      const { path, share } = figure
      return `${figureNames[path].spoken} ${share === null ? differenceText(figure) : shareText(figure)}`
    })
    .join('; ')

/** What could not have been seen: how far the interval of the response times reaches. */
function resolution({ figures }: RunComparison): string {
  const share = figures.find(({ path }) => path === 'responseMs.p95')?.share
  if (share === null || share === undefined) return ''
  const { low, high } = share
  if (low === null || high === null) return ''
  return ` That is no proof that there is none: for the p95 response time, anything from ${signed(low, percent)} to ${signed(high, percent)} is compatible with these runs.`
}

/** The answer, in one or two sentences. */
export function comparisonAnswer(report: ComparisonReport): string {
  const { comparison } = report
  const { figures, runs, level } = comparison
  const sides = `${runs.baseline} against ${runsText(runs.candidate)}`
  if (comparison.kind === 'withinRun') {
    const apart = figures
      .filter(({ share }) => share !== null && share.value !== 0)
      .toSorted((a, b) => Math.abs(b.share?.value ?? 0) - Math.abs(a.share?.value ?? 0))
      .slice(0, 3)
    const most = apart.length === 0 ? '' : ` Furthest apart: ${listed(apart)}.`
    return `Within-run only (${sides}): what differs may be chance, and nothing is called significant under three runs a side.${most}`
  }
  const of = (verdict: DifferenceVerdict) => figures.filter((one) => one.verdict === verdict)
  const [worse, better, changed] = [of('worse'), of('better'), of('changed')]
  const tested = figures.filter(({ p }) => p !== null).length
  if (worse.length + better.length + changed.length === 0) {
    return `No difference shown in any of ${tested} figures (${sides}, level ${formats.share(level)} over all together).${resolution(comparison)}`
  }
  const parts = [
    ['Worse', worse],
    ['Better', better],
    ['Changed', changed],
  ] as const
  const told = parts
    .filter(([, found]) => found.length > 0)
    .map(([word, found]) => `${word} in ${found.length} of ${tested} figures: ${listed(found)}.`)
  return `${told.join(' ')} ${sides.slice(0, 1).toUpperCase()}${sides.slice(1)}; level ${formats.share(level)} over all figures together.`
}

/** What was allowed although it speaks against comparing, then what else a reader must know. */
export function warnings({ mismatches }: RunComparison): { title: string; text: string }[] {
  return mismatches.map((mismatch) => ({
    title: `Compared all the same: --allow ${mismatch.kind}`,
    text: asSentence(mismatchText(mismatch)),
  }))
}

/** How the figures came about, for whoever doubts them. */
export function methodText({ kind, level }: RunComparison): string {
  return kind === 'withinRun'
    ? 'There is one figure a run. What happens within one run hangs together, so no interval is drawn from it.'
    : `Each run gives one value a figure. Values are geometric means of the runs; intervals (${formats.share(1 - level)}, of each figure by itself) and p are Welch’s t on logarithms. “Worse” and “better” hold over all figures together: p is corrected by Holm’s method, the p95 response time counting four times.`
}
