import { chooseLifetimeDistribution, type CensoredFit } from '../statistics/censored-fit.ts'
import { logSurvival } from '../statistics/distribution-function.ts'
import { kaplanMeier, survivalBand, type Lifetime } from '../statistics/kaplan-meier.ts'
import type { DataSource } from './data-source.ts'
import type { Fitted } from './estimate.ts'
import type { FitPicture } from './fit-picture.ts'
import type { Gap, GapReason } from './gap.ts'
import type { Waits } from '../logs/waits.ts'
import { estimate, significant } from './numbers.ts'

/** Fewer ends of patience than this say nothing about its distribution. */
const minLeaving = 20
/** From fewer, the tail is a guess: the families agree where people left and differ beyond. */
const manyLeaving = 100

const path = 'behaviour.patienceSec'

/**
 * How long people wait before they give up. Whoever was let in, or was still waiting when last seen,
 * never showed theirs (censored): Kaplan and Meier's estimate, then the family that makes the waits
 * most likely.
 */
export function fitPatience(waits: Waits, from: DataSource): Fitted {
  const lifetimes = lifetimesOf(waits)
  const count = (some: readonly Lifetime[]) => some.reduce((sum, one) => sum + (one.count ?? 1), 0)
  const left = count(lifetimes.filter(({ isObserved }) => isObserved))
  const total = count(lifetimes)
  const missing = (reason: GapReason): Fitted => ({
    estimates: [],
    settings: {},
    notIdentified: [{ path, ...reason }],
    pictures: total === 0 ? [] : [pictureOf(lifetimes, null, from)],
  })
  if (left < minLeaving) {
    return missing({ code: 'FewLeft', left, waits: total, needed: minLeaving })
  }
  const [best] = chooseLifetimeDistribution(lifetimes, 0.9)
  if (best === undefined) return missing({ code: 'AllLeftAtOnce' })
  const basis = { code: 'CensoredWaits', left, distribution: best.dist.dist } as const
  const told = { from, basis, count: total }
  const seenShare = share(lifetimes, best)
  const extrapolated: Gap[] =
    seenShare < 0.5 || left < manyLeaving
      ? [{ path, code: 'PatienceTailUnseen', seenShare: significant(seenShare, 3), left }]
      : []
  return {
    estimates: Object.entries(best.parameters).map(([name, interval]) =>
      estimate(`${path}.${name}`, interval, told),
    ),
    settings: { [path]: { dist: best.dist.dist } },
    notIdentified: extrapolated,
    pictures: [pictureOf(lifetimes, best, from)],
  }
}

const maxLifetimes = 4000

function lifetimesOf(waits: Waits): Lifetime[] {
  const { sec, left, counts } = waits.sec.length > maxLifetimes ? waits.inCells() : waits
  const result: Lifetime[] = []
  sec.values().forEach((time, i) => {
    const isObserved = left.at(i) === 1
    // Nobody leaves before they have come: a wait of 0 is one that was shorter than the unit of its time.
    const shown = isObserved ? Math.max(time, 0.001) : time
    if (shown > 0) result.push({ time: shown, isObserved, count: counts.at(i) })
  })
  return result
}

/** The share of patience that had ended by the longest wait of anybody who left. */
function share(lifetimes: readonly Lifetime[], { dist }: CensoredFit): number {
  const last = lifetimes.reduce(
    (most, { time, isObserved }) => (isObserved ? Math.max(most, time) : most),
    0,
  )
  return -Math.expm1(logSurvival(dist, last))
}

function pictureOf(
  lifetimes: readonly Lifetime[],
  best: CensoredFit | null,
  from: DataSource,
): FitPicture {
  const curve = kaplanMeier(lifetimes)
  const band = survivalBand(curve, 0.95)
  const x = [0, ...curve.times]
  const kept = thin(x.length)
  const pick = (values: readonly number[]) => kept.map((i) => values[i] ?? 0)
  const times = Array.from({ length: 101 }, (_, i) => (curve.until * i) / 100)
  return {
    about: { code: 'Patience', from },
    xScale: 'linear',
    yScale: 'linear',
    data: [
      {
        of: { code: 'KaplanMeier' },
        shape: 'steps',
        x: pick(x),
        y: pick([1, ...curve.survival]),
        yLow: pick([1, ...band.low]),
        yHigh: pick([1, ...band.high]),
      },
    ],
    fitted:
      best === null
        ? []
        : [
            {
              of: { code: 'Distribution', distribution: best.dist.dist },
              shape: 'line',
              x: times,
              y: times.map((time) => Math.exp(logSurvival(best.dist, time))),
            },
          ],
  }
}

const maxPoints = 400

/** At most so many places of a long list, both ends among them. */
function thin(length: number): number[] {
  if (length <= maxPoints) return Array.from({ length }, (_, i) => i)
  return Array.from({ length: maxPoints }, (_, i) =>
    Math.round((i * (length - 1)) / (maxPoints - 1)),
  )
}
