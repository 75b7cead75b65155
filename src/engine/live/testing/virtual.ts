import { Outcome } from '../../../core/codes.ts'
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
import type { OnReply, Outgoing, Reply, Transport } from '../transport.ts'
import { LiveWorld } from '../world.ts'

/** What the far side makes of a request: after `afterMs` an answer, or (Infinity) never one. */
export interface Served {
  readonly afterMs: number
  readonly outcome?: number
  readonly status?: number
  readonly body?: string
}

export type Serve = (outgoing: Outgoing, nowMs: number, visitor: number) => Served

/** Time that passes only when nothing is left to do in it. */
export class VirtualTime {
  nowMs = 0
  private readonly due: { atMs: number; order: number; act: () => void }[] = []
  private order = 0

  after(ms: number, act: () => void): void {
    const atMs = this.nowMs + Math.max(0, ms)
    let i = this.due.length
    while (i > 0 && this.due[i - 1]!.atMs > atMs) i--
    this.due.splice(i, 0, { atMs, order: this.order++, act })
  }

  run(): void {
    for (let next = this.due.shift(); next !== undefined; next = this.due.shift()) {
      this.nowMs = Math.max(this.nowMs, next.atMs)
      next.act()
    }
  }
}

/** A transport in virtual time; it holds its users to the contract. */
export class VirtualTransport implements Transport {
  connections = 0
  readonly pending = new Map<number, { sentMs: number }>()
  private readonly time: VirtualTime
  private readonly serve: Serve
  private readonly onReply: OnReply

  constructor(time: VirtualTime, serve: Serve, onReply: OnReply) {
    this.time = time
    this.serve = serve
    this.onReply = onReply
  }

  get inFlight(): number {
    return this.pending.size
  }

  send(visitor: number, outgoing: Outgoing, _want: number): void {
    if (this.pending.has(visitor)) throw new Error(`visitor ${visitor} sends twice at once`)
    const sentMs = this.time.nowMs
    const token = { sentMs }
    this.pending.set(visitor, token)
    const served = this.serve(outgoing, sentMs, visitor)
    if (served.afterMs === Infinity) return
    this.time.after(served.afterMs, () => {
      if (this.pending.get(visitor) === token) this.answer(visitor, served)
    })
  }

  abandon(visitor: number): void {
    if (!this.pending.has(visitor)) throw new Error(`nothing to abandon for visitor ${visitor}`)
    this.answer(visitor, { afterMs: 0, outcome: Outcome.timeout })
  }

  forget(_visitor: number): void {}

  close(): Promise<void> {
    return Promise.resolve()
  }

  private answer(visitor: number, { outcome, status, body }: Served): void {
    const { sentMs } = this.pending.get(visitor)!
    this.pending.delete(visitor)
    const reply: Reply = {
      outcome: outcome ?? Outcome.ok,
      status: status ?? (outcome === undefined ? 200 : 0),
      head: '',
      body: body ?? '',
      bodyCut: false,
      connectUs: -1,
      sentMs,
      doneMs: this.time.nowMs,
    }
    this.onReply(visitor, reply)
  }
}

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
    const transport = new VirtualTransport(time, serve, onReply)
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
