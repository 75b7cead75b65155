import type { Estimate, Fitted, NotIdentified } from './estimate.ts'
import { countText, estimate, z95, type Found } from './numbers.ts'

export interface PopulationQuestion {
  /** First contacts; the run's own scale taken out. */
  readonly tickets: number
  /** By how much counts are rougher than Poisson's. */
  readonly dispersion: number
  /** What the data were scaled by: 1 for a log. */
  readonly population: number
  readonly clients: number | null
  readonly persons: number | null
  readonly base: {
    readonly people: number
    readonly participation: number
    readonly devicesPerPerson: number
    /** False where nobody gave a scenario: then how many people there are is not known either. */
    readonly isGiven: boolean
  }
  readonly source: string
}

/**
 * How many come. Tickets are people × participation × devices, and only their product is seen: the
 * base's participation takes what tickets say where that leaves it at most 1, or else the people do.
 * Devices a person have come to are known where the log knows people.
 */
export function fitPopulation(question: PopulationQuestion): Fitted {
  const { tickets, dispersion, population, clients, persons, base, source } = question
  const none = { settings: {}, pictures: [] }
  if (tickets === 0) return { ...none, estimates: [], notIdentified: [] }
  const told = { source, count: tickets }
  const estimates: Estimate[] = []
  const notIdentified: NotIdentified[] = []
  const path = (name: string) => `population.${name}`
  let devices = base.devicesPerPerson
  if (clients !== null && persons !== null && clients >= persons) {
    devices = clients / persons
    const half = z95 * Math.sqrt(devices / persons)
    const found = { low: Math.max(1, devices - half), mid: devices, high: devices + half }
    estimates.push(estimate(path('devicesPerPerson'), found, { ...told, count: persons }))
  } else {
    notIdentified.push({
      path: path('devicesPerPerson'),
      reason: 'the data tell devices or addresses apart, not people',
      measure: 'a log with the person of each request (JSON lines with person or user)',
    })
  }
  const half = z95 * Math.sqrt(tickets * dispersion)
  const scaled = (by: number): Found => ({
    low: Math.max(0, tickets - half) / by / population,
    mid: tickets / by / population,
    high: (tickets + half) / by / population,
  })
  const share = scaled(base.people * devices)
  if (base.isGiven && share.high <= 1) {
    const how = `${source}, of ${countText(base.people)} people with ${devices.toPrecision(3)} devices`
    estimates.push(estimate(path('participation'), share, { ...told, source: how }))
  } else {
    const people = scaled(base.participation * devices)
    const whole = {
      low: Math.max(1, Math.floor(people.low)),
      mid: Math.max(1, Math.round(people.mid)),
      high: Math.max(1, Math.ceil(people.high)),
    }
    estimates.push(wholeEstimate(path('people'), whole, told))
  }
  const [taken] = estimates.slice(-1)
  notIdentified.push({
    path: 'population',
    reason: `only the number of tickets is seen, people × participation × devices a person: ${taken?.path ?? ''} takes what they say`,
    measure: 'how many might have come: a register, an invitation list',
  })
  return { ...none, estimates, notIdentified }
}

function wholeEstimate(
  path: string,
  found: Found,
  told: { source: string; count: number },
): Estimate {
  // Not rounded to digits: a count is whole.
  return { path, ...found, evidence: 'measured', ...told }
}
