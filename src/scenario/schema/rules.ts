import { meanOfDistribution, type Distribution } from '../../core/distribution.ts'
import type { Fault } from '../../core/errors.ts'
import { daysToSec } from '../../core/units.ts'
import { clockSec } from '../clock.ts'
import { isMapping } from '../plain.ts'
import type { Mapping } from '../plain.ts'
import type { Scenario } from './schema.ts'
import { requestFaults } from '../request/rules-request.ts'
import { timelineFaults } from './rules-timeline.ts'
import { birthYears } from './limits.ts'
import { sizeFaults } from '../size.ts'
import { baseVariant } from '../load/variants.ts'
import { clockFault, unknownName } from './words.ts'

/** The parts of a scenario that fit the schema; a rule whose parts are not all there is silent. */
export type Sections = Partial<Scenario>

const shareTolerance = 1e-6
/** Waits are counted up to 72 h and the timeline has a bucket a few seconds: a month is enough. */
const longestWindowSec = daysToSec(31)

/** What a rule may look at where a part does not fit. */
export interface RuleContext {
  readonly document: Mapping
  /** Parts that are in the document but do not fit: not to be treated as absent. */
  readonly faulty: ReadonlySet<string>
}

/** What the schema cannot say field by field: sums, names, order. */
export function ruleFaults(sections: Sections, { document, faulty }: RuleContext): Fault[] {
  return [
    ...windowFaults(sections),
    ...birthYearFaults(sections),
    ...arrivalFaults(sections),
    ...journeyFaults(sections, document),
    ...requestFaults(sections),
    ...stationFaults(sections),
    ...distributionFaults(sections),
    ...doorFaults(sections),
    ...bypassFaults(sections),
    ...reenterFaults(sections),
    ...timelineFaults(sections, faulty),
    ...variantFaults(sections),
    ...reportedFaults(sections),
    ...sizeFaults(sections),
  ]
}

function windowFaults({ opensAt, endsAt }: Sections): Fault[] {
  if (opensAt === undefined || endsAt === undefined) return []
  const lengthSec = clockSec(endsAt, opensAt) ?? 0
  if (lengthSec <= 0) {
    return [{ path: 'endsAt', message: `must be after opensAt (${opensAt}), got ${endsAt}` }]
  }
  if (lengthSec <= longestWindowSec) return []
  return [{ path: 'endsAt', message: `must be within 31 days of opensAt, got ${endsAt}` }]
}

function birthYearFaults({ population }: Sections): Fault[] {
  if (population === undefined) return []
  const { from, to } = population.birthYears
  const path = 'population.birthYears'
  if (from > to) return [{ path, message: `from must not be after to, got ${from} to ${to}` }]
  if (population.ineligible === 0 || from > birthYears.first || to < birthYears.last) return []
  const message =
    'must leave out a year of birth, for those who may not book (population.ineligible)'
  return [{ path, message }]
}

function arrivalFaults({ arrivals }: Sections): Fault[] {
  if (arrivals === undefined) return []
  const faults: Fault[] = []
  let shares = 0
  let withShare = 0
  arrivals.forEach((arrival, i) => {
    const path = `arrivals[${i}]`
    if ('share' in arrival && arrival.share !== undefined) {
      shares += arrival.share
      withShare++
    }
    if (arrival.kind === 'constant') {
      const both = arrival.share !== undefined && arrival.perSec !== undefined
      const neither = arrival.share === undefined && arrival.perSec === undefined
      const got = both ? 'both' : 'neither'
      if (both || neither) {
        faults.push({ path, message: `must have exactly one of share and perSec, got ${got}` })
      }
    }
    if (arrival.kind !== 'decay' || arrival.exponent === undefined) return
    if (arrival.shape !== 'power') {
      faults.push({ path: `${path}.exponent`, message: 'requires shape: power' })
    } else if (arrival.exponent <= 1 && arrival.forSec === undefined) {
      const message = `must be more than 1 if there is no forSec, got ${arrival.exponent}`
      faults.push({ path: `${path}.exponent`, message })
    }
  })
  if (withShare > 0 && Math.abs(shares - 1) > shareTolerance) {
    faults.push({ path: 'arrivals', message: `shares must add up to 1, got ${round(shares)}` })
  }
  return faults
}

function journeyFaults({ journey }: Sections, document: Mapping): Fault[] {
  if (journey === undefined) return []
  const faults = repeats(
    journey,
    (step) => step.step,
    (i) => `journey[${i}].step`,
  )
  const names = stationNames(document)
  if (names.length === 0) return faults
  journey.forEach((step, i) =>
    step.visits.forEach(({ station }, j) => {
      if (names.includes(station)) return
      const path = `journey[${i}].visits[${j}].station`
      faults.push({ path, message: unknownName('station', station, names) })
    }),
  )
  return faults
}

/** Taken as written, so that a fault of one station does not hide a visit to an unknown one. */
function stationNames({ stack }: Mapping): string[] {
  const stations: unknown = isMapping(stack) ? stack['stations'] : undefined
  if (!Array.isArray(stations)) return []
  const names = stations.flatMap((station: unknown) =>
    isMapping(station) && typeof station['name'] === 'string' ? [station['name']] : [],
  )
  return [...new Set(names)]
}

function stationFaults({ stack }: Sections): Fault[] {
  if (stack === undefined) return []
  const { stations } = stack
  const faults = repeats(
    stations,
    (station) => station.name,
    (i) => `stack.stations[${i}].name`,
  )
  stations.forEach(({ perInstance, shared, slots, slotsPerRequest }, i) => {
    const path = `stack.stations[${i}]`
    if ((perInstance === true) === (shared === true)) {
      const got = perInstance === true ? 'both' : 'neither'
      const message = `must be exactly one of perInstance: true and shared: true, got ${got}`
      faults.push({ path, message })
    }
    if (slotsPerRequest > slots) {
      const message = `must not be more than slots (${slots}), got ${slotsPerRequest}`
      faults.push({ path: `${path}.slotsPerRequest`, message })
    }
  })
  return faults
}

/** Every distribution of a scenario with its path. */
function distributionsOf({ journey, behaviour }: Sections): [string, Distribution | undefined][] {
  const ofJourney = (journey ?? []).flatMap((step, i): [string, Distribution][] => [
    ...step.visits.map((visit, j): [string, Distribution] => [
      `journey[${i}].visits[${j}].serviceMs`,
      visit.serviceMs,
    ]),
    [`journey[${i}].thinkSec`, step.thinkSec],
  ])
  if (behaviour === undefined) return ofJourney
  return [
    ...ofJourney,
    ['behaviour.patienceSec', behaviour.patienceSec],
    ['behaviour.retry.backoffSec', behaviour.retry.backoffSec],
    ['behaviour.reenter.delaySec', behaviour.reenter.delaySec],
    ['behaviour.comeBack.delaySec', behaviour.comeBack.delaySec],
  ]
}

function distributionFaults(sections: Sections): Fault[] {
  return distributionsOf(sections).flatMap(([path, dist]) => {
    if (dist?.dist !== 'uniform' || dist.low <= dist.high) return []
    return [{ path, message: `low must not be more than high, got ${dist.low} and ${dist.high}` }]
  })
}

function doorFaults({ doors }: Sections): Fault[] {
  if (doors === undefined) return []
  const faults = repeats(
    doors,
    (door) => door.name,
    (i) => `doors[${i}].name`,
  )
  const shares = doors.reduce((sum, door) => sum + door.share, 0)
  if (shares > 1 + shareTolerance) {
    const message = `shares must not add up to more than 1, got ${round(shares)}`
    faults.push({ path: 'doors', message })
  }
  return faults
}

function bypassFaults({ behaviour, opensAt }: Sections): Fault[] {
  const until = behaviour?.bypass.until
  if (until === undefined || opensAt === undefined || clockSec(until, opensAt) !== null) return []
  return [{ path: 'behaviour.bypass.until', message: clockFault(until) }]
}

/** Who is refused at once and comes again at once would loop without end in one instant. */
function reenterFaults({ behaviour }: Sections): Fault[] {
  if (behaviour === undefined) return []
  const { probability, delaySec } = behaviour.reenter
  if (probability === 0 || meanOfDistribution(delaySec) > 0) return []
  const message = 'must be more than 0 if reenter.probability is more than 0'
  return [{ path: 'behaviour.reenter.delaySec', message }]
}

function variantFaults({ variants }: Sections): Fault[] {
  if (variants === undefined) return []
  const faults = repeats(
    variants,
    (variant) => variant.name,
    (i) => `variants[${i}].name`,
  )
  variants.forEach(({ name }, i) => {
    if (name !== baseVariant) return
    const message = `must not be "${baseVariant}", which names the scenario itself`
    faults.push({ path: `variants[${i}].name`, message })
  })
  return faults
}

function reportedFaults({ reported, variants }: Sections): Fault[] {
  if (reported === undefined) return []
  const faults = repeats(
    reported,
    (row) => row.id,
    (i) => `reported[${i}].id`,
  )
  const names = (variants ?? []).map((variant) => variant.name)
  reported.forEach(({ target, variant }, i) => {
    const path = `reported[${i}]`
    if (typeof target !== 'number') {
      const { min, max } = target
      if (min === undefined && max === undefined) {
        faults.push({ path: `${path}.target`, message: 'must have min, max or both' })
      } else if (min !== undefined && max !== undefined && min > max) {
        const message = `min must not be more than max, got ${min} and ${max}`
        faults.push({ path: `${path}.target`, message })
      }
    }
    // The document of a variant has no variants any more, but still the rows that speak of them.
    if (variant === undefined || variant === baseVariant || names.length === 0) return
    if (!names.includes(variant)) {
      faults.push({ path: `${path}.variant`, message: unknownName('variant', variant, names) })
    }
  })
  return faults
}

function repeats<T>(
  list: readonly T[],
  nameOf: (item: T) => string,
  pathOf: (index: number) => string,
): Fault[] {
  const first = new Map<string, number>()
  return list.flatMap((item, i) => {
    const name = nameOf(item)
    const earlier = first.get(name)
    if (earlier === undefined) {
      first.set(name, i)
      return []
    }
    return [{ path: pathOf(i), message: `"${name}" is already the name of ${pathOf(earlier)}` }]
  })
}

const round = (value: number): number => Number(value.toPrecision(9))
