import { cvOf, meanOfDistribution } from '../core/distribution.ts'
import { msToSec } from '../core/units.ts'
import { windowSec } from '../scenario/plan-times.ts'
import type { Scenario } from '../scenario/schema/schema.ts'
import { lineAnswer, type LineAnswer } from './analytic-line.ts'
import { regimeOf, stationAnswer, stationLoads } from './analytic-stations.ts'
import type { DisagreementCause } from './disagreement-cause.ts'
import type { Outcome } from './outcome.ts'
import { analyticFigures, type AnalyticAnswer, type AnalyticFigure } from './plan-record.ts'
import { admissionPerSec } from './shape.ts'

/** How far closed form and simulation may differ and still agree. */
const tolerance = 0.1

type Disagreement = AnalyticAnswer['disagreements'][number]

/**
 * What closed forms give for a scenario at its own number of instances, beside what a simulation of
 * the same numbers gave; `simulated` is `null` where there is none.
 */
export function analyticAnswer(scenario: Scenario, simulated: Outcome | null): AnalyticAnswer {
  const perSec = gatePerSec(scenario)
  const line = lineAnswer(scenario, perSec)
  const visitorsPerSec = Math.max(throughGate(scenario, line, perSec), 1e-9)
  const loads = stationLoads(scenario, visitorsPerSec)
  const figures: Record<AnalyticFigure, number | null> = {
    waitSecP95: line.waitSecP95,
    drainSec: line.drainSec,
    goodputPerSec: goodputOf(scenario, line),
    abandonShare: line.abandonShare,
  }
  return {
    stations: loads.map((load) => stationAnswer(load, { scenario, line, visitorsPerSec })),
    ...figures,
    regime: regimeOf(loads, visitorsPerSec, scenario.behaviour.retry.tries),
    compared: simulated !== null,
    disagreements: simulated === null ? [] : disagreementsOf(scenario, figures, simulated),
  }
}

/** Turns a second. Where places decide, as many as become free: places ÷ mean time inside. */
export function gatePerSec(scenario: Scenario): number {
  const { waitingRoom, stack, journey } = scenario
  const perSec = admissionPerSec(waitingRoom.admission, stack.instances)
  if (perSec !== null) return perSec
  const places = 'maxInside' in waitingRoom.admission ? waitingRoom.admission.maxInside : 0
  const insideSec = journey.reduce((sum, { thinkSec, visits }, i) => {
    const service = visits.reduce(
      (all, { serviceMs }) => all + msToSec(meanOfDistribution(serviceMs)),
      0,
    )
    return sum + service + (i < journey.length - 1 ? meanOfDistribution(thinkSec) : 0)
  }, 0)
  return places / Math.max(insideSec, 1e-3)
}

/** Visitors a second through the gate at the peak: its rate, or fewer where fewer come. */
function throughGate(scenario: Scenario, { arrived }: LineAnswer, perSec: number): number {
  return Math.min(perSec, arrived / Math.max(1, Math.min(windowSec(scenario), 600)))
}

/**
 * Bookings a second until the line is empty, or the end: of a person's d tickets, spread evenly over
 * the line, the first one called books. After a share x of all, 1 − (1 − x)^d of the people have.
 */
function goodputOf(scenario: Scenario, line: LineAnswer): number {
  const { people, participation, devicesPerPerson } = scenario.population
  const sec = line.drainSec === null || line.drainSec === 0 ? windowSec(scenario) : line.drainSec
  const called = Math.min(1, line.admitted / Math.max(1, line.arrived))
  const booked = people * participation * (1 - (1 - called) ** devicesPerPerson)
  const slots = scenario.inventory?.offers.reduce((sum, offer) => sum + offer.slots, 0)
  return Math.min(booked, slots ?? Infinity) / sec
}

function disagreementsOf(
  scenario: Scenario,
  figures: Readonly<Record<AnalyticFigure, number | null>>,
  simulated: Outcome,
): Disagreement[] {
  return analyticFigures.flatMap((figure) => {
    const analytic = figures[figure]
    const observed = simulated[figure]
    if (agree(figure, analytic, observed)) return []
    return [{ figure, analytic, simulated: observed, cause: causeOf(scenario, figure, simulated) }]
  })
}

/** Differences up to these agree, whatever their ratio: a minute, one in a hundred. */
const minDifference: Readonly<Record<AnalyticFigure, number>> = {
  waitSecP95: 60,
  drainSec: 60,
  goodputPerSec: 0,
  abandonShare: 0.01,
}

function agree(figure: AnalyticFigure, a: number | null, b: number | null): boolean {
  if (a === null || b === null) return a === b
  const apart = Math.abs(a - b)
  return apart <= tolerance * Math.max(Math.abs(a), Math.abs(b)) || apart <= minDifference[figure]
}

/** A leak counts from this share of those inside. */
const leakShare = 0.02

/** The mechanism that the closed form leaves out and the simulation shows, the strongest first. */
function causeOf(
  scenario: Scenario,
  figure: AnalyticFigure,
  simulated: Outcome,
): DisagreementCause {
  const { behaviour, population } = scenario
  if (simulated.collapsed && figure === 'goodputPerSec') return { code: 'FutileWork' }
  if (simulated.pastGateShare > leakShare) {
    return { code: 'GateLeak', leakedShare: simulated.pastGateShare }
  }
  if (simulated.collapsed) return { code: 'ReturnsAfterCollapse' }
  if (figure === 'goodputPerSec') {
    const code = population.devicesPerPerson > 1 ? 'DuplicateTickets' : 'BookingsAfterTheLine'
    return { code }
  }
  const { patienceSec } = behaviour
  if (patienceSec !== undefined && Math.abs(cvOf(patienceSec) - 1) > 0.05) {
    return { code: 'PatienceSpread', cv: cvOf(patienceSec) }
  }
  if (patienceSec !== undefined && patienceSec.dist !== 'exponential') {
    return { code: 'PatienceShape', dist: patienceSec.dist }
  }
  if (scenario.doors.length > 0) return { code: 'FurtherFrontDoors' }
  const code = 'maxInside' in scenario.waitingRoom.admission ? 'PlacesUnderLoad' : 'FluidLine'
  return { code }
}
