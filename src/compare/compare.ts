import { DambreakError } from '../core/errors.ts'
import type { RunRecord } from '../record/run.ts'
import { holm } from '../statistics/holm.ts'
import {
  comparable,
  headlineFigures,
  type Comparable,
  type HeadlineFigure,
  type FigureReading,
} from './headline-figures.ts'
import { testFigure, type Interval, type Tested } from './figure-test.ts'
import {
  mismatchesOf,
  sameRunTwice,
  stackDifferences,
  type Mismatch,
  type MismatchKind,
} from './mismatch.ts'
import { differencesText } from './scenario-differences.ts'

export type { Interval } from './figure-test.ts'
export { mismatchKinds, type Mismatch, type MismatchKind } from './mismatch.ts'

/** With fewer runs a side nothing is called significant. */
export const minRuns = 3

export type DifferenceVerdict =
  'better' | 'worse' | 'changed' | 'no difference shown' | 'within-run only' | 'not comparable'

export interface ComparedSide {
  /** The geometric mean of the runs; `null` where a run does not know the figure. */
  readonly centre: number | null
  readonly values: readonly (number | null)[]
}

export interface ComparedFigure extends Pick<HeadlineFigure, 'path' | 'label' | 'unit' | 'better'> {
  readonly baseline: ComparedSide
  readonly candidate: ComparedSide
  /** In the figure's own unit; the interval is of this figure by itself. */
  readonly difference: Interval | null
  /** Of the baseline: 0.1 is a tenth more. `null` where that is nothing. */
  readonly share: Interval | null
  /** `null`: there was nothing to test. */
  readonly p: number | null
  /** Holm, weighted, over all figures that were tested. */
  readonly pHolm: number | null
  readonly verdict: DifferenceVerdict
}

export interface RunComparison {
  /** `repeated`: at least three runs a side. `within-run` never tells better from worse. */
  readonly kind: 'repeated' | 'within-run'
  readonly level: number
  readonly runs: { readonly baseline: number; readonly candidate: number }
  readonly figures: readonly ComparedFigure[]
  /** What speaks against comparing them, and was allowed. */
  readonly mismatches: readonly Mismatch[]
  /** What a reader must know besides. */
  readonly notes: readonly string[]
}

export interface CompareOptions {
  /** Chance of any wrong flag over all figures together; 0.05. */
  readonly level?: number
  readonly allow?: readonly MismatchKind[]
}

/** Readings of every headline figure, in their order. */
export type RunReadings = readonly FigureReading[]

export function readingsOf(run: Comparable): RunReadings {
  return headlineFigures.map(({ of }) => of(run))
}

function verdictOf(
  { better }: HeadlineFigure,
  { difference }: Tested,
  told: { isRepeated: boolean; isSignificant: boolean },
): DifferenceVerdict {
  if (difference === null) return 'not comparable'
  if (!told.isRepeated) return 'within-run only'
  if (!told.isSignificant) return 'no difference shown'
  if (better === 'neither') return 'changed'
  return difference.value > 0 === (better === 'higher') ? 'better' : 'worse'
}

/**
 * The headline figures of two sides, each run as its readings. With at least three runs a side each
 * figure is tested by Welch's t on logarithms of whole runs, because what happens within a run hangs
 * together; Holm's correction covers all figures, however they hang together.
 */
export function compareReadings(
  baseline: readonly RunReadings[],
  candidate: readonly RunReadings[],
  level = 0.05,
): ComparedFigure[] {
  const column = (runs: readonly RunReadings[], at: number) => runs.flatMap((run) => run[at] ?? [])
  const tested = headlineFigures.map((figure, at) => ({
    figure,
    at,
    found: testFigure(column(baseline, at), column(candidate, at), { level, minRuns }),
  }))
  const pHolm = holm(
    tested.map(({ figure, found }) => ({ p: found.p, weight: figure.weight ?? 1 })),
  )
  const isRepeated = Math.min(baseline.length, candidate.length) >= minRuns
  return tested.map(({ figure, at, found }) => {
    const { path, label, unit, better } = figure
    const adjusted = pHolm[at] ?? null
    const isSignificant = adjusted !== null && adjusted <= level
    const side = (runs: readonly RunReadings[], centre: number | null): ComparedSide => ({
      centre,
      values: column(runs, at).map(({ value }) => value),
    })
    return {
      path,
      label,
      unit,
      better,
      baseline: side(baseline, found.baseline),
      candidate: side(candidate, found.candidate),
      difference: found.difference,
      share: found.share,
      p: found.p,
      pHolm: adjusted,
      verdict: verdictOf(figure, found, { isRepeated, isSignificant }),
    }
  })
}

function checkGiven(baseline: readonly RunRecord[], candidate: readonly RunRecord[]): void {
  for (const [side, runs] of Object.entries({ baseline, candidate })) {
    if (runs.length === 0) throw new DambreakError('usage', `the ${side} has no run`)
    const twice = sameRunTwice(runs)
    if (twice === null) continue
    const [first, second] = twice.map((at) => at + 1)
    const text = `runs ${first} and ${second} of the ${side} are one and the same run: repeated runs need a seed each, or a rehearsal each`
    throw new DambreakError('usage', text)
  }
}

/** @throws DambreakError 'usage' with what was not allowed, each with its word for `--allow` */
function checkAllowed(found: readonly Mismatch[], allow: readonly MismatchKind[]): void {
  const refused = found.filter(({ kind }) => !allow.includes(kind))
  if (refused.length === 0) return
  const kinds = refused.map(({ kind }) => kind).join(',')
  throw new DambreakError(
    'usage',
    `these runs cannot be compared; --allow ${kinds} compares them all the same, and the report says so`,
    refused.map(({ kind, text }) => ({ path: kind, message: text })),
  )
}

function notesOf(baseline: readonly RunRecord[], candidate: readonly RunRecord[]): string[] {
  const [a, b] = [baseline[0], candidate[0]]
  if (a === undefined || b === undefined) return []
  const what = differencesText(stackDifferences(a, b))
  const machine = ({ cpu = 'unknown', cores = '?' }: RunRecord['header']['host']) =>
    `${cpu}, ${cores} cores`
  const machines = (runs: readonly RunRecord[]) =>
    [...new Set(runs.map(({ header }) => machine(header.host)))].toSorted().join(' / ')
  const isMeasured = [...baseline, ...candidate].some(({ header }) => header.engine !== 'sim')
  const [from, to] = [machines(baseline), machines(candidate)]
  const isRepeated = Math.min(baseline.length, candidate.length) >= minRuns
  const luck = !isRepeated && a.header.seed !== b.header.seed
  return [
    ...(a.header.stackHash === b.header.stackHash
      ? []
      : [`The stacks differ${what === '' ? '' : `: ${what}`}.`]),
    ...(isMeasured && from !== to ? [`The machines differ: ${from} and ${to}.`] : []),
    ...(luck
      ? [`The seeds differ (${a.header.seed} and ${b.header.seed}), and so do crowds.`]
      : []),
  ]
}

/**
 * Compares two sides of runs over every headline figure.
 * @throws DambreakError 'usage' where they cannot be compared and the caller did not allow it, where
 * a side is empty, and where it has one run twice; 'invalid' if a histogram cannot be read
 */
export function compareRuns(
  baseline: readonly RunRecord[],
  candidate: readonly RunRecord[],
  { level = 0.05, allow = [] }: CompareOptions = {},
): RunComparison {
  checkGiven(baseline, candidate)
  const isRepeated = Math.min(baseline.length, candidate.length) >= minRuns
  const mismatches = mismatchesOf({ baseline, candidate }, isRepeated)
  checkAllowed(mismatches, allow)
  const read = (runs: readonly RunRecord[]) => runs.map((run) => readingsOf(comparable(run)))
  return {
    kind: isRepeated ? 'repeated' : 'within-run',
    level,
    runs: { baseline: baseline.length, candidate: candidate.length },
    figures: compareReadings(read(baseline), read(candidate), level),
    mismatches,
    notes: notesOf(baseline, candidate),
  }
}
