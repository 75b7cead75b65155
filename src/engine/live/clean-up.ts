import type { Note } from '../../record/verdict-codes.ts'
import { Answer } from '../../workload/behaviour.ts'
import { Flag } from '../../workload/rows.ts'
import type { EventLoop } from './agenda.ts'
import type { JourneyCalls } from '../client/journey-calls.ts'
import { Phase } from '../client/state.ts'
import type { Reply } from '../client/transport.ts'
import type { LiveWorld } from '../client/world.ts'

/** What became of the bookings that were to be taken back. */
export interface CleanUpCount {
  /** Bookings that visitors were told of. */
  readonly bookings: number
  readonly undone: number
}

/** The note on a run whose bookings were taken back; none where they were not to be. */
export function cleanUpNotes(count: CleanUpCount | null): Note[] {
  return count === null ? [] : [{ code: 'BookingsUndone', ...count, unconfirmed: 0, error: null }]
}

/** One after another, so many at a time: this is no load. */
const atOnce = 16
const lookEveryMs = 50
/** A target that leaves so many in a row without an answer is not there any more. */
const maxUnanswered = 64

/**
 * Takes back what a rehearsal booked, once it is over: of each visitor that was told so, and of each
 * whose booking was asked for and never answered, for it may have been made. What was in flight is
 * given up first.
 */
export class CleanUp {
  private readonly world: LiveWorld
  private readonly calls: JourneyCalls
  private readonly timeoutMs: number
  private readonly turns: EventLoop
  private readonly isStopped: () => boolean
  /** Rows to come. */
  private readonly rows: number[]
  private readonly underWay = new Map<number, number>()
  private readonly bookings: number
  private undone = 0
  /** In a row. */
  private unanswered = 0

  constructor(
    world: LiveWorld,
    given: {
      calls: JourneyCalls
      timeoutMs: number
      turns: EventLoop
      /** Asked every now and then; true ends it: what is not taken back stays. */
      isStopped: () => boolean
    },
  ) {
    const { rows } = world.state
    this.world = world
    this.calls = given.calls
    this.timeoutMs = given.timeoutMs
    this.turns = given.turns
    this.isStopped = given.isStopped
    giveUpInFlight(world)
    this.rows = rowsOf(world)
    this.bookings = this.rows.filter((v) => rows.has(v, Flag.booked)).length
    world.onUndone = (v, reply) => this.answered(v, reply)
  }

  run(onDone: (count: CleanUpCount) => void): void {
    const { world } = this
    const nowMs = world.state.inputs.nowMs()
    if (this.isStopped()) this.rows.length = 0
    for (const [v, dueMs] of this.underWay) {
      if (dueMs <= nowMs || this.isStopped()) world.sender.abandon(v)
    }
    this.sendMore()
    if (this.underWay.size === 0 && this.rows.length === 0) {
      onDone({ bookings: this.bookings, undone: this.undone })
    } else this.turns.after(lookEveryMs, () => this.run(onDone))
  }

  private sendMore(): void {
    if (this.unanswered >= maxUnanswered) this.rows.length = 0
    while (this.underWay.size < atOnce && this.rows.length > 0) {
      if (!this.send(this.rows.at(-1)!)) return
      this.rows.pop()
    }
  }

  private send(v: number): boolean {
    const { state, sender } = this.world
    const { rows, kept, own, inputs } = state
    kept.load(v, own)
    const caller = { person: rows.person(v), entity: rows.entity(v) }
    if (!sender.undo(v, this.calls.outgoing(0, caller, own), this.calls.want(0))) return false
    this.underWay.set(v, inputs.nowMs() + this.timeoutMs)
    return true
  }

  private answered(v: number, reply: Reply): void {
    const { state, sender } = this.world
    const { rows, kept, own } = state
    this.underWay.delete(v)
    this.unanswered = reply.status === 0 ? this.unanswered + 1 : 0
    kept.load(v, own)
    const caller = { person: rows.person(v), entity: rows.entity(v) }
    const { answer, next } = this.calls.read(0, reply, own, 0, caller)
    // One that is led elsewhere is not followed there, and has not been taken back.
    if (rows.has(v, Flag.booked) && answer === Answer.ok && next === null) this.undone++
    sender.forget(v)
    kept.drop(v)
    this.sendMore()
  }
}

/** What is still in flight, good-byes among it, is nobody's any more: its answers are passed over. */
function giveUpInFlight({ state, sender }: LiveWorld): void {
  for (let v = state.firstRow; v < state.rows.length; v++) {
    const phase = state.phase(v)
    if ((phase & Phase.mask) === Phase.idle) continue
    state.setPhase(v, (phase & ~Phase.mask) | Phase.undo)
    sender.abandon(v)
  }
}

function rowsOf(world: LiveWorld): number[] {
  const { rows, firstRow } = world.state
  const all: number[] = []
  for (let v = firstRow; v < rows.length; v++) if (world.mayHaveBooked(v)) all.push(v)
  return all
}
