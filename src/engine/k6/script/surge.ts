import { solvedQuantileOf } from '../../../core/distribution.ts'
import { Histogram, latencyLayout } from '../../../record/histogram.ts'
import { answerRulesOf } from '../../../scenario/request/answer-rules.ts'
import type { cellOf, PersonTables } from '../../../scenario/request/person-data.ts'
import type { Scenario } from '../../../scenario/schema/schema.ts'
import type { Population } from '../../../workload/population.ts'
import { closeBooks } from '../../client/close-books.ts'
import { createJourneyCalls } from '../../client/create-journey-calls.ts'
import { GateCalls, gateTimeoutMs } from '../../client/gate-calls.ts'
import { createLiveTally } from '../../client/live-tally.ts'
import {
  Phase,
  ClientTimerIds as RunTimers,
  type LiveInputs,
  type LiveMemory,
} from '../../client/state.ts'
import type { Target } from '../../client/transport.ts'
import { LiveWorld } from '../../client/world.ts'
import type { RunWindow } from '../../window.ts'
import { msBucket } from '../buckets.ts'
import type { VisitorEvent } from '../points.ts'
import type { RunData } from '../run-data.ts'
import { StageClock, type ArrivalStages } from '../stages.ts'
import { K6Sender, type K6SenderOptions } from './http-sender.ts'
import { countingRecorder, type Count } from './counted.ts'
import { OwnKept } from './own-kept.ts'
import { OwnPeople } from './own-people.ts'
import { ScriptTimers, type ScriptEventLoop } from './timers.ts'

/** The runtime around a VU. */
export interface SurgeTools {
  readonly target: Pick<Target, 'protocol' | 'host' | 'basePath' | 'isLoopback'>
  readonly count: Count
  readonly ask: K6SenderOptions['ask']
  readonly turns: Pick<ScriptEventLoop, 'after' | 'never'>
  readonly epochMs: () => number
  /** Epoch ms at which the run begins. */
  readonly startsAtEpochMs: number
  readonly runCode: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly tables: PersonTables
  readonly cell: typeof cellOf
  /** Asked for only where visitors are several to an iteration. */
  readonly stages: () => ArrivalStages
}

/**
 * The visitors of one VU: the live engine's world on the runtime's own timers and requests. What
 * visitors decide and send is what they decide and send there.
 */
export class Surge {
  private readonly data: RunData
  private readonly world: LiveWorld
  private readonly timers: ScriptTimers
  private readonly sender: K6Sender
  private readonly people: OwnPeople
  private readonly turns: ScriptEventLoop
  private readonly window: RunWindow
  private readonly clock: StageClock | null
  private readonly count: Count
  /** Visitors whose time has not come. */
  private coming = 0

  constructor(data: RunData, tools: SurgeTools) {
    const { startsAtMs } = data
    const originMs = tools.startsAtEpochMs - startsAtMs
    const turns = { ...tools.turns, nowMs: () => tools.epochMs() - originMs }
    const window = { ...data.window, bypassUntilMs: data.window.bypassUntilMs ?? Infinity }
    const parts: { timers?: ScriptTimers; sender?: K6Sender } = {}
    const people = new OwnPeople(data.population)
    const wheelOf: LiveMemory['wheelOf'] = (rows) =>
      (parts.timers = new ScriptTimers({
        rows,
        turns,
        firstRow,
        endsAtMs: window.endsAtMs,
        onDue: (id) => this.due(id),
        onLate: (ms) => tools.count('lateness', { ms: String(msBucket(ms)) }),
      }))
    const inputs = inputsOf(data, tools, {
      window,
      people,
      wheelOf,
      nowMs: () => parts.timers?.nowMs ?? 0,
    })
    this.data = data
    this.turns = turns
    this.window = window
    this.count = tools.count
    this.people = people
    this.clock = data.visitorsPerVu > 1 ? new StageClock(tools.stages()) : null
    this.world = new LiveWorld(
      inputs,
      (onReply) =>
        (parts.sender = new K6Sender({
          ask: tools.ask,
          nowMs: inputs.nowMs,
          timeoutMsOf: (v) => this.timeoutMsOf(v),
          onTurn: () => this.turn(),
          onTurned: () => this.turned(),
          onReply,
          bodies: answerRulesOf(data.scenario),
        })),
    )
    this.timers = parts.timers!
    this.sender = parts.sender!
  }

  /** The visitors of iteration number `iteration` come, each at its time. */
  begin(iteration: number): void {
    const { data, clock } = this
    const n = data.visitorsPerVu
    this.world.state.clear()
    this.people.forget()
    this.turn()
    const last = Math.min(data.arrivals.visitors, (iteration + 1) * n)
    for (let ticket = iteration * n; ticket < last; ticket++) {
      const atMs = clock === null ? this.timers.nowMs : data.startsAtMs + clock.atMs(ticket)
      this.coming++
      if (atMs <= this.timers.nowMs) this.arrive(ticket)
      else {
        this.turns.after(atMs - this.timers.nowMs, () => {
          this.turn()
          this.arrive(ticket)
          this.turned()
        })
      }
    }
    this.turned()
  }

  private arrive(ticket: number): void {
    this.coming--
    const { nowMs } = this.timers
    if (nowMs < this.window.endsAtMs) this.world.arrive(ticket, nowMs)
    else this.count('visitors', { event: 'late' } satisfies { event: VisitorEvent })
  }

  private due(id: number): void {
    // Whatever was still to come is left as it is; the books are closed when nothing is in flight.
    if (this.timers.nowMs < this.window.endsAtMs) this.world.fire(id)
    this.turned()
  }

  /** Time moves on, and with it what the scenario's people do at set times. */
  private turn(): void {
    const { timers, world } = this
    timers.turn()
    const { times } = world.state.rows
    for (const id of [RunTimers.bypassEnds, RunTimers.keysVerified]) {
      if (times[id * 4]! > timers.nowMs) continue
      times[id * 4] = Infinity
      world.fireTimer(id)
    }
  }

  private turned(): void {
    const { timers, sender, world, window } = this
    if (timers.pending > 0 || sender.inFlight > 0 || this.coming > 0) return
    const { state } = world
    if (state.alive > 0 && timers.nowMs < window.endsAtMs) {
      // Some stand where nothing will happen to them: told to poll no more, say.
      this.coming++
      this.turns.after(window.endsAtMs - timers.nowMs, () => {
        this.coming--
        this.turn()
        this.turned()
      })
      return
    }
    closeBooks(state, Math.min(timers.nowMs, window.endsAtMs))
    for (const name of Object.keys(state.findings)) {
      state.findings[name as keyof typeof state.findings] = 0
    }
  }

  private timeoutMsOf(v: number): number {
    const { state } = this.world
    if ((state.phase(v) & Phase.mask) === Phase.complete) return gateTimeoutMs
    return state.rows.times[v * 4]! - this.timers.nowMs
  }
}

/** As the live engine counts its rows. */
const firstRow = 8

function inputsOf(
  data: RunData,
  tools: SurgeTools,
  given: Pick<LiveInputs, 'window' | 'people' | 'nowMs'> & Pick<LiveMemory, 'wheelOf'>,
): LiveInputs {
  const { wheelOf, ...rest } = given
  // What the script never asks for stands nowhere in its data.
  const scenario = { ...data.scenario, arrivals: [], doors: [] } as unknown as Scenario
  const population: Population = { ...data.population, ticketsOf: [] }
  const steps = scenario.journey.map((step) => step.step)
  return {
    ...rest,
    scenario,
    population,
    plan: noPlan,
    seed: data.seed,
    recorder: countingRecorder(steps, tools.count),
    calls: createJourneyCalls(scenario, { ...tools, population, seed: data.seed }),
    gate: new GateCalls(tools.target.basePath, scenario.waitingRoom),
    ceiling: { inFlight: Infinity, perSec: Infinity },
    keepsBooked: false,
    memory: {
      // A re-entry is a row more.
      room: data.visitorsPerVu * 2 + 8,
      wheelOf,
      kept: new OwnKept(),
      tally: createLiveTally(none),
      recentUs: none,
      quantileOf: solvedQuantileOf,
    },
  }
}

/** k6 starts visitors, not a plan. */
const noPlan = {
  length: 0,
  fromWallSec: 0,
  quantumSec: 1,
  keys: new Uint32Array(0),
  tickets: new Uint32Array(0),
}

/** A histogram without counters, into which everything vanishes: there are thousands of VUs. */
const none = new Histogram({ ...latencyLayout, countsLength: 0 })
