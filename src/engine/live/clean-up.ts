import { End } from '../../core/codes.ts'
import { Answer } from '../../workload/behaviour.ts'
import { Flag } from '../../workload/rows.ts'
import type { Turns } from './agenda.ts'
import type { JourneyCalls } from './journey-calls.ts'
import type { Reply } from './transport.ts'
import type { LiveWorld } from './world.ts'

/** What became of the bookings that were to be taken back. */
export interface CleanUpCount {
  /** Bookings that visitors were told of. */
  readonly bookings: number
  readonly undone: number
}

/** One after another, so many at a time: this is no load. */
const atOnce = 16
const lookEveryMs = 50

/**
 * Takes back what a rehearsal booked, once it is over: of each visitor that was told so, and of each
 * whose booking was asked for and never answered, for it may have been made.
 */
export class CleanUp {
  private readonly world: LiveWorld
  private readonly calls: JourneyCalls
  private readonly timeoutMs: number
  private readonly turns: Turns
  /** Rows to come. */
  private readonly rows: number[]
  private readonly underWay = new Map<number, number>()
  private bookings = 0
  private undone = 0

  constructor(
    world: LiveWorld,
    given: { calls: JourneyCalls; timeoutMs: number; turns: Turns; bookStep: number },
  ) {
    this.world = world
    this.calls = given.calls
    this.timeoutMs = given.timeoutMs
    this.turns = given.turns
    this.rows = rowsOf(world, given.bookStep)
    world.onUndone = (v, reply) => this.answered(v, reply)
  }

  run(onDone: (count: CleanUpCount) => void): void {
    const { world } = this
    const nowMs = world.state.inputs.nowMs()
    for (const [v, dueMs] of this.underWay) if (dueMs <= nowMs) world.sender.abandon(v)
    while (this.underWay.size < atOnce && this.rows.length > 0) this.send(this.rows.pop()!, nowMs)
    if (this.underWay.size === 0) onDone({ bookings: this.bookings, undone: this.undone })
    else this.turns.after(lookEveryMs, () => this.run(onDone))
  }

  private send(v: number, nowMs: number): void {
    const { state, sender } = this.world
    const { rows, kept, own } = state
    if (rows.has(v, Flag.booked)) this.bookings++
    kept.load(v, own)
    const caller = { person: rows.person(v), entity: rows.entity(v) }
    this.underWay.set(v, nowMs + this.timeoutMs)
    sender.undo(v, this.calls.outgoing(0, caller, own), this.calls.want(0))
  }

  private answered(v: number, reply: Reply): void {
    const { state, sender } = this.world
    const { rows, kept, own } = state
    this.underWay.delete(v)
    kept.load(v, own)
    const caller = { person: rows.person(v), entity: rows.entity(v) }
    const { answer } = this.calls.read(0, reply, own, 0, caller)
    if (rows.has(v, Flag.booked) && answer === Answer.ok) this.undone++
    sender.forget(v)
    kept.drop(v)
    if (this.rows.length > 0 && this.underWay.size < atOnce) {
      this.send(this.rows.pop()!, state.inputs.nowMs())
    }
  }
}

function rowsOf({ state }: LiveWorld, bookStep: number): number[] {
  const { rows, firstRow } = state
  const all: number[] = []
  for (let v = firstRow; v < rows.length; v++) {
    const end = rows.end(v)
    const isUncertain =
      rows.step(v) >= bookStep &&
      rows.has(v, Flag.gone) &&
      (end === End.timedOut || end === End.failed)
    if (rows.has(v, Flag.booked) || isUncertain) all.push(v)
  }
  return all
}
