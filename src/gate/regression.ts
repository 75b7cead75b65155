import { DambreakError } from '../core/errors.ts'
import type { RunRecord } from '../record/run.ts'
import {
  compareRuns,
  IncomparableError,
  minRuns,
  type ComparedFigure,
  type RunComparison,
} from '../compare/compare.ts'
import type { GateCheck, GateSubject } from './check.ts'
import type { BaselineSource, Finding } from './finding.ts'

/** Runs that others are held against. */
export interface GateBaseline {
  /** What it is called: a name, or paths. */
  readonly name: string
  /** Where its runs come from; empty: they were given by path. */
  readonly sources: readonly BaselineSource[]
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
  const { name } = baseline
  try {
    const comparison = compareRuns(baseline.runs, candidate)
    const checks = [baselineCheck(baseline, comparison), ...figureChecks(comparison)]
    return { kind: 'baseline', label: name, checks }
  } catch (error) {
    if (!(error instanceof DambreakError)) throw error
    const outcome = error.kind === 'usage' ? 'usage' : 'invalid'
    const finding = refusalOf(error)
    const check: GateCheck = { kind: 'baseline', subject: name, outcome, finding }
    return { kind: 'baseline', label: name, checks: [check] }
  }
}

function refusalOf(error: DambreakError): Finding {
  if (error instanceof IncomparableError) {
    return { code: 'Incomparable', mismatches: error.mismatches }
  }
  return { code: 'BaselineUnavailable', message: error.message, faults: error.faults }
}

function baselineCheck(baseline: GateBaseline, { kind, runs, notes }: RunComparison): GateCheck {
  const isDecisive = kind === 'repeated'
  return {
    kind: 'baseline',
    subject: baseline.name,
    outcome: isDecisive ? 'passed' : 'skipped',
    finding: { code: 'Compared', runs, minRuns, isDecisive, sources: baseline.sources, notes },
  }
}

function figureChecks({ kind, figures, level }: RunComparison): GateCheck[] {
  const lost = figures
    .filter(
      ({ verdict, baseline }) =>
        verdict === 'notComparable' && baseline.values.every((value) => value !== null),
    )
    .map((figure) => {
      const missing = figure.candidate.values.filter((value) => value === null).length
      return failed(figure, { code: 'FigureLost', figure, missing })
    })
  if (kind !== 'repeated') return lost
  const worse = figures
    .filter(({ verdict }) => verdict === 'worse')
    .map((figure) => failed(figure, { code: 'SignificantlyWorse', figure }))
  if (lost.length + worse.length > 0) return [...lost, ...worse]
  const tested = figures.filter(({ p }) => p !== null)
  const [first] = tested.toSorted((a, b) => (a.pHolm ?? 1) - (b.pHolm ?? 1))
  const nearest = first === undefined || (first.pHolm ?? 1) >= 1 ? null : first
  return [
    {
      kind: 'regression',
      subject: null,
      outcome: 'passed',
      finding: { code: 'NoRegression', tested: tested.length, level, nearest },
    },
  ]
}

function failed({ path }: ComparedFigure, finding: Finding): GateCheck {
  return { kind: 'regression', subject: path, outcome: 'failed', finding }
}
