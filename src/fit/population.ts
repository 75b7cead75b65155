import type { DataSource } from './data-source.ts'
import type { Estimate, Fitted } from './estimate.ts'
import type { Gap } from './gap.ts'
import { estimate, significant, z95, type Found } from './numbers.ts'

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
  readonly from: DataSource
}

/**
 * How many come. Tickets are people × participation × devices, and only their product is seen: the
 * base's participation takes what tickets say where that leaves it at most 1, or else the people do.
 * Devices a person have come to are known where the log knows people.
 */
export function fitPopulation(question: PopulationQuestion): Fitted {
  const { tickets, dispersion, population, clients, persons, base, from } = question
  const none = { settings: {}, pictures: [] }
  if (tickets === 0) return { ...none, estimates: [], notIdentified: [] }
  const estimates: Estimate[] = []
  const notIdentified: Gap[] = []
  const path = (name: string) => `population.${name}`
  let devices = base.devicesPerPerson
  if (clients !== null && persons !== null && clients >= persons) {
    devices = clients / persons
    const half = z95 * Math.sqrt(devices / persons)
    const found = { low: Math.max(1, devices - half), mid: devices, high: devices + half }
    const basis = { code: 'ClientsPerPerson', clients, persons } as const
    estimates.push(estimate(path('devicesPerPerson'), found, { from, basis, count: persons }))
  } else {
    notIdentified.push({ path: path('devicesPerPerson'), code: 'PersonsUnknown' })
  }
  const devicesPerPerson = significant(devices, 3)
  const half = z95 * Math.sqrt(tickets * dispersion)
  const scaled = (by: number): Found => ({
    low: Math.max(0, tickets - half) / by / population,
    mid: tickets / by / population,
    high: (tickets + half) / by / population,
  })
  const share = scaled(base.people * devices)
  if (base.isGiven && share.high <= 1) {
    const basis = { code: 'TicketsOfPeople', people: base.people, devicesPerPerson } as const
    estimates.push(estimate(path('participation'), share, { from, basis, count: tickets }))
  } else {
    const people = scaled(base.participation * devices)
    const whole = {
      low: Math.max(1, Math.floor(people.low)),
      mid: Math.max(1, Math.round(people.mid)),
      high: Math.max(1, Math.ceil(people.high)),
    }
    const { participation } = base
    const basis = { code: 'TicketsOfShare', participation, devicesPerPerson } as const
    // Not rounded to digits: a count is whole.
    estimates.push({
      path: path('people'),
      ...whole,
      evidence: 'measured',
      from,
      basis,
      count: tickets,
    })
  }
  const field = estimates.at(-1)?.path ?? ''
  notIdentified.push({ path: 'population', code: 'OnlyTicketsSeen', field })
  return { ...none, estimates, notIdentified }
}
