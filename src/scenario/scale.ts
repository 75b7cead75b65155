import { scaleDistribution } from '../core/distribution.ts'
import type { Admission, Arrival, Scenario, TimelineEvent } from './schema/schema.ts'

export interface Scale {
  /** Factor on the number of people, `--population`. */
  readonly population: number
  /** How many times faster than the clock, `--speed`. */
  readonly speed: number
}

/**
 * The scenario at another size and speed: counts × population (people, inventory, supply,
 * maxInside), rates × population·speed (arrivals, admission, poll capacity, doors), times of people
 * and of the clock ÷ speed (patience, thinking, back-off, polls, ttl, lapse, boot, delays, arrival
 * spans). Service times, timeouts, slots and backlogs stay: small pools collapse where large ones
 * do not.
 *
 * Clock texts stay too: `opensAt`, `endsAt`, the timeline's `at` and `until`, and `bypass.until`.
 * They name scenario time, and an engine divides the seconds of `timedEvents`, `windowSec` and
 * `bypassUntilSec` by the speed itself.
 */
export function scaleScenario(scenario: Scenario, scale: Scale): Scenario {
  const { population: f, speed: k } = scale
  if (f === 1 && k === 1) return scenario
  const { population, waitingRoom, stack, behaviour, inventory } = scenario
  const { pollCapacityPerSec: pollPerSec } = waitingRoom
  return {
    ...scenario,
    population: {
      ...population,
      people: Math.max(1, Math.round(population.people * f)),
      ineligible: Math.round(population.ineligible * f),
    },
    arrivals: scenario.arrivals.map((arrival) => scaleArrival(arrival, scale)),
    waitingRoom: {
      ...waitingRoom,
      admission: scaleAdmission(waitingRoom.admission, scale),
      pollSec: { front: waitingRoom.pollSec.front / k, back: waitingRoom.pollSec.back / k },
      maxTtlSec: waitingRoom.maxTtlSec / k,
      lapseSec: waitingRoom.lapseSec / k,
      ...(pollPerSec === undefined ? {} : { pollCapacityPerSec: pollPerSec * f * k }),
    },
    journey: scenario.journey.map((step) => ({
      ...step,
      thinkSec: scaleDistribution(step.thinkSec, 1 / k),
    })),
    stack: { ...stack, bootSec: stack.bootSec / k },
    behaviour: scaleBehaviour(behaviour, k),
    ...(inventory === undefined ? {} : { inventory: scaleInventory(inventory, f) }),
    doors: scenario.doors.map((door) => ({
      ...door,
      perSec: door.perSec * f * k,
      delaySec: door.delaySec / k,
    })),
    timeline: scenario.timeline.map((event) => scaleEvent(event, scale)),
  }
}

/**
 * The scenario with `factor` times the people and slots, at a gate and a stack that stay as they are:
 * what `scaleScenario` does to the crowd alone.
 */
export function scaleCrowd(scenario: Scenario, factor: number): Scenario {
  const { waitingRoom, doors, timeline } = scenario
  const scaled = scaleScenario(scenario, { population: factor, speed: 1 })
  const events = scaled.timeline.map((event, i) =>
    event.kind === 'admission' ? (timeline[i] ?? event) : event,
  )
  return { ...scaled, waitingRoom, doors, timeline: events }
}

function scaleArrival(arrival: Arrival, { population: f, speed: k }: Scale): Arrival {
  const startSec = 'startSec' in arrival ? arrival.startSec / k : 0
  switch (arrival.kind) {
    case 'early':
      return { ...arrival, forSec: arrival.forSec / k }
    case 'burst':
      return { ...arrival, startSec, forSec: arrival.forSec / k }
    case 'decay': {
      const { forSec } = arrival
      const scaleSec = arrival.scaleSec / k
      return {
        ...arrival,
        startSec,
        scaleSec,
        ...(forSec === undefined ? {} : { forSec: forSec / k }),
      }
    }
    case 'ramp': {
      const fromPerSec = arrival.fromPerSec * f * k
      const toPerSec = arrival.toPerSec * f * k
      return { ...arrival, startSec, forSec: arrival.forSec / k, fromPerSec, toPerSec }
    }
    case 'constant': {
      const { perSec } = arrival
      const rate = perSec === undefined ? {} : { perSec: perSec * f * k }
      return { ...arrival, startSec, forSec: arrival.forSec / k, ...rate }
    }
    case 'replay': {
      const times = arrival.timesSec.map((sec) => sec / k)
      return { ...arrival, startSec, timesSec: resampled(times, f) }
    }
  }
}

/** Every time `f` times on average, evenly over the list: thinned below 1, repeated above. */
function resampled(timesSec: readonly number[], f: number): number[] {
  const kept: number[] = []
  const copies = wholeParts(
    timesSec.map(() => 1),
    f,
  )
  timesSec.forEach((sec, i) => {
    for (let n = copies[i] ?? 0; n > 0; n--) kept.push(sec)
  })
  // The schema wants one time at least, and so does a run.
  return kept.length > 0 ? kept : timesSec.slice(0, 1)
}

/** Counts × f in whole numbers whose sum is the whole of the sum: no loss in many small offers. */
function wholeParts(counts: readonly number[], f: number): number[] {
  let exact = 0
  let given = 0
  return counts.map((count) => {
    exact += count * f
    const part = Math.max(0, Math.round(exact) - given)
    given += part
    return part
  })
}

function scaleAdmission(admission: Admission, { population: f, speed: k }: Scale): Admission {
  if ('perSec' in admission) return { perSec: admission.perSec * f * k }
  if ('perSecPerInstance' in admission) {
    return { perSecPerInstance: admission.perSecPerInstance * f * k }
  }
  return { maxInside: Math.max(1, Math.round(admission.maxInside * f)) }
}

function scaleBehaviour(behaviour: Scenario['behaviour'], k: number): Scenario['behaviour'] {
  const { patienceSec, retry, reenter, comeBack } = behaviour
  return {
    ...behaviour,
    ...(patienceSec === undefined ? {} : { patienceSec: scaleDistribution(patienceSec, 1 / k) }),
    retry: { ...retry, backoffSec: scaleDistribution(retry.backoffSec, 1 / k) },
    reenter: { ...reenter, delaySec: scaleDistribution(reenter.delaySec, 1 / k) },
    comeBack: { ...comeBack, delaySec: scaleDistribution(comeBack.delaySec, 1 / k) },
  }
}

type Inventory = NonNullable<Scenario['inventory']>

function scaleInventory({ offers }: Inventory, f: number): Inventory {
  const slots = wholeParts(
    offers.map((offer) => offer.slots),
    f,
  )
  return { offers: offers.map((offer, i) => ({ ...offer, slots: slots[i] ?? 0 })) }
}

function scaleEvent(event: TimelineEvent, scale: Scale): TimelineEvent {
  if (event.kind === 'supply') return { ...event, add: Math.round(event.add * scale.population) }
  if (event.kind !== 'admission') return event
  return { ...event, admission: scaleAdmission(event.admission, scale) }
}
