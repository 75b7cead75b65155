import { End, type FindingName } from '../../core/codes.ts'
import { Action, Flag, NO_END } from '../../workload/rows.ts'
import { TicketMark } from './skip.ts'
import type { SimState } from './state.ts'
import type { World } from './world.ts'

/** Time integral of the number present, and the sum of each one's own time: they must agree. */
export interface LittleSides {
  presentMs: number
  sojournMs: number
}

/** What is known once no more events come. */
export interface ClosedBooks {
  /** `booked`: people with a booking, whether they may have one or not. */
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
  const marks = world.skipper?.marks ?? new Uint8Array(population.came)
  for (let v = state.firstRow; v < rows.length; v++) closeRow(world, v, marks)
  world.batches?.returns.forEach((person) => (marks[person]! |= TicketMark.trying))
  pages.servers.settle()
  const { booked, ineligibleBooked, stillTrying } = countPeople(marks, population.eligibleCame)
  const came = world.batches?.peopleCame() ?? state.peopleCame
  const findings = {
    ...ledger.findings,
    doubleBooking: maxBookings(state) - booked,
    ineligibleBooked,
  }
  for (const [name, n] of Object.entries(findings)) {
    state.recorder.finding(name as FindingName, n)
  }
  return {
    people: {
      eligible: population.eligible,
      came,
      booked,
      gaveUp: Math.max(0, came - booked - stillTrying),
    },
    inventory: ledger.inventory(),
    findings,
    little: littleOf(world),
  }
}

function closeRow({ state, line }: World, v: number, marks: Uint8Array): void {
  const { rows, recorder, bundles } = state
  if (rows.has(v, Flag.booked)) marks[rows.person(v)]! |= TicketMark.booked
  if (rows.action(v) === Action.knock) marks[rows.person(v)]! |= TicketMark.trying
  if (rows.end(v) !== NO_END || !rows.has(v, Flag.issued)) return
  const n = state.ticketsOf(v)
  if (bundles === null || !bundles.isBundle(v)) marks[rows.person(v)]! |= TicketMark.trying
  else {
    for (let i = 0; i < n; i++) {
      bundles.draw(v)
      marks[bundles.person]! |= TicketMark.trying
    }
  }
  if (rows.has(v, Flag.waiting)) line.stepOut(v, false)
  recorder.ended(state.scenarioNowMs(), End.unfinished, n)
}

function countPeople(marks: Uint8Array, eligibleCame: number) {
  let booked = 0
  let ineligibleBooked = 0
  let stillTrying = 0
  for (let p = 0; p < marks.length; p++) {
    if ((marks[p]! & TicketMark.booked) !== 0) {
      booked++
      if (p >= eligibleCame) ineligibleBooked++
    } else if (marks[p] === TicketMark.trying) stillTrying++
  }
  return { booked, ineligibleBooked, stillTrying }
}

/**
 * Bookings made, by whichever account shows most: those on the timeline, the entries of people in
 * the ledger, the slots that are gone. What exceeds the people who hold one was booked twice.
 */
function maxBookings({ ledger, recorder }: SimState): number {
  const recorded = recorder.tallies.flows.booked.reduce((sum, n) => sum + n, 0)
  const entered = ledger.bookings.reduce((sum, n) => sum + n, 0)
  const inventory = ledger.inventory()
  const taken = inventory === null ? 0 : inventory.offered - inventory.left
  return Math.max(recorded, entered, taken)
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
