import { mean } from 'simple-statistics'
import { welch, type Side } from '../statistics/welch.ts'
import type { FigureReading } from './headline-figures.ts'

/** A difference with its confidence interval; `null` ends: there is none. */
export interface Interval {
  readonly value: number
  readonly low: number | null
  readonly high: number | null
}

/** What repeated readings of one figure say of two sides, before other figures are looked at. */
export interface Tested {
  readonly baseline: number | null
  readonly candidate: number | null
  readonly difference: Interval | null
  readonly share: Interval | null
  /** `null`: there is nothing to be asked. */
  readonly p: number | null
}

const isKnown = (reading: FigureReading): reading is FigureReading & { value: number } =>
  reading.value !== null && Number.isFinite(reading.value)

/**
 * Figures of one system vary by a share of themselves and are skewed to the right: their logarithms
 * are compared. Half a step is added first, which is nothing to a figure that is not next to zero,
 * and gives a zero a logarithm.
 */
const logOf = ({ value, step }: FigureReading & { value: number }) => Math.log(value + step / 2)

/**
 * No figure is held to be surer than a step of its scale, however alike few runs are: three runs
 * with no error and three with one each are no difference.
 */
function sideOf(known: readonly (FigureReading & { value: number })[]): Side & { centre: number } {
  const values = known.map(logOf)
  const stepMean = mean(known.map(({ step }) => step))
  const level = Math.exp(mean(values))
  return { values, minSd: stepMean / level, centre: Math.max(0, level - stepMean / 2) }
}

/** A figure of one side that stands for all its runs: their geometric mean; `null` if one is unknown. */
function centreOf(readings: readonly FigureReading[]): number | null {
  const known = readings.filter(isKnown)
  if (known.length === 0 || known.length < readings.length) return null
  const [first] = known
  if (first !== undefined && known.every(({ value }) => value === first.value)) return first.value
  return sideOf(known).centre
}

const shareOfBase = (difference: Interval, base: number): Interval | null =>
  base <= 0
    ? null
    : {
        value: difference.value / base,
        low: difference.low === null ? null : difference.low / base,
        high: difference.high === null ? null : difference.high / base,
      }

/**
 * Compares one figure of two sides; with fewer than `minRuns` runs a side without an interval and
 * without a p value.
 */
export function testFigure(
  baseline: readonly FigureReading[],
  candidate: readonly FigureReading[],
  { level, minRuns }: { level: number; minRuns: number },
): Tested {
  const centres = { baseline: centreOf(baseline), candidate: centreOf(candidate) }
  if (centres.baseline === null || centres.candidate === null) {
    return { ...centres, difference: null, share: null, p: null }
  }
  const [a, b] = [sideOf(baseline.filter(isKnown)), sideOf(candidate.filter(isKnown))]
  const value = centres.candidate - centres.baseline
  const all = [...baseline, ...candidate]
  const isRepeated = Math.min(baseline.length, candidate.length) >= minRuns
  if (!isRepeated || all.every((reading) => reading.value === all[0]?.value)) {
    const difference = { value, low: null, high: null }
    return { ...centres, difference, share: shareOfBase(difference, centres.baseline), p: null }
  }
  // Both sides share the greater floor: a figure next to zero on one side is as coarse on the other.
  const minSd = 2 / (1 / (a.minSd ?? 0) + 1 / (b.minSd ?? 0))
  const found = welch({ ...a, minSd }, { ...b, minSd }, 1 - level)
  const absolute = (ratio: number) => Math.exp(mean(a.values)) * Math.expm1(ratio)
  const difference = { value, low: absolute(found.low), high: absolute(found.high) }
  return { ...centres, difference, share: shareOfBase(difference, centres.baseline), p: found.p }
}
