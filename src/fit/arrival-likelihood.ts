import { must } from '../core/assert.ts'
import { solve } from '../statistics/matrix.ts'
import type { ArrivalBins } from './arrival-bins.ts'
import { distributionOf, shapesOf, type ShapeName } from './arrival-shapes.ts'

/** Amounts of each kind that make the counts most likely, given the shapes. */
export interface Amounts {
  /** Arrivals of each kind over the whole of its time, in or out of the bins. */
  readonly amounts: readonly number[]
  /** Expected counts, one a bin. */
  readonly expected: Float64Array
  /** ln of the Poisson likelihood, without the factorials. */
  readonly logLikelihood: number
}

/** Below it an amount counts as nothing; keeps the logarithm finite where nothing is expected. */
const smallest = 1e-6

/** Share of each kind that falls into each bin: one row a kind. */
export function masses(
  bins: ArrivalBins,
  names: readonly ShapeName[],
  point: readonly number[],
): Float64Array[] {
  const [openingSec = 0, ...logs] = point
  const window = {
    fromSec: (bins.fromSec[0] ?? 0) - openingSec,
    untilSec: (bins.untilSec.at(-1) ?? 0) - openingSec,
  }
  return shapesOf(names, logs).map(({ name, parameters }) => {
    const distribution = distributionOf(name, parameters, window)
    let before = Number.NaN
    let beforeAt = Number.NaN
    return bins.counts.map((_, i) => {
      const from = (bins.fromSec[i] ?? 0) - openingSec
      const until = (bins.untilSec[i] ?? 0) - openingSec
      const low = from === beforeAt ? before : distribution(from)
      before = distribution(until)
      beforeAt = until
      return before - low
    })
  })
}

/**
 * Maximum likelihood of the amounts: its logarithm is concave in them, so that a few steps of
 * expectation and maximisation and then Newton's method find it, kept positive. `start` saves steps.
 */
export function bestAmounts(
  bins: ArrivalBins,
  rows: readonly Float64Array[],
  start?: readonly number[],
): Amounts {
  const { counts } = bins
  const observed = rows.map((row) => row.reduce((sum, mass) => sum + mass, 0))
  const even = rows.map(() => Math.max(1, bins.total) / rows.length)
  let now = at(counts, rows, start ?? even)
  for (let i = 0; start === undefined && i < 3; i++)
    now = at(counts, rows, maximised(now, counts, { rows, observed }))
  for (let i = 0; i < maxSteps; i++) {
    const next = newton(now, counts, { rows, observed })
    if (next === null) break
    const gained = next.logLikelihood - now.logLikelihood
    now = next
    if (gained < 1e-8) break
  }
  return now
}

const maxSteps = 40

interface Kinds {
  readonly rows: readonly Float64Array[]
  /** Share of each kind that falls into any bin. */
  readonly observed: readonly number[]
}

function at(
  counts: Float64Array,
  rows: readonly Float64Array[],
  amounts: readonly number[],
): Amounts {
  const expected = new Float64Array(counts.length)
  rows.forEach((row, j) => {
    const amount = amounts[j] ?? 0
    for (let i = 0; i < row.length; i++) expected[i] = (expected[i] ?? 0) + amount * (row[i] ?? 0)
  })
  for (let i = 0; i < expected.length; i++) expected[i] = Math.max(1e-9, expected[i] ?? 0)
  return { amounts, expected, logLikelihood: logLikelihoodOf(counts, expected) }
}

/** ln of the Poisson likelihood, without the factorials; every expected count is above 0. */
export function logLikelihoodOf(counts: Float64Array, expected: Float64Array): number {
  let sum = 0
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i] ?? 0
    const mean = expected[i] ?? 0
    sum += (count === 0 ? 0 : count * Math.log(mean)) - mean
  }
  return sum
}

/** One step of expectation and maximisation: each kind gets the counts that it is the likely cause of. */
function maximised(now: Amounts, counts: Float64Array, { rows, observed }: Kinds): number[] {
  return now.amounts.map((amount, j) => {
    const row = must(rows[j], 'a kind')
    let sum = 0
    for (let i = 0; i < row.length; i++) {
      sum += ((counts[i] ?? 0) * (row[i] ?? 0)) / (now.expected[i] ?? 1)
    }
    return Math.max(smallest, (amount * sum) / Math.max(1e-12, observed[j] ?? 0))
  })
}

/** One of Newton's steps, halved until it gains; `null` where none does. */
function newton(now: Amounts, counts: Float64Array, { rows, observed }: Kinds): Amounts | null {
  const { gradient, information } = derivatives(now.expected, counts, { rows, observed })
  // What is at nothing and would go below stays there.
  const free = rows.flatMap((_, j) =>
    (now.amounts[j] ?? 0) > 2 * smallest || (gradient[j] ?? 0) > 0 ? [j] : [],
  )
  const matrix = free.map((j) =>
    free.map((k) => (information[j]?.[k] ?? 0) * (j === k ? 1 + 1e-9 : 1)),
  )
  const change = solve(
    matrix,
    free.map((j) => gradient[j] ?? 0),
  )
  for (let factor = 1; factor > 1e-3; factor /= 2) {
    const amounts = [...now.amounts]
    free.forEach((j, k) => {
      const amount = amounts[j] ?? 0
      const moved = amount + factor * (change[k] ?? 0)
      // What would be negative goes to nothing by way of a hundredth.
      const kept = moved > amount / 100 ? moved : amount > 1 ? amount / 100 : smallest
      amounts[j] = Number.isFinite(moved) ? Math.max(smallest, kept) : amount
    })
    const next = at(counts, rows, amounts)
    if (next.logLikelihood >= now.logLikelihood) return next
  }
  return null
}

function derivatives(
  expected: Float64Array,
  counts: Float64Array,
  { rows, observed }: Kinds,
): { gradient: number[]; information: number[][] } {
  const first = new Float64Array(counts.length)
  const second = new Float64Array(counts.length)
  for (let i = 0; i < counts.length; i++) {
    first[i] = (counts[i] ?? 0) / (expected[i] ?? 1)
    second[i] = (first[i] ?? 0) / (expected[i] ?? 1)
  }
  const gradient = rows.map((row, j) => {
    let sum = -(observed[j] ?? 0)
    for (let i = 0; i < row.length; i++) sum += (first[i] ?? 0) * (row[i] ?? 0)
    return sum
  })
  const information = rows.map((row, j) =>
    rows.map((other, k) => {
      if (k > j) return 0
      let sum = 0
      for (let i = 0; i < row.length; i++) sum += (second[i] ?? 0) * (row[i] ?? 0) * (other[i] ?? 0)
      return sum
    }),
  )
  for (const [j, row] of information.entries()) {
    for (let k = j + 1; k < row.length; k++) row[k] = information[k]?.[j] ?? 0
  }
  return { gradient, information }
}
