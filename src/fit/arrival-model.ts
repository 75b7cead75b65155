import { minimise, type Objective } from '../statistics/minimise.ts'
import type { ArrivalBins } from './arrival-bins.ts'
import { bestAmounts, masses, type Amounts } from './arrival-likelihood.ts'
import { isOfOpening, parametersOf, shapesOf, type ShapeName } from './arrival-shapes.ts'
import { goodnessOf } from './goodness.ts'

/** A set of kinds with the opening and the shapes that make the counts most likely. */
export interface ArrivalModel {
  readonly names: readonly ShapeName[]
  /** Second of the opening, then the shapes' parameters as logarithms (`parametersOf`). */
  readonly point: readonly number[]
  readonly best: Amounts
}

/** Minus the logarithm of the likelihood over `ArrivalModel.point`, amounts at their best. */
export function objectiveOf(bins: ArrivalBins, names: readonly ShapeName[]): Objective {
  // From one point to the next the amounts change little; where they start does not change where
  // they end.
  let amounts: readonly number[] | undefined
  return (point) => {
    if (!point.every((value) => Math.abs(value) < 1e7)) return Infinity
    if (point.slice(1).some((log) => log < -7 || log > 14)) return Infinity
    const best = bestAmounts(bins, masses(bins, names, point), amounts)
    amounts = best.amounts
    return -best.logLikelihood
  }
}

/** A kind of which the bins see less than a quarter is no finding, whatever its likelihood. */
const widestPerWindow = 7.5
const minExponent = 0.5

/**
 * Kinds that lie mostly outside the window: of an `early` 7.5 times as long as what is seen before the opening,
 * (1 − 1/7.5)² does. Within it, a decay so slow is a constant rate.
 */
export function kindsOutside(
  bins: ArrivalBins,
  { names, point }: Pick<ArrivalModel, 'names' | 'point'>,
): ShapeName[] {
  const [openingSec = 0, ...logs] = point
  const beforeSec = openingSec - (bins.fromSec[0] ?? 0)
  const afterSec = (bins.untilSec.at(-1) ?? 0) - openingSec
  return shapesOf(names, logs)
    .filter(({ name, parameters }) => {
      const { forSec = 0, scaleSec = 0, exponent = 1 } = parameters
      const seenSec = name === 'early' ? beforeSec : afterSec
      return Math.max(forSec, scaleSec) > widestPerWindow * seenSec || exponent < minExponent
    })
    .map(({ name }) => name)
}

const starts: Readonly<Record<ShapeName, readonly number[]>> = {
  early: [60, 400],
  burst: [4, 20, 100],
  decay: [200, 1500],
  power: [60, 400],
  constant: [1],
}
const exponentStart = 2

/** The best of a rough grid of shapes, with the opening near `jumpSec`. */
function startOf(
  bins: ArrivalBins,
  names: readonly ShapeName[],
  { jumpSec, widthSec }: { jumpSec: number; widthSec: number },
): readonly number[] {
  const objective = objectiveOf(bins, names)
  let points: number[][] = [-2, 0, 2, 5].map((bin) => [jumpSec + bin * widthSec])
  for (const { name, parameter } of parametersOf(names)) {
    const values = parameter === 'exponent' ? [exponentStart] : starts[name]
    points = points.flatMap((point) => values.map((value) => [...point, Math.log(value)]))
  }
  let best = points[0] ?? [jumpSec]
  let least = Infinity
  for (const point of points) {
    const value = objective(point)
    if (value < least) {
      best = point
      least = value
    }
  }
  return best
}

/** Maximum likelihood of a set of kinds; from `start` where one is known. */
export function fitKinds(
  bins: ArrivalBins,
  names: readonly ShapeName[],
  from: { readonly jumpSec: number; readonly widthSec: number; readonly start?: readonly number[] },
): ArrivalModel {
  const start = from.start ?? startOf(bins, names, from)
  const { point } = minimise(objectiveOf(bins, names), start, from.start === undefined ? 0.5 : 0.1)
  return { names, point, best: bestAmounts(bins, masses(bins, names, point)) }
}

/** Numbers that a set of kinds has to choose: each kind's shape and amount. */
export const sizeOf = (names: readonly ShapeName[]): number =>
  names.length + parametersOf(names).length

/**
 * Those of some kinds that the data show. A decay is a power law where an exponential leaves
 * something to be desired and a power law is clearly likelier; then, of the
 * whole set, whichever is not worth its parameters goes, the least worthy first.
 */
export function chooseKinds(
  bins: ArrivalBins,
  kinds: readonly ShapeName[],
  from: { readonly jumpSec: number; readonly widthSec: number },
): ArrivalModel {
  const but = (left: ShapeName) => kinds.filter((kind) => kind !== left)
  const plain = fitKinds(bins, but(kinds.includes('decay') ? 'power' : 'decay'), from)
  const { dispersion, chance } = goodnessOf(bins, plain.best.expected, sizeOf(plain.names))
  // Schwarz' criterion (1978): half the logarithm of the observations a parameter.
  const price = Math.log(Math.max(2, bins.total)) / 2
  const worth = ({ names, best }: ArrivalModel) =>
    best.logLikelihood / dispersion - price * sizeOf(names)
  let chosen = plain
  if ((chance < 0.9 || dispersion > 1.3) && kinds.includes('decay') && kinds.includes('power')) {
    const power = fitKinds(bins, but('decay'), from)
    if (worth(power) > worth(plain)) chosen = power
  }
  for (;;) {
    let better: ArrivalModel | null = null
    for (const name of chosen.names) {
      const smaller = without(bins, chosen, name, { ...from, dispersion })
      if (smaller !== null && worth(smaller) > worth(better ?? chosen)) better = smaller
    }
    if (better === null) return chosen
    chosen = better
  }
}

/** Further than this from worth it, other shapes of the rest will not make up for a kind. */
const hopeless = 100
/** Closer than this, they need not. */
const needless = 0.1

function without(
  bins: ArrivalBins,
  model: ArrivalModel,
  name: ShapeName,
  from: { readonly jumpSec: number; readonly widthSec: number; readonly dispersion: number },
): ArrivalModel | null {
  const names = model.names.filter((one) => one !== name)
  // Somebody must come at the opening, or there is none.
  if (!names.some(isOfOpening)) return null
  const kept = parametersOf(model.names).flatMap((place, i) => (place.name === name ? [] : [i + 1]))
  const point = [model.point[0] ?? 0, ...kept.map((i) => model.point[i] ?? 0)]
  const best = bestAmounts(bins, masses(bins, names, point))
  const loss = (model.best.logLikelihood - best.logLikelihood) / from.dispersion
  if (loss < needless) return { names, point, best }
  return loss > hopeless ? null : fitKinds(bins, names, { ...from, start: point })
}
