import { z } from 'zod'
import { must } from '../core/assert.ts'
import { streamKey, streams, uniform } from '../core/chance.ts'
import { DambreakError } from '../core/errors.ts'
import type { Fault } from '../core/errors.ts'
import { readBack } from '../record/read-back.ts'
import { issueFaults } from '../record/schema-faults.ts'
import type { Values } from '../scenario/schema/parameters.ts'

/**
 * `<scenario>.ensemble.json`, schema version 1: sets of values for the uncertain numbers of one
 * scenario, each of which reproduces what was reported of it, or what was measured of its stations. What
 * those figures leave open stays open, and what they tie together stays tied together.
 */
export interface Ensemble {
  readonly schemaVersion: 1
  readonly scenarioName: string
  /** Of the scenario as it is written: an ensemble speaks of no other. */
  readonly workloadHash: string
  readonly stackHash: string
  readonly seed: number
  /** How it was found: an `EnsembleMethod`; files from before version 0.2 hold a sentence. */
  readonly method: string
  /** Sets of values that were proposed, simulated, and kept. */
  readonly drawn: number
  readonly simulated: number
  readonly kept: number
  /** Estimated share of the prior that reproduces the rows; 1 where there are none. */
  readonly acceptance: number
  /** Kish's effective number of members, (Σw)² / Σw²: below `kept` where weights differ. */
  readonly effective: number
  /** What a member had to reproduce; none where it comes from measurements. */
  readonly rows: readonly EnsembleRow[]
  /** The intervals that were drawn from: 5th, 50th and 95th percentile. */
  readonly parameters: readonly EnsembleParameter[]
  readonly members: readonly EnsembleMember[]
  /** What was reported of variants, and no member was chosen by: a test of prediction. */
  readonly predictions: readonly EnsemblePrediction[]
}

/** One row of a variant over some of the members. */
export interface EnsemblePrediction {
  readonly id: string
  readonly variant: string
  readonly expr: string
  readonly target: EnsembleRow['target']
  readonly tolerance: number | null
  /** Members that were run, and those whose run held the row. */
  readonly checked: number
  readonly held: number
  /** Least and most that was observed; `null` without data. */
  readonly least: number | null
  readonly most: number | null
}

export interface EnsembleRow {
  readonly id: string
  readonly expr: string
  readonly target: number | { readonly min?: number; readonly max?: number }
  /** Relative; `null` for bounds. */
  readonly tolerance: number | null
  readonly inSample: boolean
}

export interface EnsembleParameter {
  readonly name: string
  readonly low: number
  readonly mid: number
  readonly high: number
}

export interface EnsembleMember {
  /** Of the run that showed that it reproduces the rows; without rows that of the fit. */
  readonly seed: number
  /** In proportion to how often it is to be drawn. */
  readonly weight: number
  /** By the name of the parameter, as `--set` writes it. */
  readonly values: Readonly<Record<string, number>>
  /** By the id of the row. */
  readonly observed: Readonly<Record<string, number>>
}

/**
 * `Rejection`: sets drawn from the intervals, each kept if one full-size run with it holds every row.
 * `ForecastRejection`: the same, where sets that are unlikely to hold by a forecast are run less often
 * and weigh more. `SimulatedMoments`: a fit to steps of load, and a parametric bootstrap of it.
 */
export type EnsembleMethod = 'Rejection' | 'ForecastRejection' | 'SimulatedMoments'

const count = z.int().min(0)
const bounds = z.strictObject({ min: z.number().exactOptional(), max: z.number().exactOptional() })

const target = z.union([z.number(), bounds])
const tolerance = z.number().min(0).nullable()

const ensembleSchema = z.strictObject({
  schemaVersion: z.literal(1),
  scenarioName: z.string(),
  workloadHash: z.string(),
  stackHash: z.string(),
  seed: count,
  method: z.string(),
  drawn: count,
  simulated: count,
  kept: count,
  acceptance: z.number().min(0).max(1),
  effective: z.number().min(0),
  rows: z.array(
    z.strictObject({
      id: z.string(),
      expr: z.string(),
      target,
      tolerance,
      inSample: z.boolean(),
    }),
  ),
  parameters: z
    .array(z.strictObject({ name: z.string(), low: z.number(), mid: z.number(), high: z.number() }))
    .min(1),
  members: z
    .array(
      z.strictObject({
        seed: count,
        weight: z.number().min(0),
        values: z.record(z.string(), z.number()),
        observed: z.record(z.string(), z.number()),
      }),
    )
    .min(1),
  predictions: z.array(
    z.strictObject({
      id: z.string(),
      variant: z.string(),
      expr: z.string(),
      target,
      tolerance,
      checked: count,
      held: count,
      least: z.number().nullable(),
      most: z.number().nullable(),
    }),
  ),
})

/** More faults than anyone reads say nothing new. */
const maxFaults = 50

/**
 * The ensemble in a parsed JSON value; `name` is what messages call it.
 * @throws DambreakError 'scenario' with every fault and its path
 */
export function parseEnsemble(value: unknown, name: string): Ensemble {
  const parsed = ensembleSchema.safeParse(value)
  const faults: Fault[] = parsed.success
    ? ensembleFaults(parsed.data)
    : parsed.error.issues.flatMap((issue) => issueFaults(issue, value))
  if (parsed.success && faults.length === 0) return parsed.data
  const number = faults.length === 1 ? 'a fault' : `${faults.length} faults`
  const message = `the ensemble ${name} has ${number}`
  throw new DambreakError('scenario', message, faults.slice(0, maxFaults))
}

/** How the parts must agree with each other. */
function ensembleFaults({ rows, parameters, members, kept }: Ensemble): Fault[] {
  const names = parameters.map(({ name }) => name)
  const ids = rows.map(({ id }) => id)
  const faults = [...twice(names, 'parameters'), ...twice(ids, 'rows')]
  parameters.forEach(({ low, mid, high }, i) => {
    if (low <= mid && mid <= high) return
    faults.push({ path: `parameters[${i}]`, message: 'low, mid and high are not in order' })
  })
  if (kept !== members.length) {
    faults.push({ path: 'kept', message: `must be ${members.length}, the number of members` })
  }
  members.forEach(({ weight, values, observed }, i) => {
    const path = `members[${i}]`
    if (weight === 0) faults.push({ path: `${path}.weight`, message: 'must be more than 0' })
    faults.push(...keyFaults(values, names, `${path}.values`))
    faults.push(...keyFaults(observed, ids, `${path}.observed`))
  })
  return faults
}

function twice(names: readonly string[], path: string): Fault[] {
  const again = [...new Set(names.filter((name, i) => names.indexOf(name) !== i))]
  return again.map((name) => ({ path, message: `"${name}" stands there twice` }))
}

function keyFaults(
  given: Readonly<Record<string, number>>,
  wanted: readonly string[],
  path: string,
): Fault[] {
  const missing = wanted.filter((key) => !Object.hasOwn(given, key))
  const unknown = Object.keys(given).filter((key) => !wanted.includes(key))
  return [
    ...missing.map((key) => ({ path, message: `"${key}" is missing` })),
    ...unknown.map((key) => ({ path, message: `"${key}" is not known` })),
  ]
}

/**
 * Text of an ensemble, read back. One line a member, so that a change of one is a change of one line.
 * @throws DambreakError 'engine' with every fault
 */
export function serialiseEnsemble(ensemble: Ensemble): string {
  return readBack('the ensemble', ensembleText(ensemble), (value, name) => {
    parseEnsemble(value, name)
    return []
  })
}

function ensembleText(ensemble: Ensemble): string {
  const lists = new Set<keyof Ensemble>(['rows', 'parameters', 'members', 'predictions'])
  const entries = Object.entries(ensemble).map(([key, value]) => {
    const isList = lists.has(key as keyof Ensemble) && Array.isArray(value)
    if (!isList || value.length === 0) return `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`
    const lines = value.map((item: unknown) => `    ${JSON.stringify(item)}`)
    return `  ${JSON.stringify(key)}: [\n${lines.join(',\n')}\n  ]`
  })
  return `{\n${entries.join(',\n')}\n}\n`
}

/** Whether it comes from measurements, which speak of some of the scenario's intervals alone. */
export const isMeasured = ({ rows }: Ensemble): boolean => rows.length === 0

const ensembleKeys = ['"schemaVersion"', '"scenarioName"', '"members"']

/** Whether a text is an ensemble, of whatever scenario and however broken, and may be replaced. */
export function isEnsembleText(text: string): boolean {
  return text.trimStart().startsWith('{') && ensembleKeys.every((key) => text.includes(key))
}

/** Members' values and weights are kept to so many significant digits; so are the runs made with. */
const digits = 6

export function rounded(value: number): number {
  return Number(value.toPrecision(digits))
}

/**
 * The values of draw number `draw`, 0 and up. Members come in random order, each in its turn before
 * any comes again; one with more weight comes more often (systematic resampling: in every round of
 * as many draws as there are members, w times their number, rounded up or down at random).
 */
export function valuesOf(ensemble: Ensemble, draw: number, seed = ensemble.seed): Values {
  return new Map(Object.entries(memberOf(ensemble, draw, seed).values))
}

/**
 * The values of the member in the middle: of least mean distance to all members by their weights,
 * each parameter measured by the width of its interval (the medoid; of equals the first). The middle
 * of each parameter by itself need not reproduce anything.
 */
export function middleOf({ members, parameters }: Ensemble): Values {
  const distance = (a: EnsembleMember, b: EnsembleMember) =>
    parameters.reduce((sum, { name, low, high }) => {
      const apart = Math.abs((a.values[name] ?? 0) - (b.values[name] ?? 0))
      return high > low ? sum + apart / (high - low) : sum
    }, 0)
  const spread = members.map((own) =>
    members.reduce((sum, other) => sum + other.weight * distance(own, other), 0),
  )
  const at = spread.indexOf(Math.min(...spread))
  return new Map(Object.entries(must(members[at], 'the member in the middle').values))
}

/** The member behind `valuesOf`. */
export function memberOf(ensemble: Ensemble, draw: number, seed = ensemble.seed): EnsembleMember {
  const { members } = ensemble
  const size = members.length
  const key = streamKey(seed, streams.ensemble)
  const round = Math.floor(draw / size)
  const order = shuffled(size, (i) => uniform(key, 3 * round, i))
  // Members of more weight follow themselves: a second shuffle scatters them over the round.
  const slot = must(shuffled(size, (i) => uniform(key, 3 * round + 1, i))[draw % size], 'slot')
  const total = members.reduce((sum, { weight }) => sum + weight, 0)
  const at = ((slot + uniform(key, 3 * round + 2)) / size) * total
  let sum = 0
  for (const index of order) {
    const member = must(members[index], 'member of an ensemble')
    sum += member.weight
    if (at < sum) return member
  }
  return must(members[order.at(-1) ?? 0], 'last member of an ensemble')
}

function shuffled(size: number, chance: (i: number) => number): number[] {
  const drawn = Array.from({ length: size }, (_, i) => ({ i, at: chance(i) }))
  return drawn.sort((a, b) => a.at - b.at || a.i - b.i).map(({ i }) => i)
}
