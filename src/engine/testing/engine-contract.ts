import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sweep } from '../../core/testing/sweep.ts'
import type { RunRecord } from '../../record/run.ts'
import type { LoadedScenario } from '../../scenario/load/parse.ts'
import { scaleScenario } from '../../scenario/scale.ts'
import type { Scenario } from '../../scenario/schema/schema.ts'
import { planArrivals, planFromWallSec } from '../../workload/plan.ts'
import { populationOf } from '../../workload/population.ts'
import { opening, visitors, type OpeningEdits } from './opening.ts'
import { randomScenario } from './random-scenario.ts'
import { windowOf } from '../window.ts'
import { bucketAt, expectLaws, flowBetween, sum } from './engine-laws.ts'
import { loadedOf } from './loaded.ts'

/** The contract of an engine: whatever it performs a scenario on, its record obeys these. */

interface PerformOptions {
  readonly seed: number
  readonly population?: number
  readonly speed?: number
  /** Cuts the run this many scenario seconds after the opening. */
  readonly untilSec?: number
}

export interface Engine {
  readonly name: RunRecord['header']['engine']
  /** Against a stack that is as the scenario has it, and performs its timeline. */
  perform(loaded: LoadedScenario, options: PerformOptions): RunRecord | Promise<RunRecord>
}

/** Five minutes at a gate that lets five in a second, and pages that have room for them. */
const gated = {
  admission: { perSec: 5 },
  pollSec: { front: 1, back: 4 },
} as const

const plain: OpeningEdits = {
  endsAt: '2021-01-01T12:05:00Z',
  waitingRoom: gated,
}

export function engineContract(engine: Engine): void {
  /** Performs it, and holds the record to the laws. */
  const perform = async (
    edits: OpeningEdits,
    options: Partial<PerformOptions> = {},
  ): Promise<RunRecord> => {
    const loaded = loadedOf(opening({ ...plain, ...edits }))
    const run = await engine.perform(loaded, { seed: 1, ...options })
    expectLaws(run, loaded)
    return run
  }

  describe(`the engine ${engine.name}`, { timeout: 120_000 }, () => {
    describe('any scenario', () => {
      // Only the simulator knows further front doors.
      const anyScenario = randomScenario.map((scenario): Scenario => ({ ...scenario, doors: [] }))
      const seed = fc.nat({ max: 1_000_000 })
      const speed = fc.constantFrom(1, 1, 10)

      test('gives a record that obeys the laws', async () => {
        await fc.assert(
          fc.asyncProperty(anyScenario, seed, speed, async (scenario, seed, speed) => {
            const loaded = loadedOf(scenario)
            const run = await engine.perform(loaded, { seed, speed })
            expectLaws(run, loaded)
            expectPlanned(run, loaded)
          }),
          { numRuns: sweep(12, 40) },
        )
      })

      test('gives the same record by the same seed, to the last digit', async () => {
        await fc.assert(
          fc.asyncProperty(anyScenario, seed, async (scenario, seed) => {
            const loaded = loadedOf(scenario)
            const [one, two] = [
              await engine.perform(loaded, { seed }),
              await engine.perform(loaded, { seed }),
            ]
            expect(two).toEqual(one)
          }),
          { numRuns: sweep(3, 8) },
        )
      })
    })

    describeRecord(engine, perform)
    describeGate(perform)
    describePages(perform)
    describeTimeline(perform)
  })
}

type Perform = (edits: OpeningEdits, options?: Partial<PerformOptions>) => Promise<RunRecord>

/** Who comes by the plan comes at its time, bucket for bucket, if nobody is told to come later. */
function expectPlanned(run: RunRecord, { scenario }: LoadedScenario): void {
  const isOff = scenario.timeline.some(({ kind }) => kind === 'halt')
  if (isOff) return
  const { seed, speed, population: f } = run.header
  const scaled = scaleScenario(scenario, { population: f, speed })
  const population = populationOf(scaled, seed)
  const fromSec = planFromWallSec(scaled) * speed
  const { opensAtMs, endsAtMs, bucketSec, buckets } = windowOf(scaled, {
    speed,
    fromSec,
    untilSec: Infinity,
  })
  const plan = planArrivals(scaled, population, {
    seed,
    untilWallSec: (endsAtMs - opensAtMs) / 1000,
  })
  const planned = Array.from({ length: buckets }, () => 0)
  for (let i = 0; i < plan.length; i++) {
    const atSec = plan.fromWallSec + plan.keys[i]! * plan.quantumSec
    const atMs = (opensAtMs + atSec * 1000) * speed
    planned[Math.min(Math.floor(atMs / (bucketSec * 1000)), buckets - 1)]! += 1
  }
  const { arrivals, reentries } = run.timeline
  expect(arrivals.map((n, i) => n - reentries[i]!)).toEqual(planned)
}

function describeRecord(engine: Engine, perform: Perform): void {
  describe('a record', () => {
    test('says what was performed', async () => {
      const edits = { comeSec: visitors(20), timeline: [{ at: '12:01', kind: 'close-bypass' }] }
      const { header, scenario, events, verdict, audit } = await perform(edits as OpeningEdits, {
        seed: 7,
      })
      expect(header).toMatchObject({
        engine: engine.name,
        scenarioName: 'opening',
        variant: 'base',
        seed: 7,
        population: 1,
        speed: 1,
        opensAt: '2021-01-01T12:00:00Z',
        timing: 'intended',
      })
      expect(Date.parse(header.endsAt)).toBe(Date.parse('2021-01-01T12:05:00Z'))
      expect(header.workloadHash).toMatch(/^[0-9a-f]{16}$/)
      expect(scenario).toMatchObject({ name: 'opening' })
      expect(events).toMatchObject([{ kind: 'close-bypass', performed: true }])
      expect(Date.parse(events[0]!.at)).toBe(Date.parse('2021-01-01T12:01:00Z'))
      expect(verdict).toMatchObject({ valid: true, saturated: false })
      expect(audit.dropped).toEqual({ generator: 0, ceiling: 0 })
    })

    test('of another seed is another', async () => {
      const crowd = {
        population: { people: 200 },
        arrivals: [{ kind: 'burst' as const, share: 1, forSec: 60 }],
      }
      const runs = [await perform(crowd, { seed: 1 }), await perform(crowd, { seed: 2 })]
      const [one, two] = runs.map(({ timeline }) => timeline.arrivals.join())
      expect(one).not.toBe(two)
    })

    test('of a smaller crowd at a faster clock is in the scenario’s own time', async () => {
      const crowd = {
        population: { people: 1000 },
        arrivals: [{ kind: 'burst' as const, share: 1, forSec: 10 }],
      }
      const whole = await perform(crowd)
      const fast = await perform(crowd, { population: 0.2, speed: 5 })
      expect(whole.summary.visitors.arrived).toBe(1000)
      expect(fast.summary.visitors.arrived).toBe(200)
      // A fifth of the people at five times the speed: the same line, wait for wait.
      const [a, b] = [whole, fast].map(({ summary }) => summary.waitSec.p50!)
      expect(a! / b!).toBeGreaterThan(0.95)
      expect(a! / b!).toBeLessThan(1.05)
      expect(fast.timeline.arrivals.length).toBe(whole.timeline.arrivals.length)
    })

    test('that was cut short leaves tickets without an end', async () => {
      const run = await perform({ comeSec: visitors(500, 1) }, { untilSec: 60 })
      const { unfinished, admitted, arrived } = run.summary.visitors
      expect(arrived).toBe(500)
      expect(admitted).toBeGreaterThan(280)
      expect(admitted).toBeLessThan(310)
      expect(unfinished).toBeGreaterThanOrEqual(500 - admitted)
      expect(run.summary.waitSec.p90).toBeNull()
      expect(run.summary.people.gaveUp).toBe(0)
      expect(Date.parse(run.header.endsAt)).toBe(Date.parse('2021-01-01T12:01:00Z'))
    })
  })
}

function describeGate(perform: Perform): void {
  describe('at the gate', () => {
    test('turns come at its rate, and waits are what they make of them', async () => {
      const run = await perform({ comeSec: visitors(600, 1) })
      const { visitors: counts, admittedWaitSec, waitSec, findings } = run.summary
      expect(counts).toMatchObject({ arrived: 600, queued: 600, admitted: 600, booked: 600 })
      for (const fromSec of [10, 30, 60, 90]) {
        const n = flowBetween(run, 'admitted', [fromSec, fromSec + 20])
        expect(Math.abs(n - 100)).toBeLessThanOrEqual(4)
      }
      // The n-th of them has n/5 s to wait, and learns of its turn half an interval later.
      expect(Math.abs(admittedWaitSec.mean! - 60.5)).toBeLessThan(1.5)
      expect(Math.abs(admittedWaitSec.p95! - 114.5)).toBeLessThan(2)
      expect(waitSec.p50).toBe(admittedWaitSec.p50)
      expect(run.summary.etaErrorSec.p95!).toBeLessThan(3)
      expect(Object.values(findings).filter((n) => n !== 0 && n !== null)).toEqual([])
    })

    test('nobody is in before the opening, however early they come', async () => {
      const run = await perform({ comeSec: visitors(50, -30, 0.5) })
      expect(sum(run.timeline.admitted.slice(0, bucketAt(run, 0)))).toBe(0)
      expect(sum(run.timeline.requests.slice(0, bucketAt(run, 0)))).toBe(0)
      expect(run.summary.findings.earlyAdmission).toBe(0)
      expect(run.summary.visitors.booked).toBe(50)
    })

    test('places decide where it counts who is inside', async () => {
      const run = await perform({
        comeSec: visitors(100, 1),
        waitingRoom: { admission: { maxInside: 4 }, pollSec: { front: 1, back: 1 } },
        journey: [{ step: 'book', visits: [{ station: 'web', serviceMs: 2000 }] }],
      })
      expect(run.summary.visitors.booked).toBe(100)
      expect(Math.max(...run.timeline.inside)).toBeLessThanOrEqual(4)
      // A visit takes 2 s, and its successor half a second more to learn of the place.
      const [first, last] = [bucketAt(run, 20), bucketAt(run, 60)]
      const perSec = sum(run.timeline.booked.slice(first, last)) / 40
      expect(perSec).toBeGreaterThan(1.2)
      expect(perSec).toBeLessThan(2)
    })

    test('patience ends: who gives up has waited, and was not let in', async () => {
      const run = await perform({ comeSec: visitors(500, 1), behaviour: { patienceSec: 40 } })
      const { abandoned, admitted } = run.summary.visitors
      expect(admitted + abandoned).toBe(500)
      expect(Math.abs(admitted - 198)).toBeLessThanOrEqual(5)
      // Most waited for as long as they would, and in vain.
      expect(run.summary.waitSec.p50 ?? 40).toBeGreaterThanOrEqual(40)
      expect(run.summary.admittedWaitSec.max!).toBeLessThan(41)
      expect(run.summary.people.gaveUp).toBe(abandoned)
    })

    test('there is none where the scenario has none', async () => {
      const waitingRoom = { protocol: 'none', admission: { perSec: 1 } } as const
      const run = await perform({ comeSec: visitors(50, -5, 1), waitingRoom })
      expect(run.summary.visitors).toMatchObject({ arrived: 50, queued: 0, booked: 50 })
      expect(run.summary.waitSec.p50).toBeNull()
      expect(sum(run.timeline.requests.slice(0, bucketAt(run, 0)))).toBe(0)
    })

    test('clients that fail open come past it, once it is overrun', async () => {
      const overrun: OpeningEdits & Pick<Required<OpeningEdits>, 'waitingRoom'> = {
        comeSec: visitors(600, 1, 0.02),
        waitingRoom: { ...gated, pollCapacityPerSec: 60, maxTtlSec: 4, failOpen: 1 },
        stack: { instances: 1, stations: [{ name: 'web', perInstance: true, slots: 100 }] },
      }
      const run = await perform(overrun)
      expect(run.summary.visitors.bypassed).toBeGreaterThan(100)
      expect(run.summary.findings.bypassed).toBe(run.summary.visitors.bypassed)
      const tight = await perform({
        ...overrun,
        waitingRoom: { ...overrun.waitingRoom, failOpen: 0 },
      })
      expect(tight.summary.visitors.bypassed).toBe(0)
    })
  })
}

function describePages(perform: Perform): void {
  describe('at the booking pages', () => {
    const station = { name: 'web', perInstance: true, slots: 10 } as const

    test('nobody books beyond what is on offer, and the rest are told', async () => {
      const run = await perform({
        comeSec: visitors(200, 1, 0.1),
        inventory: {
          offers: [
            { place: 'a', date: '26', slots: 40 },
            { place: 'b', date: '26', slots: 20 },
          ],
        },
      })
      expect(run.summary.visitors).toMatchObject({ booked: 60, soldOut: 140 })
      expect(run.summary.people.booked).toBe(60)
      expect(run.summary.errorShare).toBe(0)
    })

    test('a person books once, by whichever device', async () => {
      const run = await perform({
        population: { people: 100, devicesPerPerson: 3 },
        arrivals: [{ kind: 'burst', share: 1, forSec: 30 }],
      })
      expect(run.summary.visitors).toMatchObject({ arrived: 300, booked: 100, alreadyBooked: 200 })
      expect(run.summary.people).toMatchObject({ came: 100, booked: 100, gaveUp: 0 })
      expect(run.summary.findings.doubleBooking).toBe(0)
    })

    test('who may not book is told so, and does not', async () => {
      const run = await perform({
        population: { people: 100, ineligible: 40 },
        arrivals: [{ kind: 'burst', share: 1, forSec: 10 }],
      })
      expect(run.summary.visitors).toMatchObject({ arrived: 140, booked: 100, ineligible: 40 })
      expect(run.summary.people).toMatchObject({ eligible: 100, came: 140, booked: 100 })
      expect(run.summary.findings).toMatchObject({ ineligibleBooked: 0, eligibleRefused: 0 })
    })

    test('what fails is tried again, and a retry is no new ticket', async () => {
      const crowded: OpeningEdits = {
        comeSec: visitors(150, 1, 0.02),
        waitingRoom: { protocol: 'none', admission: { perSec: 1 } },
        stack: { instances: 1, stations: [{ ...station, slots: 1, backlog: 1 }] },
      }
      const retry = { tries: 20, backoffSec: { dist: 'exponential', mean: 10 } } as const
      const none = await perform(crowded)
      const patient = await perform({ ...crowded, behaviour: { retry } })
      for (const run of [none, patient]) {
        const { arrived, reentries, booked, refused, failed } = run.summary.visitors
        expect([arrived, reentries, booked + refused + failed]).toEqual([150, 0, 150])
        // Another try is another request, and no other ticket.
        const errors = sum(run.timeline.requestErrors)
        expect(run.summary.steps['book']!.count).toBe(booked + errors)
      }
      expect(none.summary.visitors.booked).toBeLessThan(60)
      expect(patient.summary.visitors.booked).toBeGreaterThan(145)
      expect(none.summary.steps['book']!.count).toBe(150)
      expect(patient.summary.steps['book']!.count).toBeGreaterThan(250)
      expect(none.summary.errorShare!).toBeGreaterThan(0.6)
    })

    test('who was not served comes again, with a new ticket', async () => {
      const crowded: OpeningEdits = {
        comeSec: visitors(150, 1, 0.02),
        waitingRoom: { protocol: 'none', admission: { perSec: 1 } },
        stack: { instances: 1, stations: [{ ...station, slots: 1, backlog: 1 }] },
        behaviour: {
          reenter: { probability: 1, delaySec: { dist: 'exponential', mean: 15 } },
        },
      }
      const run = await perform(crowded)
      const { arrived, reentries, booked, refused, failed } = run.summary.visitors
      expect(reentries).toBeGreaterThan(100)
      expect(arrived).toBe(150 + reentries)
      expect(booked).toBe(150)
      expect(refused + failed).toBe(reentries)
      expect(run.summary.people).toMatchObject({ came: 150, booked: 150, gaveUp: 0 })
    })

    test('a client that waited too long walks away, and its time is what the record has', async () => {
      const visits = [{ station: 'web', serviceMs: 3000 }]
      const run = await perform({
        comeSec: visitors(20, 1, 0.5),
        journey: [{ step: 'book', timeoutMs: 1000, visits }],
      })
      const step = run.summary.steps['book']!
      expect(step).toMatchObject({ count: 20, outcomes: { timeout: 20 } })
      expect(Math.abs(step.responseMs.p50! - 1000)).toBeLessThan(25)
      expect(run.summary.requestErrorShare).toBe(1)
      expect(run.summary.visitors.timedOut + run.summary.visitors.booked).toBe(20)
    })

    test('thinking and several steps: each has its requests and its times', async () => {
      const run = await perform({
        comeSec: visitors(100, 1, 0.2),
        journey: [
          { step: 'look', visits: [{ station: 'web', serviceMs: 50 }], thinkSec: 5 },
          { step: 'book', visits: [{ station: 'web', serviceMs: 150 }] },
        ],
      })
      const { look, book } = run.summary.steps
      expect([look!.count, book!.count]).toEqual([100, 100])
      expect(Math.abs(look!.responseMs.p50! - 50)).toBeLessThan(5)
      expect(Math.abs(book!.responseMs.p50! - 150)).toBeLessThan(5)
      expect(run.summary.visitors.booked).toBe(100)
      // Nobody has booked before the first five seconds of thinking are over.
      expect(flowBetween(run, 'booked', [0, 6])).toBe(0)
      expect(flowBetween(run, 'requests', [0, 6])).toBeGreaterThan(10)
    })
  })
}

function describeTimeline(perform: Perform): void {
  describe('what people do to the system', () => {
    const crowd: OpeningEdits = { comeSec: visitors(500, 1) }
    const resume = { at: '12:01:20', kind: 'resume' } as const

    test('a halt that keeps the queue: nobody is in until the resume, and nothing is lost', async () => {
      const halt = { at: '12:00:40', kind: 'halt', tickets: 'keep' } as const
      const run = await perform({ ...crowd, timeline: [halt, resume] })
      expect(run.events.map(({ kind }) => kind)).toEqual(['halt', 'resume'])
      expect(flowBetween(run, 'admitted', [41, 80])).toBe(0)
      expect(flowBetween(run, 'admitted', [80, 100])).toBeGreaterThan(90)
      const { arrived, admitted, booked, failed } = run.summary.visitors
      expect([arrived, admitted]).toEqual([500, 500])
      // Whose request was in flight was reset.
      expect(booked + failed).toBe(500)
      expect(failed).toBeLessThanOrEqual(10)
      expect(run.summary.steps['book']!.outcomes.reset).toBe(failed)
    })

    test('a halt that voids the queue: tickets end, and people come back after the resume', async () => {
      const halt = { at: '12:00:40', kind: 'halt', tickets: 'void' } as const
      const comeBack = { probability: 1, delaySec: { dist: 'uniform', low: 1, high: 20 } } as const
      const run = await perform({ ...crowd, timeline: [halt, resume], behaviour: { comeBack } })
      const { arrived, reentries, failed, booked } = run.summary.visitors
      expect(Math.abs(failed - 303)).toBeLessThanOrEqual(8)
      expect(arrived).toBe(500 + reentries)
      expect(flowBetween(run, 'arrivals', [41, 80])).toBe(0)
      expect(flowBetween(run, 'arrivals', [80, 101])).toBeGreaterThan(280)
      // Whoever was inside at the halt may have failed for good.
      expect(booked).toBeGreaterThanOrEqual(490)
      expect(run.summary.people.came).toBe(500)
    })

    test('who comes while service is off gets no ticket, and comes when it is on', async () => {
      const halt = { at: '12:00:05', kind: 'halt' } as const
      const comeBack = { probability: 1, delaySec: 2 }
      const run = await perform({
        comeSec: visitors(40, 20, 0.1),
        timeline: [halt, resume],
        behaviour: { comeBack },
      })
      expect(flowBetween(run, 'arrivals', [0, 80])).toBe(0)
      expect(run.summary.visitors).toMatchObject({ arrived: 40, reentries: 0, booked: 40 })
    })

    test('more instances admit more, once they have booted', async () => {
      const run = await perform({
        comeSec: visitors(1000, 1),
        waitingRoom: { ...gated, admission: { perSecPerInstance: 2 } },
        stack: {
          instances: 1,
          bootSec: 10,
          stations: [{ name: 'web', perInstance: true, slots: 10 }],
        },
        timeline: [{ at: '12:01', kind: 'instances', count: 3 }],
      })
      const perSec = (from: number, to: number) =>
        flowBetween(run, 'admitted', [from, to]) / (to - from)
      expect(Math.abs(perSec(10, 70) - 2)).toBeLessThan(0.1)
      expect(Math.abs(perSec(75, 135) - 6)).toBeLessThan(0.2)
    })

    test('another admission takes effect', async () => {
      const run = await perform({
        ...crowd,
        timeline: [{ at: '12:00:30', kind: 'admission', admission: { perSec: 10 } }],
      })
      expect(Math.abs(flowBetween(run, 'admitted', [10, 30]) - 100)).toBeLessThanOrEqual(4)
      expect(Math.abs(flowBetween(run, 'admitted', [32, 52]) - 200)).toBeLessThanOrEqual(8)
    })

    test('a bypass lets its share in past the gate, until it is closed', async () => {
      const bypass = {
        ...crowd,
        comeSec: visitors(600, 1, 0.1),
        behaviour: { bypass: { share: 0.4 } },
      }
      const open = await perform(bypass)
      const { bypassed, admitted, queued, arrived } = open.summary.visitors
      expect([arrived, bypassed + queued, admitted]).toEqual([600, 600, queued])
      expect(Math.abs(bypassed - 240)).toBeLessThan(40)
      expect(open.summary.findings.bypassed).toBe(bypassed)
      const closed = await perform({
        ...bypass,
        timeline: [{ at: '12:00:30', kind: 'close-bypass' }],
      })
      expect(flowBetween(closed, 'bypassed', [32, 300])).toBe(0)
      expect(Math.abs(closed.summary.visitors.bypassed - bypassed / 2)).toBeLessThan(20)
    })

    test('an opening ahead of its time is found', async () => {
      const run = await perform({
        comeSec: visitors(40, -40, 0.5),
        timeline: [{ at: '2021-01-01T11:59:50Z', kind: 'open-early' }],
      })
      const early = sum(run.timeline.admitted.slice(0, bucketAt(run, 0)))
      expect(early).toBeGreaterThan(30)
      expect(run.summary.findings.earlyAdmission).toBe(early)
    })

    test('a fault of the eligibility rule is found, while it lasts', async () => {
      const fault = (effect: 'refuse-eligible' | 'accept-ineligible') => ({
        population: { people: 200, ineligible: 200 },
        arrivals: [{ kind: 'constant', share: 1, forSec: 60, spacing: 'even' } as const],
        waitingRoom: { ...gated, admission: { perSec: 50 } },
        timeline: [
          { at: '12:00:20', kind: 'eligibility-fault', until: '12:00:40', effect } as const,
        ],
      })
      const refusing = await perform(fault('refuse-eligible'))
      const { findings: refused, people } = refusing.summary
      expect(Math.abs(refused.eligibleRefused! - 67)).toBeLessThan(15)
      expect(people.booked).toBe(200 - refused.eligibleRefused!)
      const accepting = await perform(fault('accept-ineligible'))
      const { ineligibleBooked } = accepting.summary.findings
      expect(Math.abs(ineligibleBooked! - 67)).toBeLessThan(15)
      expect(accepting.summary.people.booked).toBe(200 + ineligibleBooked!)
    })

    test('supply that comes later is booked later', async () => {
      const run = await perform({
        comeSec: visitors(100, 1, 0.6),
        inventory: { offers: [{ place: 'a', date: '26', slots: 10 }] },
        timeline: [{ at: '12:00:40', kind: 'supply', add: 15 }],
      })
      expect(run.summary.people.booked).toBe(25)
      expect(flowBetween(run, 'booked', [20, 40])).toBe(0)
      expect(flowBetween(run, 'booked', [40, 60])).toBe(15)
    })
  })
}
