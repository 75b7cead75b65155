import { Levels } from './levels.ts'
import { ClientTimerIds as Timers } from '../client/state.ts'
import type { LiveWorld } from '../client/world.ts'

/** Work is done for so long before the network gets its turn. */
const SLICE_MS = 4
/** Looked at the clock after so many events. */
const EVENTS_A_LOOK = 32
/** Timers have a resolution of a millisecond. */
const SLEEP_MS = 1
/** Levels are looked at this often. */
const LOOK_MS = 20

/** The event loop's two ways to come back; timers are the environment's. */
export interface EventLoop {
  /** After this round of the network. */
  soon(act: () => void): void
  after(ms: number, act: () => void): void
}

export interface AgendaOptions {
  readonly world: LiveWorld
  readonly turns: EventLoop
  readonly nowMs: () => number
  /** When the run begins: before it nothing is due. */
  readonly startsAtMs: number
  /** Nothing new is begun from here on. */
  readonly endsAtMs: number
  /** How long what is in flight then may take. */
  readonly drainMs: number
  /** Asked at every turn; true ends the run here and now. */
  readonly isStopped: () => boolean
  /** Called every so often, for whoever looks on. */
  readonly onLook: (nowMs: number) => void
  readonly onOver: (end: 'done' | 'stopped') => void
}

/**
 * Performs the agenda in real time: whatever is due is done, in the order of its intended times, and
 * the network has its turn in between. Behind schedule it does not skip: it is late, and says so.
 */
export class Agenda {
  /** Longest time between two turns beyond what was asked for: the loop's own lag. */
  maxLagMs = 0
  private readonly options: AgendaOptions
  private readonly levels: Levels
  private wantedMs: number
  private lookedMs = 0

  constructor(options: AgendaOptions) {
    this.options = options
    this.wantedMs = options.startsAtMs
    this.levels = new Levels(options.world.state, options.startsAtMs)
  }

  start(): void {
    const { turns, nowMs, startsAtMs } = this.options
    turns.after(Math.max(0, startsAtMs - nowMs()), () => this.turn())
  }

  private turn(): void {
    const { world, turns, nowMs, endsAtMs, isStopped } = this.options
    const startMs = nowMs()
    this.maxLagMs = Math.max(this.maxLagMs, startMs - this.wantedMs)
    if (isStopped()) return this.end('stopped')
    const isEnding = startMs >= endsAtMs
    const isBehind = this.perform(Math.min(startMs, endsAtMs), startMs + SLICE_MS)
    world.sender.expire(startMs)
    if (startMs - this.lookedMs >= LOOK_MS) {
      this.lookedMs = startMs
      this.levels.look(startMs)
      this.options.onLook(startMs)
    }
    if (isEnding && !isBehind) {
      world.state.isEnding = true
      return this.drain()
    }
    if (world.isOver) return this.end('done')
    const next = () => this.turn()
    const afterMs = nowMs()
    if (isBehind) {
      this.wantedMs = afterMs
      turns.soon(next)
    } else {
      this.wantedMs = afterMs + SLEEP_MS
      turns.after(SLEEP_MS, next)
    }
  }

  /** Fires what is due at `untilMs`; true where the slice was over before that. */
  private perform(untilMs: number, sliceEndMs: number): boolean {
    const { world, nowMs } = this.options
    const { wheel, firstRow } = world.state
    let events = 0
    for (;;) {
      const id = wheel.pop(untilMs)
      if (id < 0) return false
      if (id >= firstRow) world.fire(id)
      else if (id === Timers.bucket) this.levels.close(wheel.nowMs)
      else world.fireTimer(id)
      if (++events % EVENTS_A_LOOK === 0 && nowMs() >= sliceEndMs) return true
    }
  }

  /** Waits for what is in flight, as long as it may take; begins nothing new. */
  private drain(): void {
    const { world, turns, nowMs, endsAtMs, drainMs, isStopped } = this.options
    const { wheel } = world.state
    const startMs = nowMs()
    for (let id = wheel.pop(startMs); id >= 0; id = wheel.pop(startMs)) {
      if (id >= world.state.firstRow) world.fireLast(id)
      else if (id === Timers.bucket) this.levels.close(wheel.nowMs)
    }
    world.sender.expire(startMs)
    this.options.onLook(startMs)
    if (isStopped()) return this.end('stopped')
    if (world.sender.inFlight === 0 || startMs >= endsAtMs + drainMs) return this.end('done')
    turns.after(SLEEP_MS * 5, () => this.drain())
  }

  private end(how: 'done' | 'stopped'): void {
    const { world, nowMs, endsAtMs, onOver } = this.options
    const atMs = Math.min(nowMs(), endsAtMs)
    if (world.isOver) this.levels.closeEmpty(atMs, endsAtMs)
    else this.levels.close(atMs)
    onOver(how)
  }
}
