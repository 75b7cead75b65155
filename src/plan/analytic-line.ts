import { meanOfDistribution } from '../core/distribution.ts'
import { windowSec } from '../scenario/plan-times.ts'
import type { Scenario } from '../scenario/schema/schema.ts'
import { expectedTickets } from '../scenario/size.ts'
import { arrivalShape } from '../workload/arrivals/arrivals.ts'
import { fluidPath } from '../queueing/fluid.ts'

/** What the fluid says of the waiting room. */
export interface LineAnswer {
  readonly waitSecP95: number | null
  readonly drainSec: number | null
  readonly abandonShare: number
  /** Let in by the end, tickets. */
  readonly admitted: number
  readonly arrived: number
  /** Tickets let in a second, that many seconds after the opening. */
  readonly admittedPerSecAt: (sec: number) => number
  readonly endSec: number
  /** Of the steps that the fluid was followed in. */
  readonly stepSec: number
}

const steps = 4000
/** Of those who came before the opening. */
const slices = 200

/**
 * The waiting room as a fluid: tickets flow in as the arrivals say, the gate lets `perSec` in, who
 * has not got in leaves at the rate 1 / mean patience (Q′ = a(t) − r − θQ, `fluidPath`). Somebody who
 * finds Q ahead waits ln(1 + θQ/r)/θ, for those ahead leave too. Re-entries are left out.
 */
export function lineAnswer(scenario: Scenario, perSec: number): LineAnswer {
  const endSec = windowSec(scenario)
  const step = endSec / steps
  const { before, rates } = arrivalRates(scenario, { endSec, step })
  const { patienceSec } = scenario.behaviour
  const patienceRate =
    patienceSec === undefined ? 0 : 1 / Math.max(1, meanOfDistribution(patienceSec))
  // A ticket is let in within about two steps where nobody waits, so that the fluid is not stiff.
  const serviceRate = 1 / (2 * step)
  const path = fluidPath({
    arrivalRateAt: (sec) => rates[Math.min(rates.length - 1, Math.floor(sec / step))] ?? 0,
    serversAt: () => perSec / serviceRate,
    serviceRate,
    patienceRate,
    startInside: before,
    until: endSec,
    step,
  })
  const waiting = Array.from(path.inside, (inside) => Math.max(0, inside - perSec / serviceRate))
  const arrived = before + (path.arrived.at(-1) ?? 0)
  return {
    waitSecP95: waitP95({ waiting, rates, before, perSec, patienceRate, step, endSec }),
    drainSec: drainOf(waiting, step),
    abandonShare: arrived === 0 ? 0 : (path.lost.at(-1) ?? 0) / arrived,
    admitted: path.served.at(-1) ?? 0,
    arrived,
    admittedPerSecAt: (sec) => {
      const i = Math.min(steps - 1, Math.max(0, Math.floor(sec / step)))
      return ((path.served[i + 1] ?? 0) - (path.served[i] ?? 0)) / step
    },
    endSec,
    stepSec: step,
  }
}

/** Initial tickets that come before the opening, and how many a second in each step after it. */
function arrivalRates(
  scenario: Scenario,
  { endSec, step }: { endSec: number; step: number },
): { before: number; rates: Float64Array } {
  const shared = expectedTickets({
    ...scenario,
    arrivals: [{ kind: 'burst', share: 1, forSec: 1, startSec: 0, spacing: 'even' }],
  })
  const rates = new Float64Array(steps)
  let before = 0
  for (const arrival of scenario.arrivals) {
    const { expected, timeSec } = arrivalShape(arrival)
    const share = 'share' in arrival ? (arrival.share ?? 0) : 0
    const count = expected ?? shared * share
    const points = 20_000
    for (let i = 0; i < points; i++) {
      const sec = timeSec((i + 0.5) / points)
      if (sec >= endSec) continue
      if (sec < 0) before += count / points
      else {
        const at = Math.floor(sec / step)
        rates[at] = (rates[at] ?? 0) + count / points / step
      }
    }
  }
  return { before, rates }
}

function drainOf(waiting: readonly number[], step: number): number | null {
  const peak = Math.max(...waiting)
  if (peak < 1) return 0
  const at = waiting.indexOf(peak)
  const empty = waiting.findIndex((value, i) => i > at && value < Math.max(1, peak / 1000))
  return empty < 0 ? null : empty * step
}

/** Weighted by those who come; `null` where the 95th waits beyond the end. */
function waitP95(given: {
  waiting: readonly number[]
  rates: Float64Array
  before: number
  perSec: number
  patienceRate: number
  step: number
  endSec: number
}): number | null {
  const { waiting, rates, before, perSec, patienceRate, step, endSec } = given
  if (perSec <= 0) return null
  const waitOf = (ahead: number) =>
    patienceRate === 0 ? ahead / perSec : Math.log1p((patienceRate * ahead) / perSec) / patienceRate
  const entrants = Array.from(rates, (rate, i) => {
    const sec = waitOf(waiting[i] ?? 0)
    return { sec: i * step + sec > endSec ? Infinity : sec, weight: rate * step }
  })
  // Those who came before the opening stand one behind the other when it comes.
  for (let k = 0; k < slices; k++) {
    const sec = waitOf((before * (k + 0.5)) / slices)
    entrants.push({ sec: sec > endSec ? Infinity : sec, weight: before / slices })
  }
  entrants.sort((a, b) => a.sec - b.sec)
  const total = entrants.reduce((sum, { weight }) => sum + weight, 0)
  let sum = 0
  for (const { sec, weight } of entrants) {
    sum += weight
    if (sum >= 0.95 * total) return sec === Infinity ? null : sec
  }
  return null
}
