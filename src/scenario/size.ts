import type { Fault } from '../core/errors.ts'
import { sizeLimits, unstatedBacklog } from './schema/limits.ts'
import type { Scenario } from './schema/schema.ts'

/** How large a scenario is, and the faults of one that is larger than can be simulated. */

/** Tickets drawn at first by who comes as a share of the population, re-entries apart. */
function sharedTickets({ population, arrivals }: Pick<Scenario, 'population' | 'arrivals'>) {
  const { people, participation, devicesPerPerson, ineligible } = population
  const shares = arrivals.reduce((sum, one) => sum + ('share' in one ? (one.share ?? 0) : 0), 0)
  return (people * participation + ineligible) * devicesPerPerson * shares
}

/** Tickets drawn at first by who comes at a rate or by a list, independent of the population. */
function ratedTickets({ arrivals }: Pick<Scenario, 'arrivals'>): number {
  return arrivals.reduce((sum, arrival) => {
    switch (arrival.kind) {
      case 'ramp':
        return sum + ((arrival.fromPerSec + arrival.toPerSec) / 2) * arrival.forSec
      case 'constant':
        return sum + (arrival.perSec ?? 0) * arrival.forSec
      case 'replay':
        return sum + arrival.timesSec.length
      default:
        return sum
    }
  }, 0)
}

/** Tickets that are to be expected at first; re-entries come on top. */
export function expectedTickets(scenario: Pick<Scenario, 'population' | 'arrivals'>): number {
  return sharedTickets(scenario) + ratedTickets(scenario)
}

/**
 * The maximum of requests in the stations at once, where `maxInstances` is the maximum of instances
 * at any time. Those without a stated backlog share one of a million.
 */
export function stationRequests({ stations }: Scenario['stack'], maxInstances: number): number {
  const isUnstated = stations.some(({ backlog }) => backlog === undefined)
  return stations.reduce(
    (sum, { slots, backlog = 0, perInstance }) => {
      return sum + (slots + backlog) * (perInstance === true ? maxInstances : 1)
    },
    isUnstated ? unstatedBacklog : 0,
  )
}

/** The maximum of instances at any time. */
export function maxInstancesOf({ stack, timeline }: Pick<Scenario, 'stack' | 'timeline'>): number {
  return timeline.reduce(
    (max, event) => (event.kind === 'instances' ? Math.max(max, event.count) : max),
    stack.instances,
  )
}

/** The crowd and the stations, each against what can be simulated. */
export function sizeFaults({ population, arrivals, stack, timeline }: Partial<Scenario>): Fault[] {
  const faults: Fault[] = []
  if (population !== undefined && arrivals !== undefined) {
    const shared = sharedTickets({ population, arrivals })
    const tickets = shared + ratedTickets({ arrivals })
    if (tickets > sizeLimits.tickets) {
      const path = shared > sizeLimits.tickets ? 'population' : 'arrivals'
      faults.push({ path, message: ticketsText(tickets) })
    }
  }
  if (stack === undefined) return faults
  const requests = stationRequests(stack, maxInstancesOf({ stack, timeline: timeline ?? [] }))
  if (requests > sizeLimits.requests) {
    const message =
      `slots and backlogs of all stations on all instances must not be more than ` +
      `${sizeLimits.requests} together, got ${requests}`
    faults.push({ path: 'stack.stations', message })
  }
  return faults
}

/** The fault of more tickets than can be simulated. */
export function ticketsText(tickets: number): string {
  const about = Number(tickets.toPrecision(3))
  return `must not make more than ${sizeLimits.tickets} tickets at first, makes about ${about}`
}
