import type { Scenario } from '../../../scenario/schema/schema.ts'
import { planFromWallSec } from '../../../workload/plan.ts'
import { Agenda } from '../agenda.ts'
import { closeBooks } from '../../client/close-books.ts'
import type { JourneyCalls } from '../../client/journey-calls.ts'
import type { Ceiling } from '../../client/state.ts'
import { LiveWorld } from '../../client/world.ts'
import { liveInputs } from '../../client/testing/world-stage.ts'
import { VirtualTime } from '../../client/testing/virtual-time.ts'
import { VirtualTransport, type Serve } from '../../client/testing/virtual-transport.ts'

/** Performs a scenario (scaled already) against `serve` in virtual time, to its end. */
export function performVirtually(
  scenario: Scenario,
  given: { seed: number; speed?: number; serve: Serve; calls: JourneyCalls; ceiling?: Ceiling },
) {
  const { seed, speed = 1, serve, calls } = given
  const time = new VirtualTime()
  const nowMs = () => time.nowMs
  const inputs = liveInputs(scenario, { ...given, seed, speed, calls, nowMs })
  const { window, people, recorder, plan } = inputs
  const transports: VirtualTransport[] = []
  const world = new LiveWorld(inputs, (onReply) => {
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
    nowMs,
    startsAtMs: window.opensAtMs + planFromWallSec(scenario) * 1000,
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
