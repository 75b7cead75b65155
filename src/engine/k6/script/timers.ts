import { Action as Actions, type VisitorRows } from '../../../workload/rows.ts'
import type { Wheel } from '../../client/state.ts'

const Action = Actions

/** The event loop of the runtime. */
export interface ScriptEventLoop {
  readonly after: (ms: number, act: () => void) => number
  readonly never: (timer: number) => void
  /** Wall ms after the window's start. */
  readonly nowMs: () => number
}

export interface TimersOptions {
  readonly rows: VisitorRows
  readonly turns: ScriptEventLoop
  /** Rows from here on are visitors; the rest are times of the run. */
  readonly firstRow: number
  /** Nothing is due beyond this. */
  readonly endsAtMs: number
  /** Something is due for row `id`. */
  readonly onDue: (id: number) => void
  /** It is so much later than it was due, wall ms. */
  readonly onLate: (lateMs: number) => void
}

/**
 * A wheel of the runtime's own timers, one a visitor at most. Time stands still within a turn, so
 * that what one turn does happens at one time.
 */
export class ScriptTimers implements Wheel {
  nowMs = 0
  fired = 0
  private readonly options: TimersOptions
  private readonly timers = new Map<number, number>()

  constructor(options: TimersOptions) {
    this.options = options
    for (let id = 0; id < options.firstRow; id++) options.rows.times[id * 4] = Infinity
  }

  /** A turn of the event loop begins. */
  turn(): void {
    this.nowMs = Math.max(this.nowMs, this.options.turns.nowMs())
  }

  get pending(): number {
    return this.timers.size
  }

  isPending(id: number): boolean {
    return this.timers.has(id)
  }

  schedule(id: number, atMs: number): void {
    const { rows, turns, firstRow, endsAtMs, onLate } = this.options
    this.cancel(id)
    rows.times[id * 4] = atMs
    // Times of the run are looked at when something happens; a timeout is the sender's own.
    if (id < firstRow || rows.action(id) === Action.timeout) return
    const ms = Math.max(0, Math.min(atMs, endsAtMs) - this.nowMs)
    this.timers.set(
      id,
      turns.after(ms, () => {
        this.timers.delete(id)
        this.turn()
        this.fired++
        if (atMs < endsAtMs) onLate(Math.max(0, this.nowMs - atMs))
        this.options.onDue(id)
      }),
    )
  }

  cancel(id: number): void {
    const timer = this.timers.get(id)
    if (timer === undefined) return
    this.timers.delete(id)
    this.options.turns.never(timer)
  }

  pop(): number {
    return -1
  }
}
