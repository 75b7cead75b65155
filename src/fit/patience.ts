import { chooseLifetimeDistribution, type CensoredFit } from '../statistics/censored-fit.ts'
import { logSurvival } from '../statistics/distribution-function.ts'
import { kaplanMeier, survivalBand, type Lifetime } from '../statistics/kaplan-meier.ts'
import type { Fitted, FitPicture } from './estimate.ts'
import type { Waits } from '../logs/waits.ts'
import { countText, estimate } from './numbers.ts'

/** Fewer ends of patience than this say nothing about its distribution. */
export const minLeaving = 20
/** From fewer, the tail is a guess: the families agree where people left and part beyond. */
const manyLeaving = 100

const path = 'behaviour.patienceSec'

/**
 * How long people wait before they give up. Whoever was let in, or was still waiting when last seen,
 * never showed theirs (censored): Kaplan and Meier's estimate, then the family that makes the waits
 * most likely.
 */
export function fitPatience(waits: Waits, source: string): Fitted {
  const lifetimes = lifetimesOf(waits)
  const count = (some: readonly Lifetime[]) => some.reduce((sum, one) => sum + (one.count ?? 1), 0)
  const left = count(lifetimes.filter(({ isObserved }) => isObserved))
  const total = count(lifetimes)
  const measure = 'waits of more people, and of some who wait for longer than most are patient'
  const missing = (reason: string): Fitted => ({
    estimates: [],
    settings: {},
    notIdentified: [{ path, reason, measure }],
    pictures: total === 0 ? [] : [pictureOf(lifetimes, null, source)],
  })
  if (left < minLeaving) {
    return missing(
      `${countText(left)} of ${countText(total)} gave up, ${minLeaving} are needed: the others never showed their patience`,
    )
  }
  const [best] = chooseLifetimeDistribution(lifetimes, 0.9)
  if (best === undefined) return missing('no distribution fits: those who left left at one time')
  const told = {
    source: `${source}, ${countText(left)} gave up, the rest censored; ${best.dist.dist}, maximum likelihood`,
    count: total,
  }
  const seen = share(lifetimes, best)
  const extrapolated =
    seen < 0.5 || left < manyLeaving
      ? [
          {
            path,
            reason: `only the first ${(100 * seen).toFixed(0)}% of patience were seen to end (${countText(left)} people): beyond, the family is a guess`,
            measure,
          },
        ]
      : []
  return {
    estimates: Object.entries(best.parameters).map(([name, interval]) =>
      estimate(`${path}.${name}`, interval, told),
    ),
    settings: { [path]: { dist: best.dist.dist } },
    notIdentified: extrapolated,
    pictures: [pictureOf(lifetimes, best, source)],
  }
}

const maxLifetimes = 4000

function lifetimesOf(waits: Waits): Lifetime[] {
  const { sec, left, counts } = waits.sec.length > maxLifetimes ? waits.inCells() : waits
  const result: Lifetime[] = []
  sec.values().forEach((time, i) => {
    const isObserved = left.at(i) === 1
    // Nobody leaves before they have come: what is told as 0 lasted for less than it could be told.
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
  source: string,
): FitPicture {
  const curve = kaplanMeier(lifetimes)
  const band = survivalBand(curve, 0.95)
  const x = [0, ...curve.times]
  const kept = thin(x.length)
  const pick = (values: readonly number[]) => kept.map((i) => values[i] ?? 0)
  const times = Array.from({ length: 101 }, (_, i) => (curve.until * i) / 100)
  return {
    name: 'patience',
    title: 'Patience',
    how: `${source}. Steps: those still patient by Kaplan and Meier, with a 95% band; line: what was fitted. Beyond the last step nobody was seen to give up.`,
    xLabel: 'seconds waited',
    yLabel: 'share still patient',
    xScale: 'linear',
    yScale: 'linear',
    data: [
      {
        label: 'Kaplan–Meier',
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
              label: best.dist.dist,
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
