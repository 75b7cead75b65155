import { End, type FindingName } from '../../core/codes.ts'
import { Action as Actions, Flag as Flags, NO_END as noEnd } from '../../workload/rows.ts'
import type { World } from './world.ts'

// Local names: V8 folds a module's own constants, but reads an imported one anew at every use.
const Action = Actions
const Flag = Flags
const NO_END = noEnd

/** Time integral of the number present, and the sum of each one's own time: they must agree. */
export interface LittleSides {
  presentMs: number
  sojournMs: number
}

/** What is known once no more events come. */
export interface ClosedBooks {
  people: { eligible: number; came: number; booked: number; gaveUp: number }
  inventory: { offered: number; left: number } | null
  findings: Record<FindingName, number>
  /** Little's law per station and for the waiting room, visitor-milliseconds. */
  little: Record<string, LittleSides>
}

/** Closes the books: tickets without an end are unfinished, waits without one are censored. */
export function closeBooks(world: World): ClosedBooks {
  const { state, pages } = world
  const { rows, ledger, population } = state
  const trying = new Uint8Array(population.came)
  for (let v = state.firstRow; v < rows.length; v++) closeRow(world, v, trying)
  pages.servers.settle(state.wheel.nowMs)
  let stillTrying = 0
  for (let p = 0; p < trying.length; p++) {
    if (trying[p] === 1 && ledger.bookings[p] === 0) stillTrying++
  }
  for (const [name, n] of Object.entries(ledger.findings)) {
    state.recorder.finding(name as FindingName, n)
  }
  return {
    people: {
      eligible: population.eligible,
      came: state.peopleCame,
      booked: ledger.booked,
      gaveUp: Math.max(0, state.peopleCame - ledger.booked - stillTrying),
    },
    inventory: ledger.inventory(),
    findings: ledger.findings,
    little: littleOf(world),
  }
}

function closeRow({ state, line }: World, v: number, trying: Uint8Array): void {
  const { rows, wheel, recorder } = state
  if (rows.action(v) === Action.knock) trying[rows.person(v)] = 1
  if (rows.end(v) !== NO_END || !rows.has(v, Flag.issued)) return
  trying[rows.person(v)] = 1
  if (rows.has(v, Flag.waiting)) line.stepOut(v, wheel.nowMs, false)
  recorder.ended(state.scenarioMs(wheel.nowMs), End.unfinished)
}

function littleOf({ state, line, pages }: World): Record<string, LittleSides> {
  const sides: Record<string, LittleSides> = {
    waitingRoom: { presentMs: state.waitingIntegralMs(), sojournMs: line.waitedMs },
  }
  for (const { name, presentMs, sojournMs } of pages.servers.stations) {
    sides[name] = { presentMs, sojournMs }
  }
  return sides
}
