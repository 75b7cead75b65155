import { secToMs } from '../core/units.ts'
import { localIso } from '../scenario/clock.ts'
import { opensAtMs } from '../scenario/plan-times.ts'
import { scaleCrowd } from '../scenario/scale.ts'
import type { Admission, Arrival, Scenario, TimelineEvent } from '../scenario/schema/schema.ts'

/** What a trial changes of a parsed scenario that no field says by itself. */
export interface Shape {
  /** People who come, as a factor. */
  readonly crowd: number
  /** Openings that the people are spread over. */
  readonly splitInto: number
  readonly wrongDayShare: number
  readonly preQueueSec: number
  readonly trigger: Trigger | null
}

/** Seconds after the opening. */
export interface Trigger {
  readonly atSec: number
  readonly forSec: number
  /** When twice the servers are there, without a halt; `null`: never. */
  readonly doubleAtSec: number | null
}

export const plainShape: Shape = {
  crowd: 1,
  splitInto: 1,
  wrongDayShare: 0,
  preQueueSec: 0,
  trigger: null,
}

export function shaped(scenario: Scenario, shape: Shape): Scenario {
  const crowded = shape.crowd === 1 ? scenario : scaleCrowd(scenario, shape.crowd)
  const split = shape.splitInto === 1 ? crowded : splitCrowd(crowded, shape)
  const drawn = shape.preQueueSec === 0 ? split : withPreQueue(split, shape.preQueueSec)
  return shape.trigger === null ? drawn : withTrigger(drawn, shape.trigger)
}

/**
 * One of `splitInto` openings: its part of people and slots, and of those who belong to another the
 * share that comes all the same. They wait, are told that they may not, and go.
 */
function splitCrowd(scenario: Scenario, { splitInto, wrongDayShare }: Shape): Scenario {
  const one = scaleCrowd(scenario, 1 / splitInto)
  const others = scenario.population.people - one.population.people
  const strangers = Math.round(others * wrongDayShare)
  const ineligible = one.population.ineligible + strangers
  return { ...one, population: { ...one.population, ineligible } }
}

/**
 * A pre-queue that draws lots: who would have come with the burst, or within `sec` after the opening,
 * comes some time in the `sec` before it, since being first is worth nothing any more. Places go in
 * the order of those times, which are even over the span: as many wait, and as long on the mean, as by
 * lot, but who came first also goes in first, so that waits lie closer together. By lot their 95th
 * percentile is about half of `sec` longer: T + sec − √(sec·T/10) against 0.95 T + 0.05 sec, where
 * the line takes T (about an hour and more).
 */
function withPreQueue(scenario: Scenario, sec: number): Scenario {
  return { ...scenario, arrivals: scenario.arrivals.flatMap((one) => beforeOpening(one, sec)) }
}

function beforeOpening(arrival: Arrival, sec: number): Arrival[] {
  const early = (share: number): Arrival => ({
    kind: 'constant',
    share,
    forSec: sec,
    startSec: -sec,
    spacing: 'poisson',
  })
  if (arrival.kind === 'burst' && arrival.startSec < sec) return [early(arrival.share)]
  const isFirst = arrival.kind === 'decay' && arrival.startSec < sec
  if (!isFirst || arrival.shape !== 'exponential') return [arrival]
  // Memoryless: what is left of an exponential after `moved` seconds has its old shape.
  const moved = sec - arrival.startSec
  const { share, scaleSec, forSec } = arrival
  const mass = forSec === undefined ? 1 : -Math.expm1(-forSec / scaleSec)
  if (forSec !== undefined && forSec <= moved) return [early(share)]
  const part = (share * -Math.expm1(-moved / scaleSec)) / mass
  const left = forSec === undefined ? {} : { forSec: forSec - moved }
  return [early(part), { ...arrival, ...left, share: share - part, startSec: sec }]
}

/** Turns a second at so many instances; `null` where places decide, not a rate. */
export function admissionPerSec(admission: Admission, instances: number): number | null {
  if ('perSec' in admission) return admission.perSec
  return 'perSecPerInstance' in admission ? admission.perSecPerInstance * instances : null
}

/**
 * For a while half of the servers are away and the gate goes on at its rate; where there is one
 * server only, the gate lets in twice as many instead, which is the same load on each server. Then,
 * if asked for, twice the servers come while the gate still keeps its rate.
 */
function withTrigger(scenario: Scenario, { atSec, forSec, doubleAtSec }: Trigger): Scenario {
  const { instances } = scenario.stack
  const { admission } = scenario.waitingRoom
  const perSec = admissionPerSec(admission, instances)
  const usual: Admission = perSec === null ? admission : { perSec }
  const left = Math.ceil(instances / 2)
  const at = (sec: number) => localIso(opensAtMs(scenario) + secToMs(sec), scenario.opensAt)
  const gate = (sec: number, to: Admission): TimelineEvent => ({
    at: at(sec),
    kind: 'admission',
    admission: to,
  })
  const servers = (sec: number, count: number): TimelineEvent => ({
    at: at(sec),
    kind: 'instances',
    count,
  })
  const events = [
    ...(instances === 1
      ? [gate(atSec, doubled(usual)), gate(atSec + forSec, usual)]
      : [gate(atSec, usual), servers(atSec, left), servers(atSec + forSec, instances)]),
    ...(doubleAtSec === null ? [] : [servers(doubleAtSec, 2 * instances)]),
  ]
  return {
    ...scenario,
    stack: { ...scenario.stack, bootSec: 0 },
    timeline: [...scenario.timeline, ...events],
  }
}

function doubled(admission: Admission): Admission {
  if ('perSec' in admission) return { perSec: 2 * admission.perSec }
  if ('maxInside' in admission) return { maxInside: 2 * admission.maxInside }
  return { perSecPerInstance: 2 * admission.perSecPerInstance }
}
