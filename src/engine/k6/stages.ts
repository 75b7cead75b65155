import { perSecToPerMs, secToMs, secToUs, usToMs } from '../../core/units.ts'
import type { Scenario } from '../../scenario/schema/schema.ts'
import { arrivalShape } from '../../workload/arrivals/arrivals.ts'
import type { Population } from '../../workload/population.ts'
import { planFromWallSec } from '../../workload/plan.ts'

/** The rate goes in a straight line to `target` within `durationMs`; of 0, it jumps. */
export interface Stage {
  /** How many begin in `timeUnitSec`, a whole number, as k6 wants it. */
  readonly target: number
  readonly durationMs: number
}

export interface ArrivalStages {
  /** Visitors that come before the end. */
  readonly visitors: number
  readonly timeUnitSec: number
  readonly startTarget: number
  readonly stages: readonly Stage[]
}

/** So long that a whole number says a rate of one an hour to four digits. */
const timeUnitSec = 1e8
/** Beyond the last visitor, so that rounding does not lose it. */
const spare = 0.4

/** Visitors expected by a time, wall seconds after the opening. */
export type Curve = (atSec: number) => number

/** The workload's own expected curve: the sum over its entries. */
export function expectedCurve(
  { arrivals }: Pick<Scenario, 'arrivals'>,
  { ticketsOf }: Pick<Population, 'ticketsOf'>,
): { curve: Curve; edges: readonly number[] } {
  const parts = arrivals.map((arrival, i) => {
    const { timeSec } = arrivalShape(arrival)
    return { timeSec, count: ticketsOf[i] ?? 0 }
  })
  return {
    curve: (atSec) =>
      parts.reduce((sum, { timeSec, count }) => sum + count * shareBy(timeSec, atSec), 0),
    edges: parts.flatMap(({ timeSec }) => [timeSec(0), timeSec(1)]).filter(Number.isFinite),
  }
}

/** The inverse of a quantile function, by halving. */
function shareBy(timeSec: (u: number) => number, atSec: number): number {
  if (timeSec(1) <= atSec) return 1
  if (timeSec(0) >= atSec) return 0
  let low = 0
  let high = 1
  for (let i = 0; i < 48; i++) {
    const middle = (low + high) / 2
    if (timeSec(middle) <= atSec) low = middle
    else high = middle
  }
  return (low + high) / 2
}

export interface StageSpan {
  /** Wall seconds after the opening. */
  readonly untilWallSec: number
  /** Finer than this no stage is, wall seconds. */
  readonly finestSec: number
}

/**
 * The arrivals as stages of straight lines: coarse where the curve is smooth, as fine as a second
 * of the scenario where it is not; each stage has exactly as many visitors as the curve.
 */
export function arrivalStages(
  scenario: Scenario,
  population: Population,
  { untilWallSec, finestSec }: StageSpan,
): ArrivalStages {
  const { curve, edges } = expectedCurve(scenario, population)
  const fromSec = planFromWallSec(scenario)
  const expected = curve(untilWallSec)
  const visitors = Math.round(expected)
  const factor = expected > 0 ? (visitors + spare) / expected : 0
  const knots = [...new Set([fromSec, 0, ...edges, untilWallSec])]
    .filter((sec) => sec >= fromSec && sec <= untilWallSec)
    .sort((a, b) => a - b)
  const lines: Line[] = []
  for (let i = 1; i < knots.length; i++) {
    addLines({ curve, finestSec, lines }, knots[i - 1]!, knots[i]!)
  }
  while ((lines.at(-1)?.toPerSec ?? 1) === 0 && lines.at(-1)!.fromPerSec === 0) lines.pop()
  return { visitors, timeUnitSec, ...stagesOf(lines, factor) }
}

interface Line {
  readonly sec: number
  readonly fromPerSec: number
  readonly toPerSec: number
}

/** Half a visitor is nobody; and in a large crowd nobody sees one in ten thousand. */
const maxError = 0.25
const maxShareError = 1e-4

function addLines(
  given: { curve: Curve; finestSec: number; lines: Line[] },
  fromSec: number,
  toSec: number,
): void {
  const { curve, finestSec, lines } = given
  const sec = toSec - fromSec
  if (sec <= 1e-9) return
  const before = curve(fromSec)
  const come = (atSec: number) => curve(atSec) - before
  const all = come(toSec)
  const half = come(fromSec + sec / 2)
  const mean = all / sec
  // A straight line with the mean of the whole and of the first half, and nowhere below nothing.
  const steep = (8 / (sec * sec)) * (all / 2 - half)
  const slope = Math.min(2 * mean, Math.max(-2 * mean, steep * sec)) / sec
  const start = mean - (slope * sec) / 2
  const most = Math.max(maxError, all * maxShareError)
  const fits = [0.125, 0.25, 0.5, 0.75, 0.875].every((share) => {
    const at = share * sec
    return Math.abs(start * at + (slope * at * at) / 2 - come(fromSec + at)) <= most
  })
  if (fits || sec <= finestSec) {
    lines.push({ sec, fromPerSec: Math.max(0, start), toPerSec: Math.max(0, start + slope * sec) })
    return
  }
  // On whole seconds where that is possible, so that stages are read easily.
  const middle = fromSec + Math.max(finestSec, Math.round(sec / 2 / finestSec) * finestSec)
  const cut = middle < toSec ? middle : fromSec + sec / 2
  addLines(given, fromSec, cut)
  addLines(given, cut, toSec)
}

function stagesOf(
  lines: readonly Line[],
  factor: number,
): Pick<ArrivalStages, 'startTarget' | 'stages'> {
  const targetOf = (perSec: number) => Math.round(perSec * factor * timeUnitSec)
  const stages: Stage[] = []
  const startTarget = targetOf(lines[0]?.fromPerSec ?? 0)
  let last = startTarget
  for (const { sec, fromPerSec, toPerSec } of lines) {
    const from = targetOf(fromPerSec)
    if (from !== last) stages.push({ target: from, durationMs: 0 })
    last = targetOf(toPerSec)
    stages.push({ target: last, durationMs: usToMs(Math.round(secToUs(sec))) })
  }
  return { startTarget, stages }
}

/** How long before its first visitor an iteration of several begins. */
export const iterationLeadMs = 1000

/**
 * The same arrivals for iterations of `n` visitors each: an iteration begins as the first of its
 * visitors is due. For that, all but one of the first one's have come by the end of a lead.
 */
export function iterationStages(arrivals: ArrivalStages, n: number): ArrivalStages {
  if (n === 1) return arrivals
  const leadTarget = Math.round(secToMs(((n - 1 + spare / 2) / n) * timeUnitSec) / iterationLeadMs)
  const targetOf = (target: number) => Math.round(target / n)
  return {
    ...arrivals,
    startTarget: leadTarget,
    stages: [
      { target: leadTarget, durationMs: iterationLeadMs },
      { target: targetOf(arrivals.startTarget), durationMs: 0 },
      ...arrivals.stages.map((stage) => ({ ...stage, target: targetOf(stage.target) })),
    ],
  }
}

/** When the stages start each visitor. */
export class StageClock {
  /** Of each stage with a duration: visitors before it, ms before it, its two rates a ms, its ms. */
  private readonly pieces: Float64Array
  private readonly count: number
  /** All visitors, a fraction of one perhaps. */
  readonly total: number
  readonly durationMs: number

  constructor({ startTarget, stages, timeUnitSec: unitSec }: ArrivalStages) {
    this.pieces = new Float64Array(stages.length * WIDTH)
    let visitors = 0
    let ms = 0
    let perMs = perSecToPerMs(startTarget / unitSec)
    let count = 0
    for (const { target, durationMs } of stages) {
      const toPerMs = perSecToPerMs(target / unitSec)
      if (durationMs > 0) {
        this.pieces.set([visitors, ms, perMs, toPerMs, durationMs], count * WIDTH)
        count++
        visitors += ((perMs + toPerMs) / 2) * durationMs
        ms += durationMs
      }
      perMs = toPerMs
    }
    this.count = count
    this.total = visitors
    this.durationMs = ms
  }

  /** When visitor number `n`, from 0, comes: ms after the beginning. */
  atMs(n: number): number {
    const { pieces } = this
    let low = 0
    let high = this.count - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (pieces[middle * WIDTH]! < n + 1) low = middle
      else high = middle - 1
    }
    const [visitors = 0, ms = 0, fromPerMs = 0, toPerMs = 0, durationMs = 0] = pieces.subarray(
      low * WIDTH,
      (low + 1) * WIDTH,
    )
    if (durationMs === 0) return 0
    const more = n + 1 - visitors
    const slope = (toPerMs - fromPerMs) / durationMs
    const root = Math.sqrt(Math.max(0, fromPerMs * fromPerMs + 2 * slope * more))
    return ms + Math.min(durationMs, (2 * more) / Math.max(1e-300, fromPerMs + root))
  }
}

const WIDTH = 5
