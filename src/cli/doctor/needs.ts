import { Gate } from '../../engine/sim/gate.ts'
import { windowSec } from '../../scenario/plan-times.ts'
import { scaleScenario, type Scale } from '../../scenario/scale.ts'
import type { Scenario } from '../../scenario/schema/schema.ts'
import { arrivalShape } from '../../workload/arrivals/arrivals.ts'
import { populationOf } from '../../workload/population.ts'

/** What a scenario asks of a generator in its busiest second (wall). */
export interface Needs {
  readonly requestsPerSec: number
  /** Of these, first contacts with the waiting room. */
  readonly arrivalsPerSec: number
  readonly pollsPerSec: number
  /** Requests of the journey, the word to the gate at its end included. */
  readonly stepsPerSec: number
  /** Wall seconds after the opening. */
  readonly atSec: number
}

/** So many points stand for the arrivals of one entry. */
const points = 100_000

/**
 * The busiest second of a scenario at a scale, from the arrivals it expects and its waiting room as
 * it begins. Nobody loses patience, retries or comes again, and the timeline is left out: polls are
 * rather too many, retries too few. Where places decide who comes in (`maxInside`), nobody does.
 */
export function peakNeeds(given: Scenario, scale: Scale): Needs {
  const scenario = scaleScenario(given, scale)
  const lengthSec = Math.ceil(windowSec(scenario) / scale.speed)
  const { firstSec, counts } = arrivalsBySecond(scenario, lengthSec)
  const isGated = scenario.waitingRoom.protocol !== 'none'
  const gate = new Gate(scenario, 0)
  const ratePerSec = gate.ratePerSec(scenario.stack.instances)
  const bypassShare = isGated ? scenario.behaviour.bypass.share : 1
  const steps = scenario.journey.length
  let most: Needs = none
  counts.forEach((come, i) => {
    const atSec = firstSec + i
    const arrivalsPerSec = come * (1 - bypassShare)
    gate.waiting += arrivalsPerSec
    const admitted = atSec < 0 ? 0 : Math.min(gate.waiting, ratePerSec)
    gate.waiting -= admitted
    const pollsPerSec = isGated ? gate.pollsPerSec(atSec < 0 ? 0 : ratePerSec) : 0
    const stepsPerSec = admitted * (steps + 1) + come * bypassShare * steps
    const requestsPerSec = arrivalsPerSec + pollsPerSec + stepsPerSec
    if (requestsPerSec <= most.requestsPerSec) return
    most = { requestsPerSec, arrivalsPerSec, pollsPerSec, stepsPerSec, atSec }
  })
  return most
}

const none: Needs = {
  requestsPerSec: 0,
  arrivalsPerSec: 0,
  pollsPerSec: 0,
  stepsPerSec: 0,
  atSec: 0,
}

/** Expected arrivals of each second up to `toSec`; seconds before the opening are negative. */
function arrivalsBySecond(
  scenario: Scenario,
  toSec: number,
): { firstSec: number; counts: Float64Array } {
  const { ticketsOf } = populationOf(scenario, 1)
  const shapes = scenario.arrivals.map((arrival, i) => {
    const tickets = ticketsOf[i] ?? 0
    return { tickets, n: Math.min(tickets, points), timeSec: arrivalShape(arrival).timeSec }
  })
  const eachTime = (tell: (sec: number, weight: number) => void) => {
    for (const { tickets, n, timeSec } of shapes) {
      for (let i = 0; i < n; i++) tell(Math.floor(timeSec((i + 0.5) / n)), tickets / n)
    }
  }
  let firstSec = 0
  eachTime((sec) => {
    firstSec = Math.min(firstSec, sec)
  })
  const counts = new Float64Array(Math.max(1, toSec - firstSec))
  eachTime((sec, weight) => {
    if (sec < toSec) counts[sec - firstSec] = (counts[sec - firstSec] ?? 0) + weight
  })
  return { firstSec, counts }
}

/**
 * The largest population × speed that a rate carries: every rate of a scenario goes with it. Whole
 * visitors and seconds make small scales a little uneven, so it is taken from the full size.
 */
export function largestScale(given: Scenario, carriedPerSec: number): number {
  const { requestsPerSec } = peakNeeds(given, { population: 1, speed: 1 })
  return requestsPerSec === 0 ? Infinity : carriedPerSec / requestsPerSec
}
