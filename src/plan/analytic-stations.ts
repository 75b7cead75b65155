import { meanOfDistribution } from '../core/distribution.ts'
import { msToSec, ratePerSecOf } from '../core/units.ts'
import type { Scenario, Station } from '../scenario/schema/schema.ts'
import { impatientSteadyState } from '../queueing/erlang-a.ts'
import { overloadedFluid } from '../queueing/fluid.ts'
import { betaForDelay } from '../queueing/halfin-whitt.ts'
import { loadRegime, type LoadRegime } from '../queueing/metastable.ts'
import { modifiedOfferedLoad, squareRootStaffing } from '../queueing/offered-load.ts'
import type { LineAnswer } from './analytic-line.ts'
import type { AnalyticAnswer } from './plan-record.ts'

/** Square-root staffing is for this share of requests that find no free slot. */
const delayedShare = 0.2

/** The load of a station at a rate of visitors, over all instances. */
export interface StationLoad {
  readonly station: Station
  readonly instances: number
  /** Requests a second. */
  readonly requestsPerSec: number
  /** Mean time that a request has its slots, s: at the load, and with every slot busy. */
  readonly heldSec: number
  readonly fullHeldSec: number
  /** Erlangs and slots, all instances together. */
  readonly offeredLoad: number
  readonly slots: number
}

export type StationAnswer = AnalyticAnswer['stations'][number]

/**
 * Offered load of every station where `visitorsPerSec` people go through the whole journey. Service
 * slows down with the number of busy slots, 1 + σ(N − 1) + κN(N − 1). N is the load itself, found by
 * fixed-point iteration. A slot that is held for later visits stays busy until they are done.
 */
export function stationLoads(scenario: Scenario, visitorsPerSec: number): StationLoad[] {
  const { stack } = scenario
  let slowdown = new Map(stack.stations.map(({ name }) => [name, 1]))
  const full = new Map(stack.stations.map((one) => [one.name, slowdownOf(one, one.slots)]))
  let loads: StationLoad[] = []
  for (let round = 0; round < 100; round++) {
    loads = stack.stations.map((station) =>
      loadOf(scenario, station, { visitorsPerSec, slowdown, full }),
    )
    const next = new Map(
      loads.map((load) => [load.station.name, slowdownOf(load.station, busyAtOnce(load))]),
    )
    const moved = Math.max(
      ...[...next].map(([name, value]) => Math.abs(value - (slowdown.get(name) ?? 1))),
    )
    slowdown = next
    if (moved < 1e-9) break
  }
  return loads
}

/** Busy slots of one pool: that of an instance, or the one that all share. */
function busyAtOnce({ station, offeredLoad, instances }: StationLoad): number {
  return Math.min(station.slots, offeredLoad / (station.perInstance === true ? instances : 1))
}

function slowdownOf({ contention, coherency }: Station, busy: number): number {
  const others = Math.max(0, busy - 1)
  return 1 + contention * others + coherency * busy * others
}

function loadOf(
  { journey, stack }: Scenario,
  station: Station,
  given: {
    visitorsPerSec: number
    slowdown: ReadonlyMap<string, number>
    full: ReadonlyMap<string, number>
  },
): StationLoad {
  const { visitorsPerSec, slowdown, full } = given
  let requests = 0
  let heldSec = 0
  let fullHeldSec = 0
  for (const { visits } of journey) {
    for (const [i, visit] of visits.entries()) {
      if (visit.station !== station.name) continue
      requests++
      const held = visit.holds ? visits.slice(i) : [visit]
      const sec = (of: ReadonlyMap<string, number>) =>
        held.reduce(
          (sum, one) =>
            sum + msToSec(meanOfDistribution(one.serviceMs)) * (of.get(one.station) ?? 1),
          0,
        )
      heldSec += sec(slowdown)
      fullHeldSec += sec(full)
    }
  }
  const instances = station.perInstance === true ? stack.instances : 1
  const perRequest = Math.max(1, requests)
  return {
    station,
    instances,
    requestsPerSec: visitorsPerSec * requests,
    heldSec: heldSec / perRequest,
    fullHeldSec: fullHeldSec / perRequest,
    offeredLoad: visitorsPerSec * heldSec * station.slotsPerRequest,
    slots: station.slots * instances,
  }
}

export interface StationDemand {
  readonly scenario: Scenario
  readonly line: Pick<LineAnswer, 'admittedPerSecAt' | 'endSec' | 'stepSec'>
  /** The rate at which the load was computed. */
  readonly visitorsPerSec: number
}

export function stationAnswer(load: StationLoad, demand: StationDemand): StationAnswer {
  const { station, offeredLoad, slots } = load
  const beta = betaForDelay(delayedShare)
  const peakLoad = peakLoadOf(load, demand)
  return {
    station: station.name,
    offeredLoad,
    slots,
    utilisation: offeredLoad / slots,
    squareRootSlots: squareRootStaffing({ offeredLoad, beta }),
    peakLoad,
    peakSlots: squareRootStaffing({ offeredLoad: peakLoad, beta }),
    givenUpShare: givenUpShareOf(load, demand.scenario),
  }
}

/**
 * The peak of the modified offered load while the gate admits the crowd. Service times that are short
 * against a step of the fluid make the load follow the admissions, so shorter steps are not needed.
 */
function peakLoadOf(load: StationLoad, { line, visitorsPerSec }: StationDemand): number {
  const { heldSec, offeredLoad } = load
  if (offeredLoad === 0) return 0
  const { endSec, stepSec, admittedPerSecAt } = line
  const serviceRate = 1 / Math.max(heldSec, 2 * stepSec)
  const erlangsEach = offeredLoad / visitorsPerSec
  const path = modifiedOfferedLoad({
    arrivalRateAt: (sec) => admittedPerSecAt(sec) * erlangsEach * serviceRate,
    serviceRate,
    from: 0,
    until: endSec,
    step: stepSec,
  })
  return path.load.reduce((most, value) => Math.max(most, value), 0)
}

/** Above this many arrivals per mean patience, the fluid limit is as exact and the sum too long. */
const maxImpatient = 1e5

/**
 * Erlang A of one pool (of an instance, or shared by all): the share of requests that are given up before
 * they find a free slot. The mean patience is the shortest timeout of the requests.
 */
function givenUpShareOf(load: StationLoad, { journey }: Scenario): number {
  const { station, requestsPerSec, instances, heldSec } = load
  const timeoutsMs = journey.flatMap(({ visits, timeoutMs }) =>
    visits.some((visit) => visit.station === station.name) ? [timeoutMs] : [],
  )
  if (requestsPerSec === 0 || heldSec === 0 || timeoutsMs.length === 0) return 0
  const system = {
    arrivalRate: requestsPerSec / instances,
    serviceRate: 1 / heldSec,
    patienceRate: ratePerSecOf(1, Math.min(...timeoutsMs)),
    servers: Math.max(1, Math.floor(station.slots / station.slotsPerRequest)),
  }
  return system.arrivalRate / system.patienceRate > maxImpatient
    ? overloadedFluid(system).abandonShare
    : impatientSteadyState(system).abandonShare
}

/** Visitors per second that the station carries with all slots busy; Infinity if none visits it. */
export function capacityPerSec(load: StationLoad, visitorsPerSec: number): number {
  const { slots, station, fullHeldSec, requestsPerSec } = load
  if (requestsPerSec === 0 || fullHeldSec === 0) return Infinity
  const perVisitor = requestsPerSec / visitorsPerSec
  return slots / station.slotsPerRequest / fullHeldSec / perVisitor
}

/** The worst regime of all stations, with the retries of a request. */
export function regimeOf(
  loads: readonly StationLoad[],
  visitorsPerSec: number,
  maxRetries: number,
): LoadRegime {
  const regimes = loads.flatMap((load): LoadRegime[] => {
    const capacity = capacityPerSec(load, visitorsPerSec)
    if (!Number.isFinite(capacity)) return []
    return [loadRegime({ arrivalRate: visitorsPerSec, capacity, maxRetries })]
  })
  if (regimes.includes('overloaded')) return 'overloaded'
  return regimes.includes('vulnerable') ? 'vulnerable' : 'stable'
}
