import fc from 'fast-check'
import { must } from '../../core/assert.ts'
import type { Scenario, ScenarioInput } from '../../scenario/schema/schema.ts'
import { parsed } from './opening.ts'

/**
 * Small scenarios of every sort, for laws that hold whatever the parameters: all kinds of arrival,
 * every admission and none, chains of stations that hold, need several slots or slow down, people
 * who retry, come again, bypass or fail open, further doors, and a timeline of everything that can
 * happen in it. Where a kind of trouble would end most runs early, it is drawn less often.
 */

type Document = ScenarioInput
type Arrivals = Document['arrivals']
type Events = NonNullable<Document['timeline']>

const noon = Date.parse('2021-01-01T12:00:00Z')
const lengthSec = 600
const iso = (sec: number) => new Date(noon + sec * 1000).toISOString()

const share = fc.constantFrom(0, 0.1, 0.5, 1)
const smallSec = fc.integer({ min: 1, max: 200 })
const spacing = fc.constantFrom('poisson' as const, 'even' as const)
const kind = <K extends string>(name: K) => fc.constant(name)

/** Service, thinking, patience and delays of every distribution, around a mean. */
function times(minMean: number, maxMean: number) {
  const mean = fc.double({ min: minMean, max: maxMean, noNaN: true })
  const cv = fc.constantFrom(0.3, 1, 2)
  return fc.oneof(
    mean,
    fc.record({ dist: kind('exponential'), mean }),
    fc.record({ dist: kind('lognormal'), mean, cv }),
    fc.record({ dist: kind('uniform'), low: fc.constant(minMean), high: fc.constant(maxMean) }),
    fc.record({ dist: kind('empirical'), values: fc.array(mean, { minLength: 1, maxLength: 4 }) }),
    fc.record({ dist: kind('weibull'), scale: mean, shape: cv }),
  )
}

const sharing = fc.oneof(
  fc.record({ kind: kind('early'), forSec: smallSec, spacing }),
  fc.record({ kind: kind('burst'), forSec: smallSec, spacing }),
  fc.record({ kind: kind('decay'), scaleSec: smallSec, spacing }),
  fc.record({
    kind: kind('decay'),
    shape: kind('power'),
    exponent: fc.constantFrom(1, 2.5),
    scaleSec: smallSec,
    forSec: smallSec,
    spacing,
  }),
  fc.record({ kind: kind('constant'), forSec: smallSec, startSec: smallSec, spacing }),
)
const byRate = fc.oneof(
  fc.record({
    kind: kind('constant'),
    perSec: fc.constantFrom(0.2, 2),
    forSec: fc.integer({ min: 1, max: 60 }),
    spacing,
  }),
  fc.record({
    kind: kind('ramp'),
    fromPerSec: fc.constantFrom(0, 3),
    toPerSec: fc.constantFrom(0, 3),
    forSec: fc.integer({ min: 1, max: 60 }),
    spacing,
  }),
  fc.record({
    kind: kind('replay'),
    timesSec: fc.array(fc.integer({ min: -60, max: 600 }), { minLength: 1, maxLength: 20 }),
  }),
)

const arrivals: fc.Arbitrary<Arrivals> = fc
  .tuple(fc.array(sharing, { minLength: 1, maxLength: 3 }), fc.array(byRate, { maxLength: 2 }))
  .map(([shares, rates]) => [
    ...shares.map((entry) => ({ ...entry, share: 1 / shares.length })),
    ...rates,
  ])

const admission = fc.oneof(
  fc.record({ perSec: fc.constantFrom(0, 0.5, 3, 50) }),
  fc.record({ perSecPerInstance: fc.constantFrom(0.5, 3) }),
  fc.record({ maxInside: fc.integer({ min: 1, max: 20 }) }),
)

const waitingRoom: fc.Arbitrary<Document['waitingRoom']> = fc.record(
  {
    protocol: fc.constantFrom('netfunnel', 'netfunnel', 'none'),
    admission,
    pollSec: fc.record({ front: fc.constantFrom(0.5, 2), back: fc.constantFrom(5, 10) }),
    lapseSec: fc.constantFrom(0, 20),
    failOpen: share,
    pollCapacityPerSec: fc.constantFrom(1, 10, 1000),
  },
  { requiredKeys: ['protocol', 'admission', 'lapseSec', 'failOpen'] },
)

const stationNames = ['web', 'app', 'cache', 'db', 'mail'] as const

const station = fc
  .record(
    {
      isShared: fc.boolean(),
      slots: fc.integer({ min: 1, max: 8 }),
      slotsPerRequest: fc.constantFrom(1, 1, 1, 2, 3),
      backlog: fc.constantFrom(0, 1, 5, 40, 40, 500),
      contention: fc.constantFrom(0, 0.05),
      coherency: fc.constantFrom(0, 0.01),
    },
    { requiredKeys: ['isShared', 'slots', 'slotsPerRequest', 'backlog'] },
  )
  .map(({ isShared, slotsPerRequest, ...rest }) => ({
    ...rest,
    ...(isShared ? { shared: true } : { perInstance: true }),
    slotsPerRequest: Math.min(slotsPerRequest, rest.slots),
  }))

/** Stations, and a journey through them. */
const stackAndJourney = fc.integer({ min: 1, max: 5 }).chain((count) => {
  const names = stationNames.slice(0, count)
  const visit = fc.record({
    station: fc.constantFrom(...names),
    serviceMs: times(1, 400),
    holds: fc.boolean(),
  })
  const step = fc.record({
    visits: fc.array(visit, { minLength: 1, maxLength: 3 }),
    thinkSec: times(0.01, 20),
    timeoutMs: fc.constantFrom(150, 1000, 10_000),
  })
  return fc.record({
    stack: fc.record({
      instances: fc.integer({ min: 1, max: 3 }),
      bootSec: fc.constantFrom(0, 30),
      balancer: fc.constantFrom('round-robin' as const, 'least-busy' as const),
      stations: fc
        .array(station, { minLength: count, maxLength: count })
        .map((stations) =>
          stations.map((settings, i) => ({ name: must(names[i], 'station'), ...settings })),
        ),
    }),
    journey: fc.record({
      identifies: fc.boolean(),
      steps: fc.array(step, { minLength: 1, maxLength: 4 }),
    }),
  })
})

const behaviour: fc.Arbitrary<NonNullable<Document['behaviour']>> = fc.record(
  {
    patienceSec: times(5, 400),
    retry: fc.record({ tries: fc.nat({ max: 4 }), backoffSec: times(0.1, 10) }),
    // Without any delay, those who are refused at once would come again for ever in one instant.
    reenter: fc.record({ probability: share, delaySec: times(1, 60) }),
    comeBack: fc.record({ probability: share, delaySec: times(0.1, 60) }),
    bypass: fc.record(
      { share: fc.constantFrom(0, 0.1, 1), until: fc.constant('12:03') },
      { requiredKeys: ['share'] },
    ),
  },
  { requiredKeys: [] },
)

const doors: fc.Arbitrary<NonNullable<Document['doors']>> = fc
  .array(
    fc.record({
      perSec: fc.constantFrom(0.5, 10),
      delaySec: fc.constantFrom(0, 5),
      share: fc.constantFrom(0.1, 0.5),
    }),
    { maxLength: 2 },
  )
  .map((list) => list.map((door, i) => ({ name: `door-${i}`, ...door })))

const offers = fc.array(
  fc.record({
    place: fc.constantFrom('a', 'b'),
    date: fc.constantFrom('26', '27'),
    slots: fc.integer({ min: 0, max: 120 }),
  }),
  { minLength: 1, maxLength: 4 },
)

type Drawn<A> = A extends fc.Arbitrary<infer T> ? T : never
type TimelineEvent = Events[number] extends infer E
  ? E extends { at: string }
    ? Omit<E, 'at'>
    : never
  : never

/** What may happen once service is on; halts and resumes are put in turn below. */
const timelineEvent: fc.Arbitrary<TimelineEvent> = fc.oneof(
  fc.record({
    kind: kind('halt'),
    tickets: fc.constantFrom('keep', 'void'),
    restartInstances: fc.boolean(),
  }),
  fc.record({ kind: kind('resume') }),
  fc.record({ kind: kind('instances'), count: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ kind: kind('admission'), admission }),
  fc.record({ kind: kind('close-bypass') }),
  fc.record({
    kind: kind('eligibility-fault'),
    until: fc.integer({ min: 1, max: 100 }).map(String),
    effect: fc.constantFrom('refuse-eligible', 'accept-ineligible'),
  }),
  fc.record({ kind: kind('supply'), add: fc.integer({ min: -80, max: 80 }) }),
)

const timeline = fc.record({
  opensEarly: fc.oneof(fc.constant(null), fc.constant(null), fc.integer({ min: 1, max: 60 })),
  events: fc.array(fc.tuple(fc.nat({ max: lengthSec - 1 }), timelineEvent), { maxLength: 6 }),
})

function eventsOf(given: Drawn<typeof timeline>, hasInventory: boolean): Events {
  const { opensEarly } = given
  const list: Events =
    opensEarly === null ? [] : [{ at: iso(-opensEarly), kind: 'open-early' as const }]
  let halted = false
  for (const [sec, event] of given.events.toSorted(([a], [b]) => a - b)) {
    if (event.kind === 'halt' || event.kind === 'resume') {
      if (halted !== (event.kind === 'resume')) continue
      halted = !halted
    }
    if (event.kind === 'supply' && !hasInventory) continue
    const ends =
      event.kind === 'eligibility-fault'
        ? { until: iso(Math.min(lengthSec, sec + Number(event.until))) }
        : {}
    list.push({ at: iso(sec), ...event, ...ends })
  }
  return list
}

/** A scenario that its parser has accepted. */
export const randomScenario: fc.Arbitrary<Scenario> = fc
  .record({
    population: fc.record({
      people: fc.integer({ min: 1, max: 250 }),
      participation: fc.constantFrom(0, 0.7, 1, 1),
      devicesPerPerson: fc.constantFrom(1, 1.5, 3),
      ineligible: fc.constantFrom(0, 0, 30),
    }),
    arrivals,
    waitingRoom,
    stackAndJourney,
    behaviour,
    doors,
    offers: fc.option(offers),
    timeline,
  })
  .map((given) => {
    const { stack, journey } = given.stackAndJourney
    return parsed({
      name: 'random',
      opensAt: iso(0),
      endsAt: iso(lengthSec),
      population: given.population,
      arrivals: given.arrivals,
      waitingRoom: given.waitingRoom,
      stack,
      journey: journey.steps.map((step, i) => ({
        step: `step-${i}`,
        ...(i === 0 && journey.identifies && journey.steps.length > 1
          ? { role: 'identify' as const }
          : {}),
        ...step,
      })),
      behaviour: given.behaviour,
      doors: given.doors,
      ...(given.offers === null ? {} : { inventory: { offers: given.offers } }),
      timeline: eventsOf(given.timeline, given.offers !== null),
    })
  })
