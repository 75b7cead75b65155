import { must } from '../core/assert.ts'
import { hessian } from '../statistics/minimise.ts'
import { invert } from '../statistics/matrix.ts'
import {
  binsAround,
  greatestJumpSec,
  type ArrivalBins,
  type ArrivalCounts,
} from './arrival-bins.ts'
import { logLikelihoodOf, masses } from './arrival-likelihood.ts'
import {
  chooseKinds,
  fitKinds,
  kindsOutside,
  objectiveOf,
  sizeOf,
  type ArrivalModel,
} from './arrival-model.ts'
import { isTooWide } from './assemble.ts'
import { arrivalPictures } from './arrival-pictures.ts'
import {
  isOfOpening,
  parametersOf,
  shapeNames,
  shapesOf,
  type ShapeName,
} from './arrival-shapes.ts'
import type { DataSource } from './data-source.ts'
import type { Estimate, Fitted } from './estimate.ts'
import type { Gap, GapReason } from './gap.ts'
import { goodnessOf, type Goodness } from './goodness.ts'
import { estimate, significant, z95, type Found } from './numbers.ts'
import { profileInterval, riseOfNinety } from './profile.ts'

export interface FittedArrivals extends Fitted {
  /** When the rate jumped, seconds of the data's clock; `null` where no opening is to be seen. */
  readonly openingSec: Found | null
  readonly goodness: Goodness | null
}

export interface ArrivalQuestion {
  readonly counts: ArrivalCounts
  /** The scenario's opening on the data's clock; `null`: nobody gave one. */
  readonly givenSec: number | null
  /** The same, or one that follows from the data, given when the rate was found to jump. */
  readonly opensAtOf: (found: Found) => number
  readonly from: DataSource
}

const minArrivals = 50
/** An opening must make the counts so much more likely than one rate throughout (in ln). */
const minGain = 10

/**
 * Early knocks, burst, decay and a constant rate by maximum likelihood of the binned counts, each
 * expected count being the integral over its bin (so that times given to the second are taken as they are);
 * the opening, where the first end and the others begin, is found with them.
 */
export function fitArrivals(question: ArrivalQuestion): FittedArrivals {
  const { counts } = question
  const jumpSec = greatestJumpSec(counts)
  const rough = binsAround(counts, jumpSec)
  if (rough.total < minArrivals) {
    return nothing({ code: 'FewArrivals', arrivals: rough.total, needed: minArrivals })
  }
  const { givenSec } = question
  const isEarlySeen = givenSec === null || arrivalsBefore(counts, givenSec) >= minEarly
  let kinds: readonly ShapeName[] = isEarlySeen ? shapeNames : without(shapeNames, 'early')
  let found = bestOf(question, { rough, jumpSec, kinds })
  const { bins, model, goodness, spread } = found
  if (gainOf(bins, model) < minGain * goodness.dispersion) {
    // One rate throughout describes the arrivals as well.
    return nothing({ code: 'NoOpeningSeen' })
  }
  for (let vague = vagueKind(found); vague !== null; vague = vagueKind(found)) {
    kinds = without(kinds, vague)
    if (!kinds.some(isOfOpening)) {
      return nothing({ code: 'ArrivalShapeVague' }, must(spread.profiles[0], 'the opening'))
    }
    found = bestOf(question, { rough, jumpSec, kinds })
  }
  const openingSec = must(found.spread.profiles[0], 'the opening')
  const result = asFields(question, { ...found, openingSec })
  return {
    ...result,
    openingSec,
    goodness: found.goodness,
    pictures: arrivalPictures(found.bins, found.model, found.goodness, question.from),
  }
}

const without = (kinds: readonly ShapeName[], kind: ShapeName): readonly ShapeName[] =>
  kinds.filter((one) => one !== kind)

/** The best of some kinds, by bins around its own opening. */
function bestOf(
  { counts }: ArrivalQuestion,
  from: {
    readonly rough: ArrivalBins
    readonly jumpSec: number
    readonly kinds: readonly ShapeName[]
  },
): Omit<Result, 'openingSec'> {
  const { rough, jumpSec, kinds } = from
  const begin = { jumpSec, widthSec: counts.widthSec }
  const start = chooseKinds(rough, kinds, begin)
  const bins = binsAround(counts, start.point[0] ?? jumpSec)
  const model = fitKinds(bins, start.names, { ...begin, start: start.point })
  const goodness = goodnessOf(bins, model.best.expected, sizeOf(model.names))
  return { bins, model, goodness, spread: spreadOf(bins, model, goodness) }
}

/** Without so many arrivals before the scenario's opening nobody is seen who came early. */
const minEarly = 10

function arrivalsBefore({ counts, fromSec, widthSec }: ArrivalCounts, sec: number): number {
  const until = Math.round((sec - fromSec) / widthSec)
  let total = 0
  for (let i = 0; i < until; i++) total += counts[i] ?? 0
  return total
}

/**
 * A kind of which the data do not say how many came: it lies mostly outside of what was seen, or its share
 * spans more than a factor of 100.
 */
function vagueKind({ bins, model, spread }: Omit<Result, 'openingSec'>): ShapeName | null {
  const { names, best } = model
  const { logits } = spread
  const [outside] = kindsOutside(bins, model)
  if (outside !== undefined) return outside
  const whole = best.amounts.reduce((sum, amount) => sum + amount, 0)
  const found = names.filter((_, j) =>
    isTooWide(shareInterval((best.amounts[j] ?? 0) / whole, logits[j] ?? null)),
  )
  // The smallest goes first: without it the others may be clear.
  const amountOf = (name: ShapeName) => best.amounts[names.indexOf(name)] ?? 0
  return found.toSorted((a, b) => amountOf(a) - amountOf(b))[0] ?? null
}

function nothing(reason: GapReason, openingSec: Found | null = null): FittedArrivals {
  return {
    estimates: [],
    settings: {},
    notIdentified: [{ path: 'arrivals', ...reason }],
    pictures: [],
    openingSec,
    goodness: null,
  }
}

/** ln of the likelihood ratio against one rate over all bins. */
function gainOf(bins: ArrivalBins, model: ArrivalModel): number {
  const widths = bins.counts.map((_, i) => (bins.untilSec[i] ?? 0) - (bins.fromSec[i] ?? 0))
  const whole = widths.reduce((sum, width) => sum + width, 0)
  const level = widths.map((width) => (width / whole) * bins.total)
  return model.best.logLikelihood - logLikelihoodOf(bins.counts, level)
}

/** The opening and the shapes' logarithms, each by profile likelihood. */
function profilesOf(bins: ArrivalBins, model: ArrivalModel, { dispersion }: Goodness): Found[] {
  const { names, point } = model
  const objective = objectiveOf(bins, names)
  const curvature = hessian(objective, point)
  const covariance = invert(curvature)
  return point.map((mid, k) => {
    const variance = covariance?.[k]?.[k] ?? Number.NaN
    const step = variance > 0 ? Math.min(0.5, 1.645 * Math.sqrt(variance * dispersion)) : 0.1
    const rise = riseOfNinety * dispersion
    return { mid, ...profileInterval({ objective, point, curvature, k, rise, step }) }
  })
}

interface Spread {
  /** Of the opening and of the shapes' logarithms. */
  readonly profiles: readonly Found[]
  /** Standard errors of the logits of the shares, by observed information; `null`: singular. */
  readonly logits: readonly (number | null)[]
}

function spreadOf(bins: ArrivalBins, model: ArrivalModel, goodness: Goodness): Spread {
  const { names, point, best } = model
  const { dispersion } = goodness
  const shapes = point.length
  const joint = [...point, ...best.amounts.map(Math.log)]
  const value = (at: readonly number[]): number => {
    const amounts = at.slice(shapes).map(Math.exp)
    const expected = new Float64Array(bins.counts.length)
    masses(bins, names, at.slice(0, shapes)).forEach((row, j) => {
      const amount = amounts[j] ?? 0
      for (let i = 0; i < row.length; i++) expected[i] = (expected[i] ?? 0) + amount * (row[i] ?? 0)
    })
    return -logLikelihoodOf(
      bins.counts,
      expected.map((mean) => Math.max(1e-9, mean)),
    )
  }
  const covariance = invert(hessian(value, joint))
  const error = (variance: number | undefined) =>
    variance !== undefined && variance > 0 ? Math.sqrt(variance * dispersion) : null
  const whole = best.amounts.reduce((sum, amount) => sum + amount, 0)
  const shares = best.amounts.map((amount) => amount / whole)
  return {
    profiles: profilesOf(bins, model, goodness),
    logits: shares.map((share, j) => {
      // d logit(share_j) / d ln amount_k = (δ_jk − share_k) / (1 − share_j)
      const slopes = shares.map((other, k) => ((k === j ? 1 : 0) - other) / (1 - share))
      let variance = 0
      for (const [k, slope] of slopes.entries()) {
        for (const [l, other] of slopes.entries()) {
          variance += slope * other * (covariance?.[shapes + k]?.[shapes + l] ?? Number.NaN)
        }
      }
      return error(variance)
    }),
  }
}

interface Result {
  readonly bins: ArrivalBins
  readonly model: ArrivalModel
  readonly goodness: Goodness
  readonly openingSec: Found
  readonly spread: Spread
}

/** An endless decay is cut where the data end, unless hardly anybody is left by then. */
const scalesToTheEnd = 8

const kindOf: Readonly<Record<ShapeName, Readonly<Record<string, string>>>> = {
  early: { kind: 'early' },
  burst: { kind: 'burst' },
  decay: { kind: 'decay', shape: 'exponential' },
  power: { kind: 'decay', shape: 'power' },
  constant: { kind: 'constant' },
}

/** The fit as fields of a scenario. */
function asFields(question: ArrivalQuestion, result: Result): Fitted {
  const { bins, model, goodness, openingSec, spread } = result
  const { names, point, best } = model
  const untilSec = (bins.untilSec.at(-1) ?? 0) - (point[0] ?? 0)
  const fromSec = (bins.fromSec[0] ?? 0) - (point[0] ?? 0)
  const errorFactor = significant(Math.sqrt(goodness.dispersion))
  const basis = { code: 'ArrivalLikelihood', errorFactor } as const
  const told = { from: question.from, basis, count: bins.total }
  const whole = best.amounts.reduce((sum, amount) => sum + amount, 0)
  const shares = sharesOfOne(best.amounts.map((amount) => amount / whole))
  const places = parametersOf(names)
  const estimates: Estimate[] = []
  const notIdentified: Gap[] = []
  const arrivals = shapesOf(names, point.slice(1)).map(({ name, parameters }, j) => {
    const path = `arrivals[${j}]`
    const share = must(shares[j], 'a share')
    estimates.push({
      ...estimate(`${path}.share`, shareInterval(share, spread.logits[j] ?? null), told),
      mid: share,
    })
    places.forEach((place, i) => {
      if (place.name !== name) return
      const at = `${path}.${place.parameter}`
      const mid = parameters[place.parameter] ?? 0
      const logs = must(spread.profiles[i + 1], 'a profile')
      const found = { low: Math.exp(logs.low), high: Math.exp(logs.high) }
      if (!(found.high < mid * widest && found.low > mid / widest)) {
        notIdentified.push({ path: at, code: 'ArrivalShapeVague' })
      }
      const low = Math.max(found.low, mid / widest)
      estimates.push(estimate(at, { low, mid, high: Math.min(found.high, mid * widest) }, told))
    })
    const cut = { forSec: Math.ceil(untilSec) }
    const isCut =
      name === 'power' ||
      (name === 'decay' && untilSec < scalesToTheEnd * (parameters.scaleSec ?? 0))
    const level = { forSec: Math.ceil(untilSec - fromSec), startSec: Math.floor(fromSec) }
    return { ...kindOf[name], ...(isCut ? cut : {}), ...(name === 'constant' ? level : {}) }
  })
  const moved = startsOf(question, openingSec, { names, told })
  return {
    estimates: [...estimates, ...moved],
    settings: { arrivals },
    notIdentified: [...notIdentified, ...unseen(names)],
    pictures: [],
  }
}

type Told = Pick<Estimate, 'from' | 'basis' | 'count'>

/** A factor of five on both sides: more is no knowledge. */
const widest = 5

function unseen(names: readonly ShapeName[]): Gap[] {
  const hasDecay = names.includes('decay') || names.includes('power')
  return (['early', 'burst', 'decay'] as const)
    .filter((shape) => (shape === 'decay' ? !hasDecay : !names.includes(shape)))
    .map((shape) => ({ path: 'arrivals', code: 'ArrivalShapeUnseen', shape }))
}

/** Where the scenario opens at another time than people came, burst and decay begin then. */
function startsOf(
  { opensAtOf, counts }: ArrivalQuestion,
  found: Found,
  { names, told }: { names: readonly ShapeName[]; told: Told },
): Estimate[] {
  const { low, mid, high } = found
  const opensAtSec = opensAtOf(found)
  if (low <= opensAtSec && high >= opensAtSec) return []
  // Closer than times are given, clocks are no more exact either.
  if (Math.abs(mid - opensAtSec) <= counts.widthSec) return []
  const late = { low: low - opensAtSec, mid: mid - opensAtSec, high: high - opensAtSec }
  return names.flatMap((name, j) =>
    name === 'early' || name === 'constant'
      ? []
      : [estimate(`arrivals[${j}].startSec`, late, told)],
  )
}

function shareInterval(share: number, error: number | null): Found {
  if (share >= 1) return { low: 1, mid: 1, high: 1 }
  if (error === null) return { low: 0, mid: share, high: 1 }
  const logit = Math.log(share / (1 - share))
  const at = (side: number) => 1 / (1 + Math.exp(-(logit + side * z95 * error)))
  return { low: at(-1), mid: share, high: at(1) }
}

/** Shares are written to six decimals. */
const stepsPerOne = 1e6

/** Rounded so that they still add up to 1. */
function sharesOfOne(shares: readonly number[]): number[] {
  const rounded = shares.map((share) => Math.round(share * stepsPerOne) / stepsPerOne)
  const largest = rounded.indexOf(Math.max(...rounded))
  const others = rounded.reduce((sum, share, j) => (j === largest ? sum : sum + share), 0)
  return rounded.map((share, j) =>
    j === largest ? Math.round((1 - others) * stepsPerOne) / stepsPerOne : share,
  )
}
