import { Recorder } from '../../../record/recorder.ts'
import type { Scenario } from '../../../scenario/schema/schema.ts'
import { planArrivals, planFromWallSec } from '../../../workload/plan.ts'
import { populationOf } from '../../../workload/population.ts'
import { windowOf } from '../../window.ts'
import { Outcome } from '../../../core/codes.ts'
import { GateCalls } from '../gate-calls.ts'
import type { JourneyCalls } from '../journey-calls.ts'
import { People, sharePeople } from '../people.ts'
import type { Ceiling, LiveInputs } from '../state.ts'
import type { OnReply, Outgoing, Reply, Transport } from '../transport.ts'
import { LiveWorld } from '../world.ts'
import { stepCalls } from './step-calls.ts'

export interface StageOptions {
  readonly seed?: number
  readonly speed?: number
  readonly calls?: JourneyCalls
  readonly ceiling?: Ceiling
}

/** What a world of one worker is made of, for a scenario that was scaled already. */
export function liveInputs(
  scenario: Scenario,
  options: StageOptions & { readonly nowMs: () => number },
): LiveInputs & { recorder: Recorder; people: People } {
  const { seed = 1, speed = 1, nowMs } = options
  const population = populationOf(scenario, seed)
  const fromSec = planFromWallSec(scenario) * speed
  const window = windowOf(scenario, { speed, fromSec, untilSec: Infinity })
  return {
    scenario,
    population,
    plan: planArrivals(scenario, population, {
      seed,
      untilWallSec: (window.endsAtMs - window.opensAtMs) / 1000,
    }),
    window,
    seed,
    recorder: new Recorder({
      startSec: window.startSec,
      bucketSec: window.bucketSec,
      buckets: window.buckets,
      opensAtMs: window.opensAtMs * speed,
      steps: scenario.journey.map((step) => step.step),
      stations: [],
    }),
    people: new People(population, sharePeople(population)),
    calls: options.calls ?? stepCalls(scenario),
    gate: new GateCalls('', scenario.waitingRoom),
    ceiling: options.ceiling ?? { inFlight: 1e6, perSec: 1e9 },
    keepsBooked: false,
    nowMs,
  }
}

/** A transport that carries nothing anywhere: what it was asked for is kept, and answered by hand. */
export class HeldTransport implements Transport {
  readonly sent: { visitor: number; path: string; atMs: number }[] = []
  readonly forgotten: number[] = []
  readonly pending = new Map<number, number>()
  private readonly onReply: OnReply
  private readonly nowMs: () => number

  constructor(onReply: OnReply, nowMs: () => number) {
    this.onReply = onReply
    this.nowMs = nowMs
  }

  get inFlight(): number {
    return this.pending.size
  }

  get connections(): number {
    return this.pending.size
  }

  send(visitor: number, { path }: Outgoing): void {
    this.sent.push({ visitor, path, atMs: this.nowMs() })
    this.pending.set(visitor, this.nowMs())
  }

  abandon(visitor: number): void {
    this.answer(visitor, { outcome: Outcome.timeout, status: 0 })
  }

  forget(visitor: number): void {
    this.forgotten.push(visitor)
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  /** Answers what the visitor has in flight, now. */
  answer(visitor: number, edits: Partial<Reply> = {}): void {
    const sentMs = this.pending.get(visitor)
    if (sentMs === undefined) throw new Error(`visitor ${visitor} has nothing in flight`)
    this.pending.delete(visitor)
    this.onReply(visitor, {
      outcome: Outcome.ok,
      status: 200,
      head: '',
      body: '0',
      bodyFault: null,
      connectUs: -1,
      sentMs,
      doneMs: this.nowMs(),
      ...edits,
    })
  }
}

/** A world whose clock and whose far side are moved by hand. */
export function stage(scenario: Scenario, options: StageOptions = {}) {
  const clock = { ms: 0 }
  const nowMs = () => clock.ms
  const inputs = liveInputs(scenario, { ...options, nowMs })
  const transports: HeldTransport[] = []
  const world = new LiveWorld(inputs, (onReply) => {
    const transport = new HeldTransport(onReply, nowMs)
    transports.push(transport)
    return transport
  })
  const [transport] = transports as [HeldTransport]
  clock.ms = inputs.window.opensAtMs
  return { world, state: world.state, inputs, clock, transport }
}

export type Stage = ReturnType<typeof stage>

/** What was recorded so far. */
export function recordedBy({ inputs }: Pick<Stage, 'inputs'>) {
  const { people } = inputs.people.count()
  return inputs.recorder.finish({ people, inventory: null })
}
