import type { RunRecord } from '../record/run.ts'
import { invalidCodes } from '../record/verdict-codes.ts'
import { differencesText, scenarioDifferences } from './scenario-differences.ts'

/**
 * Why runs cannot be compared, each with what `--allow` calls it. Order of telling: what makes
 * figures useless first.
 */
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

export interface Mismatch {
  readonly kind: MismatchKind
  /** In plain words; names out of records are in it as they are. */
  readonly text: string
}

interface Sides {
  readonly baseline: readonly RunRecord[]
  readonly candidate: readonly RunRecord[]
}

type Of = (run: RunRecord) => string | number

const uniqueOf = (runs: readonly RunRecord[], of: Of) => [...new Set(runs.map(of))]

/** The first run, and the first that differs from it; `null` where all are alike. */
function unlike(runs: readonly RunRecord[], of: Of): [RunRecord, RunRecord] | null {
  const [first] = runs
  const other = first === undefined ? undefined : runs.find((run) => of(run) !== of(first))
  return first === undefined || other === undefined ? null : [first, other]
}

function invalid({ baseline, candidate }: Sides): string | null {
  const told = (side: string, runs: readonly RunRecord[]) =>
    runs.flatMap(({ verdict }, at) =>
      verdict.valid ? [] : [`${side} run ${at + 1} is invalid (${invalidCodes(verdict)})`],
    )
  const all = [...told('baseline', baseline), ...told('candidate', candidate)]
  return all.length === 0 ? null : `${all.join(', ')}: figures of an invalid run must not be used`
}

function timing({ baseline, candidate }: Sides): string | null {
  return unlike([...baseline, ...candidate], ({ header }) => header.timing) === null
    ? null
    : 'response times start at the intended time in some runs and at the send in others (intended against sent-only)'
}

function workload({ baseline, candidate }: Sides): string | null {
  const found = unlike([...baseline, ...candidate], ({ header }) => header.workloadHash)
  if (found === null) return null
  const [a, b] = found
  const what = differencesText(workloadDifferences(a, b))
  const known = what === '' ? `hashes ${a.header.workloadHash} and ${b.header.workloadHash}` : what
  return `not the same workload comes at the stack: ${known}`
}

/** Fields that `stackHash` is taken of. */
const ofStack = /^(waitingRoom|stack|inventory|timeline)\b/

const workloadDifferences = (a: RunRecord, b: RunRecord) =>
  scenarioDifferences(a.scenario, b.scenario).filter(({ path }) => !ofStack.test(path))

/** In what the stacks of two runs differ by their scenarios. */
export const stackDifferences = (a: RunRecord, b: RunRecord) =>
  scenarioDifferences(a.scenario, b.scenario).filter(({ path }) => ofStack.test(path))

function scaled(key: 'population' | 'speed') {
  return ({ baseline, candidate }: Sides): string | null => {
    const values = uniqueOf([...baseline, ...candidate], ({ header }) => header[key])
    return values.length < 2 ? null : `${key} differs: × ${values.join(', × ')}`
  }
}

function engine({ baseline, candidate }: Sides): string | null {
  const engines = [baseline, candidate].map((runs) => uniqueOf(runs, ({ header }) => header.engine))
  const mixed = engines.some((names) => names.length > 1)
  if (mixed) return 'runs of one side come of different engines'
  const [a, b] = engines.map(([name]) => name)
  return a === b ? null : `the sides come of different engines (${a} and ${b})`
}

/** Between the sides the stack is what may have changed; within one it is to be one and the same. */
function stack({ baseline, candidate }: Sides): string | null {
  for (const [side, runs] of Object.entries({ baseline, candidate })) {
    const found = unlike(runs, ({ header }) => header.stackHash)
    if (found === null) continue
    const what = differencesText(stackDifferences(...found))
    return `the ${side}'s runs are not of one stack${what === '' ? '' : `: ${what}`}`
  }
  return null
}

/**
 * A crowd that one side saw again and again, and the other did not, makes its runs more alike than
 * the other's, and its luck is not that of the other. Alike are: the same seeds on both sides, or a
 * seed of its own for each run.
 */
function seeds({ baseline, candidate }: Sides): string | null {
  const sorted = [baseline, candidate].map((runs) =>
    runs.map(({ header }) => header.seed).toSorted((a, b) => a - b),
  )
  const [a = [], b = []] = sorted
  const isEqual = a.length === b.length && a.every((seed, at) => seed === b[at])
  const oneSeed = new Set([...a, ...b]).size === 1
  if (isEqual || oneSeed || sorted.every((side) => new Set(side).size === side.length)) return null
  return `seeds repeat on one side and not in the same way on the other (${a.join(', ')} and ${b.join(', ')}): what differs may be the crowd's luck`
}

const checks: Record<MismatchKind, (sides: Sides) => string | null> = {
  invalid,
  timing,
  workload,
  population: scaled('population'),
  speed: scaled('speed'),
  engine,
  stack,
  seeds,
}

/** All that speaks against comparing the two; seeds matter to repeated runs only. */
export function mismatchesOf(sides: Sides, isRepeated: boolean): Mismatch[] {
  return mismatchKinds
    .filter((kind) => isRepeated || kind !== 'seeds')
    .flatMap((kind) => {
      const text = checks[kind](sides)
      return text === null ? [] : [{ kind, text }]
    })
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
