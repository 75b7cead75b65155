import { DambreakError } from '../core/errors.ts'
import type { RunRecord } from '../record/run.ts'
import {
  compareRuns,
  minRuns,
  type ComparedFigure,
  type RunComparison,
  type Interval,
} from '../compare/compare.ts'
import { shown, type GateCheck, type GateSubject } from './check.ts'

/** Runs that others are held against. */
export interface GateBaseline {
  /** What it is called: a name, or paths. */
  readonly name: string
  /** Where it comes from, in a sentence. */
  readonly provenance: string
  readonly runs: readonly RunRecord[]
}

/**
 * Holds runs against those of a baseline. Only a worsening that is significant over repeated runs
 * fails, by the level that `compareRuns` keeps over all figures together, and a figure that the
 * baseline knows and these runs do not.
 */
export function regressionChecks(
  baseline: GateBaseline,
  candidate: readonly RunRecord[],
): GateSubject {
  const label = `against baseline ${baseline.name}`
  try {
    const comparison = compareRuns(baseline.runs, candidate)
    return { label, checks: [baselineCheck(baseline, comparison), ...figureChecks(comparison)] }
  } catch (error) {
    if (!(error instanceof DambreakError)) throw error
    const why = error.faults.length === 0 ? [error.message] : error.faults.map((f) => f.message)
    return {
      label,
      checks: [
        {
          kind: 'baseline',
          name: `baseline ${baseline.name}`,
          outcome: error.kind === 'usage' ? 'usage' : 'invalid',
          words: `it cannot be compared with: ${why.join('; ')}`,
        },
      ],
    }
  }
}

const runsText = (count: number) => (count === 1 ? '1 run' : `${count} runs`)

function baselineCheck(baseline: GateBaseline, { kind, runs, notes }: RunComparison): GateCheck {
  const sides = `${runsText(runs.candidate)} held against ${runsText(runs.baseline)} of it`
  return {
    kind: 'baseline',
    name: `baseline ${baseline.name}`,
    outcome: kind === 'repeated' ? 'passed' : 'skipped',
    words:
      kind === 'repeated'
        ? `${sides}; ${baseline.provenance}`
        : `${sides}, which decides nothing: it takes at least ${minRuns} runs a side to tell a regression from chance; ${baseline.provenance}`,
    ...(notes.length === 0 ? {} : { details: notes }),
  }
}

function figureChecks({ kind, figures, level }: RunComparison): GateCheck[] {
  const lost = figures.filter(
    ({ verdict, baseline }) =>
      verdict === 'not comparable' && baseline.values.every((value) => value !== null),
  )
  const lostChecks = lost.map((figure): GateCheck => ({
    kind: 'regression',
    name: figure.path,
    outcome: 'failed',
    words: `the baseline knows this figure (${figure.label}), and ${unknownText(figure)}`,
  }))
  if (kind !== 'repeated') return lostChecks
  const worse = figures
    .filter(({ verdict }) => verdict === 'worse')
    .map((figure): GateCheck => ({
      kind: 'regression',
      name: figure.path,
      outcome: 'failed',
      words: `significantly worse: ${changeText(figure)}`,
    }))
  if (lostChecks.length + worse.length > 0) return [...lostChecks, ...worse]
  const tested = figures.filter(({ p }) => p !== null)
  const nearest = tested.toSorted((a, b) => (a.pHolm ?? 1) - (b.pHolm ?? 1))[0]
  const close =
    nearest === undefined || (nearest.pHolm ?? 1) >= 1
      ? ''
      : `; the nearest to it is ${nearest.path}, ${changeText(nearest)}`
  return [
    {
      kind: 'regression',
      name: 'no significant regression',
      outcome: 'passed',
      words: `none of ${tested.length} figures is significantly worse at ${shown(level * 100)}% over all together${close}`,
    },
  ]
}

function unknownText({ candidate }: ComparedFigure): string {
  const unknown = candidate.values.filter((value) => value === null).length
  return unknown === candidate.values.length
    ? 'no run here does: no data is no pass'
    : `${unknown} of ${runsText(candidate.values.length)} here do not: no data is no pass`
}

const signed = (value: number, text: (size: number) => string) =>
  `${value < 0 ? '−' : '+'}${text(Math.abs(value))}`

const percent = (share: number) =>
  signed(share, (size) => `${Number((size * 100).toPrecision(3))}%`)

function intervalText({ low, high }: Interval, text: (value: number) => string): string {
  return low === null || high === null ? '' : ` (95% interval ${text(low)} to ${text(high)})`
}

const unitText = { count: '', share: '', duration: ' s', ms: ' ms' } as const satisfies Record<
  ComparedFigure['unit'],
  string
>

function changeText(figure: ComparedFigure): string {
  const { baseline, candidate, share, difference, pHolm, label, unit } = figure
  const sized = (value: number) => `${shown(value)}${unitText[unit]}`
  const centre = (value: number | null) => (value === null ? '–' : sized(value))
  const change =
    share !== null
      ? `, ${percent(share.value)}${intervalText(share, percent)}`
      : difference !== null
        ? `, ${signed(difference.value, sized)}${intervalText(difference, (value) => signed(value, sized))}`
        : ''
  const chance = pHolm === null ? '' : `, p ${pText(pHolm)} after Holm`
  return `${label}: ${centre(baseline.centre)} → ${centre(candidate.centre)}${change}${chance}`
}

const pText = (p: number) => (p < 0.001 ? '< 0.001' : `= ${Number(p.toPrecision(2))}`)
