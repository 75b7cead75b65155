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
  IncomparableError,
  mismatchesOf,
  sameRunTwice,
  stackDifferences,
  type Mismatch,
  type MismatchKind,
} from './mismatch.ts'
import type { ScenarioDifference } from './scenario-differences.ts'

export type { Interval } from './figure-test.ts'
export { IncomparableError, mismatchKinds, type Mismatch, type MismatchKind } from './mismatch.ts'

/** With fewer runs a side nothing is called significant. */
export const minRuns = 3

/**
 * `noDifference`: none was shown. `withinRun`: there are too few runs to tell better from worse.
 * `notComparable`: a run does not know the figure.
 */
export type DifferenceVerdict =
  'better' | 'worse' | 'changed' | 'noDifference' | 'withinRun' | 'notComparable'

/** What a reader of a comparison must know besides. */
export type ComparisonNote =
  | { readonly code: 'StacksDiffer'; readonly differences: readonly ScenarioDifference[] }
  | {
      readonly code: 'MachinesDiffer'
      readonly baseline: readonly Machine[]
      readonly candidate: readonly Machine[]
    }
  | { readonly code: 'SeedsDiffer'; readonly baseline: number; readonly candidate: number }

/** `null`: the record does not say. */
export interface Machine {
  readonly cpu: string | null
  readonly cores: number | null
}

interface ComparedSide {
  /** The geometric mean of the runs; `null` where a run does not know the figure. */
  readonly centre: number | null
  readonly values: readonly (number | null)[]
}

export interface ComparedFigure extends Pick<HeadlineFigure, 'path' | 'unit' | 'better'> {
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
  /** `repeated`: at least three runs a side. `withinRun` never tells better from worse. */
  readonly kind: 'repeated' | 'withinRun'
  readonly level: number
  readonly runs: { readonly baseline: number; readonly candidate: number }
  readonly figures: readonly ComparedFigure[]
  /** What speaks against comparing them, and was allowed. */
  readonly mismatches: readonly Mismatch[]
  /** What a reader must know besides. */
  readonly notes: readonly ComparisonNote[]
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
  if (difference === null) return 'notComparable'
  if (!told.isRepeated) return 'withinRun'
  if (!told.isSignificant) return 'noDifference'
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
    const { path, unit, better } = figure
    const adjusted = pHolm[at] ?? null
    const isSignificant = adjusted !== null && adjusted <= level
    const side = (runs: readonly RunReadings[], centre: number | null): ComparedSide => ({
      centre,
      values: column(runs, at).map(({ value }) => value),
    })
    return {
      path,
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
    throw new DambreakError(
      'usage',
      `runs ${first} and ${second} of the ${side} are one and the same run: repeated runs need a seed each, or a rehearsal each`,
    )
  }
}

/** @throws IncomparableError with what was not allowed */
function checkAllowed(found: readonly Mismatch[], allow: readonly MismatchKind[]): void {
  const refused = found.filter(({ kind }) => !allow.includes(kind))
  if (refused.length > 0) throw new IncomparableError(refused)
}

function machinesOf(runs: readonly RunRecord[]): Machine[] {
  const all = runs.map(({ header: { host } }): Machine => {
    const { cpu, cores } = host
    return {
      cpu: typeof cpu === 'string' ? cpu : null,
      cores: typeof cores === 'number' ? cores : null,
    }
  })
  const one = new Map(all.map((machine) => [`${machine.cpu}, ${machine.cores}`, machine]))
  return [...one].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, machine]) => machine)
}

function notesOf(
  baseline: readonly RunRecord[],
  candidate: readonly RunRecord[],
): ComparisonNote[] {
  const [a, b] = [baseline[0], candidate[0]]
  if (a === undefined || b === undefined) return []
  const isMeasured = [...baseline, ...candidate].some(({ header }) => header.engine !== 'sim')
  const machines = { baseline: machinesOf(baseline), candidate: machinesOf(candidate) }
  const isAlike = JSON.stringify(machines.baseline) === JSON.stringify(machines.candidate)
  const isRepeated = Math.min(baseline.length, candidate.length) >= minRuns
  const notes: ComparisonNote[] = []
  if (a.header.stackHash !== b.header.stackHash) {
    notes.push({ code: 'StacksDiffer', differences: stackDifferences(a, b) })
  }
  if (isMeasured && !isAlike) notes.push({ code: 'MachinesDiffer', ...machines })
  const [from, to] = [a.header.seed, b.header.seed]
  if (!isRepeated && from !== to) {
    notes.push({ code: 'SeedsDiffer', baseline: from, candidate: to })
  }
  return notes
}

/**
 * Compares two sides of runs over every headline figure.
 * @throws IncomparableError where they cannot be compared and the caller did not allow it; DambreakError
 * 'usage' where a side is empty, and where it has one run twice; 'invalid' if a histogram cannot be read
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
    kind: isRepeated ? 'repeated' : 'withinRun',
    level,
    runs: { baseline: baseline.length, candidate: candidate.length },
    figures: compareReadings(read(baseline), read(candidate), level),
    mismatches,
    notes: notesOf(baseline, candidate),
  }
}
