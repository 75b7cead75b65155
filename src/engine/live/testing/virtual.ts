import { Recorder } from '../../../record/recorder.ts'
import type { Scenario } from '../../../scenario/schema.ts'
import { planArrivals, planFromWallSec } from '../../../workload/plan.ts'
import { populationOf } from '../../../workload/population.ts'
import { windowOf } from '../../window.ts'
import { Agenda } from '../agenda.ts'
import { closeBooks } from '../close-books.ts'
import { GateCalls } from '../gate-calls.ts'
import type { JourneyCalls } from '../journey-calls.ts'
import { People, sharePeople } from '../people.ts'
import type { Ceiling } from '../state.ts'
import { LiveWorld } from '../world.ts'
import { VirtualTime } from './virtual-time.ts'
import { VirtualTransport, type Serve } from './virtual-transport.ts'

/** Performs a scenario (scaled already) against `serve` in virtual time, to its end. */
export function performVirtually(
  scenario: Scenario,
  given: { seed: number; speed?: number; serve: Serve; calls: JourneyCalls; ceiling?: Ceiling },
) {
  const { seed, speed = 1, serve, calls } = given
  const time = new VirtualTime()
  const population = populationOf(scenario, seed)
  const fromWallSec = planFromWallSec(scenario)
  const window = windowOf(scenario, { speed, fromSec: fromWallSec * speed, untilSec: Infinity })
  const plan = planArrivals(scenario, population, {
    seed,
    untilWallSec: (window.endsAtMs - window.opensAtMs) / 1000,
  })
  const recorder = new Recorder({
    ...window,
    opensAtMs: window.opensAtMs * speed,
    steps: scenario.journey.map((step) => step.step),
    stations: [],
  })
  const people = new People(population, sharePeople(population))
  const inputs = {
    scenario,
    population,
    plan,
    window,
    seed,
    recorder,
    people,
    calls,
    gate: new GateCalls('', scenario.waitingRoom),
    ceiling: given.ceiling ?? { inFlight: 1e6, perSec: 1e9 },
    keepsBooked: false,
    nowMs: () => time.nowMs,
  }
  const transports: VirtualTransport[] = []
  const world = new LiveWorld(inputs, (onReply) => {
    const nowMs = () => time.nowMs
    const transport = new VirtualTransport({ time, serve, onReply, nowMs })
    transports.push(transport)
    return transport
  })
  let ended = ''
  const agenda = new Agenda({
    world,
    turns: {
      soon: (act) => time.after(0, act),
      // A coarser clock than the real one, or hours of it would take minutes.
      after: (ms, act) => time.after(Math.max(ms, 20), act),
    },
    nowMs: () => time.nowMs,
    startsAtMs: window.opensAtMs + fromWallSec * 1000,
    endsAtMs: window.endsAtMs,
    drainMs: 30_000,
    isStopped: () => false,
    onLook: () => undefined,
    onOver: (end) => {
      ended = end
      closeBooks(world.state, Math.min(time.nowMs, window.endsAtMs))
    },
  })
  agenda.start()
  time.run()
  const counted = people.count()
  recorder.finding('doubleBooking', counted.doubleBooking)
  recorder.finding('ineligibleBooked', counted.ineligibleBooked)
  const finished = recorder.finish({ people: counted.people, inventory: null })
  return { ...finished, world, ended, plan, left: transports[0]!.inFlight, endedAtMs: time.nowMs }
}
