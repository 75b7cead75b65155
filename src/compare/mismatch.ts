import type { RunRecord } from '../record/run.ts'
import { DambreakError } from '../core/errors.ts'
import { scenarioDifferences, type ScenarioDifference } from './scenario-differences.ts'

/** Why runs cannot be compared, by the names of `--allow`, the gravest first. */
export const mismatchKinds = [
  'invalid',
  'timing',
  'workload',
  'population',
  'speed',
  'engine',
  'stack',
  'seeds',
] as const
export type MismatchKind = (typeof mismatchKinds)[number]

type Side = 'baseline' | 'candidate'
type Engine = RunRecord['header']['engine']

/** A run whose figures must not be used; `run` counts from 1. */
interface InvalidRun extends Pick<RunRecord['verdict'], 'ending' | 'reasons'> {
  readonly side: Side
  readonly run: number
}

/** A reason against comparing, with its values; `report/compare/mismatch-words.ts` has the sentences. */
export type Mismatch =
  | { readonly kind: 'invalid'; readonly runs: readonly InvalidRun[] }
  | { readonly kind: 'timing' }
  | {
      readonly kind: 'workload'
      readonly hashes: readonly [string, string]
      readonly differences: readonly ScenarioDifference[]
    }
  | { readonly kind: 'population'; readonly values: readonly number[] }
  | { readonly kind: 'speed'; readonly values: readonly number[] }
  | {
      readonly kind: 'engine'
      readonly baseline: readonly Engine[]
      readonly candidate: readonly Engine[]
    }
  | {
      readonly kind: 'stack'
      readonly side: Side
      readonly differences: readonly ScenarioDifference[]
    }
  | {
      readonly kind: 'seeds'
      readonly baseline: readonly number[]
      readonly candidate: readonly number[]
    }

interface Sides {
  readonly baseline: readonly RunRecord[]
  readonly candidate: readonly RunRecord[]
}

type Of = (run: RunRecord) => string | number

const sidesOf = ({ baseline, candidate }: Sides): [Side, readonly RunRecord[]][] => [
  ['baseline', baseline],
  ['candidate', candidate],
]

const uniqueOf = <T>(runs: readonly RunRecord[], of: (run: RunRecord) => T) => [
  ...new Set(runs.map(of)),
]

/** The first run, and the first that differs from it; `null` where all are alike. */
function unlike(runs: readonly RunRecord[], of: Of): [RunRecord, RunRecord] | null {
  const [first] = runs
  const other = first === undefined ? undefined : runs.find((run) => of(run) !== of(first))
  return first === undefined || other === undefined ? null : [first, other]
}

function invalid(sides: Sides): Mismatch | null {
  const runs = sidesOf(sides).flatMap(([side, all]) =>
    all.flatMap(({ verdict: { valid, ending, reasons } }, at): InvalidRun[] =>
      valid ? [] : [{ side, run: at + 1, ending, reasons }],
    ),
  )
  return runs.length === 0 ? null : { kind: 'invalid', runs }
}

function timing({ baseline, candidate }: Sides): Mismatch | null {
  const found = unlike([...baseline, ...candidate], ({ header }) => header.timing)
  return found === null ? null : { kind: 'timing' }
}

function workload({ baseline, candidate }: Sides): Mismatch | null {
  const found = unlike([...baseline, ...candidate], ({ header }) => header.workloadHash)
  if (found === null) return null
  const [a, b] = found
  return {
    kind: 'workload',
    hashes: [a.header.workloadHash, b.header.workloadHash],
    differences: workloadDifferences(a, b),
  }
}

/** Fields that `stackHash` is taken of. */
const ofStack = /^(waitingRoom|stack|inventory|timeline)\b/

const workloadDifferences = (a: RunRecord, b: RunRecord) =>
  scenarioDifferences(a.scenario, b.scenario).filter(({ path }) => !ofStack.test(path))

/** The fields in which the stacks of two runs differ. */
export const stackDifferences = (a: RunRecord, b: RunRecord) =>
  scenarioDifferences(a.scenario, b.scenario).filter(({ path }) => ofStack.test(path))

function scaled(kind: 'population' | 'speed') {
  return ({ baseline, candidate }: Sides): Mismatch | null => {
    const values = uniqueOf([...baseline, ...candidate], ({ header }) => header[kind])
    return values.length < 2 ? null : { kind, values }
  }
}

function engine(sides: Sides): Mismatch | null {
  const engineOf = ({ header }: RunRecord) => header.engine
  const [baseline, candidate] = [
    uniqueOf(sides.baseline, engineOf),
    uniqueOf(sides.candidate, engineOf),
  ]
  const isOne = new Set([...baseline, ...candidate]).size <= 1
  return isOne ? null : { kind: 'engine', baseline, candidate }
}

/** The two sides may have different stacks. All runs of one side must have the same stack. */
function stack(sides: Sides): Mismatch | null {
  for (const [side, runs] of sidesOf(sides)) {
    const found = unlike(runs, ({ header }) => header.stackHash)
    if (found !== null) return { kind: 'stack', side, differences: stackDifferences(...found) }
  }
  return null
}

/**
 * Runs with the same seed see the same crowd and vary less. So both sides must use the same seeds, or
 * every run must have its own seed.
 */
function seeds(sides: Sides): Mismatch | null {
  const sorted = [sides.baseline, sides.candidate].map((runs) =>
    runs.map(({ header }) => header.seed).toSorted((a, b) => a - b),
  )
  const [baseline = [], candidate = []] = sorted
  const isEqual =
    baseline.length === candidate.length && baseline.every((seed, at) => seed === candidate[at])
  const oneSeed = new Set([...baseline, ...candidate]).size === 1
  if (isEqual || oneSeed || sorted.every((side) => new Set(side).size === side.length)) return null
  return { kind: 'seeds', baseline, candidate }
}

const checks: Record<MismatchKind, (sides: Sides) => Mismatch | null> = {
  invalid,
  timing,
  workload,
  population: scaled('population'),
  speed: scaled('speed'),
  engine,
  stack,
  seeds,
}

/** All reasons against comparing the two; seeds matter for repeated runs only. */
export function mismatchesOf(sides: Sides, isRepeated: boolean): Mismatch[] {
  return mismatchKinds
    .filter((kind) => isRepeated || kind !== 'seeds')
    .flatMap((kind) => checks[kind](sides) ?? [])
}

/** Runs that cannot be compared, and why; the faults have the values as JSON. */
export class IncomparableError extends DambreakError {
  readonly mismatches: readonly Mismatch[]

  constructor(mismatches: readonly Mismatch[]) {
    const kinds = mismatches.map(({ kind }) => kind).join(',')
    super(
      'usage',
      `these runs cannot be compared; --allow ${kinds} compares them all the same, and the report says so`,
      mismatches.map(({ kind, ...values }) => ({ path: kind, message: JSON.stringify(values) })),
    )
    this.mismatches = mismatches
  }
}

/**
 * The same run given twice: a simulation with one seed of one scenario is one run however often it
 * was made, and a rehearsal is known by its start.
 */
export function sameRunTwice(runs: readonly RunRecord[]): [number, number] | null {
  const keys = runs.map(({ header, audit }) =>
    JSON.stringify([
      header.engine,
      header.workloadHash,
      header.stackHash,
      header.variant,
      header.seed,
      header.population,
      header.speed,
      ...(header.engine === 'sim' ? [] : [header.startedAt, audit.wallSec]),
    ]),
  )
  const at = keys.findIndex((key, place) => keys.indexOf(key) < place)
  return at < 0 ? null : [keys.indexOf(keys[at] ?? ''), at]
}
