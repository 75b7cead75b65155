import { afterEach, describe, expect, test, vi } from 'vitest'
import { Answer } from '../../workload/behaviour.ts'
import { Ledger } from './ledger.ts'
import { evening, gated, type Events } from './testing/evening.ts'
import { visitors, type OpeningEdits } from '../testing/opening.ts'
import type { Trace } from './testing/trace.ts'
import { World } from './world.ts'

/**
 * Findings are checked against what happened, so they must see what the simulator itself gets
 * wrong: here its gate and its ledger are broken on purpose.
 */

afterEach(() => void vi.restoreAllMocks())

/** An evening in which something goes wrong inside as arrival number so and so comes. */
function brokenAt(faults: Readonly<Record<number, (world: World) => void>>, more?: OpeningEdits) {
  const arriveNext: (this: World) => void = Reflect.get(World.prototype, 'arriveNext')
  let arrived = 0
  const spy = vi.spyOn(World.prototype, 'arriveNext').mockImplementation(function (this: World) {
    arriveNext.call(this)
    faults[++arrived]?.(this)
  })
  const trace = evening([], more)
  spy.mockRestore()
  return trace
}

const found = ({ summary }: Trace) => {
  const { orderInversion, doubleBooking } = summary.findings
  return { orderInversion, doubleBooking }
}

/** One more comes every second, so that there is a moment for each fault. */
const steady: OpeningEdits = { comeSec: [...visitors(100, 0.5), ...visitors(20, 1, 1)] }

describe('order', () => {
  test('is not inverted by the gate as it is, nor by polls out of turn', () => {
    const pollSec = { front: 30, back: 30 }
    const comeSec = visitors(100, 0.5, 0.01)
    const trace = evening([], { comeSec, waitingRoom: { ...gated, pollSec } })
    const entries = trace.waits.map(({ enteredSec }) => enteredSec)
    expect(entries).toHaveLength(100)
    expect(entries).not.toEqual(entries.toSorted((a, b) => a - b))
    expect(found(trace)).toEqual({ orderInversion: 0, doubleBooking: 0 })
  })

  test('is inverted by every turn that comes before one that was skipped', () => {
    const trace = brokenAt({ 100: ({ state }) => void (state.gate.head += 10) }, steady)
    // The first turn was called as the first of them came; the ten after it never are.
    expect(trace.turnsSec).toHaveLength(110)
    expect(found(trace).orderInversion).toBe(109)
  })

  test('is in order again once those who were skipped have had their turn', () => {
    const trace = brokenAt(
      {
        100: ({ state }) => void (state.gate.head += 10),
        // Four have been called meanwhile, at 1.5 … 4.5 s.
        105: ({ state }) => void (state.gate.head = state.firstRow),
      },
      steady,
    )
    expect(trace.turnsSec).toHaveLength(120)
    expect(found(trace).orderInversion).toBe(4)
  })

  test('is not inverted by looking again at those who have had their turn', () => {
    const trace = brokenAt({ 110: ({ state }) => void (state.gate.head = state.firstRow) }, steady)
    expect(trace.turnsSec).toHaveLength(120)
    expect(found(trace).orderInversion).toBe(0)
  })

  test('is inverted by a turn called out of turn, or by being let in without one', () => {
    const call = (world: World) => world.decide(world.state.rows.length - 1, Answer.called)
    const letIn = (world: World) => world.line.admit(world.state.rows.length - 1)
    expect(found(brokenAt({ 110: call }, steady)).orderInversion).toBe(1)
    expect(found(brokenAt({ 110: call, 111: letIn, 112: letIn }, steady)).orderInversion).toBe(3)
  })
})

describe('bookings', () => {
  const devices: OpeningEdits = {
    population: { people: 50, devicesPerPerson: 2 },
    arrivals: [{ kind: 'burst', share: 1, forSec: 10 }],
    waitingRoom: { protocol: 'none', admission: { perSec: 1 } },
    inventory: { offers: [{ place: 'clinic', date: '26', slots: 1000 }] },
  }
  const trusting = () => vi.spyOn(Ledger.prototype, 'identify').mockReturnValue(Answer.ok)

  test('are one a person', () => {
    const trace = evening([], devices)
    expect(trace.summary.people.booked).toBe(50)
    expect(found(trace)).toEqual({ orderInversion: 0, doubleBooking: 0 })
  })

  test('of one person by two devices are found, if the ledger lets them pass', () => {
    trusting()
    const trace = evening([], devices)
    expect(trace.bookedSec).toHaveLength(100)
    expect(trace.summary.people.booked).toBe(50)
    expect(found(trace).doubleBooking).toBe(50)
  })

  test('of one device that tried again are found too', () => {
    trusting()
    // Both requests are served after their client has gone.
    const trace = evening([], {
      ...devices,
      population: { people: 1 },
      behaviour: { retry: { tries: 1, backoffSec: 0.1 } },
      journey: [{ step: 'book', visits: [{ station: 'web', serviceMs: 1500 }], timeoutMs: 1000 }],
    })
    expect(trace.requests.map(({ outcome }) => outcome)).toEqual(['timeout', 'timeout'])
    expect(trace.summary.people.booked).toBe(1)
    expect(found(trace).doubleBooking).toBe(1)
  })

  test('that no ticket shows are found in the slots that are gone', () => {
    const bookAgain = ({ state: { ledger } }: World) => {
      for (let person = 0; person < 3; person++) {
        ledger.bookings[person] = 0
        ledger.book(person, person)
      }
    }
    const trace = brokenAt(
      { 60: bookAgain },
      { ...devices, arrivals: [{ kind: 'replay', timesSec: visitors(60, 0.5, 1) }] },
    )
    expect(trace.summary.inventory).toEqual({ offered: 1000, left: 1000 - 53 })
    expect(trace.summary.people.booked).toBe(50)
    expect(found(trace).doubleBooking).toBe(3)
  })
})

describe('people who may not book', () => {
  const mixed = (timeline: Events) =>
    evening(timeline, {
      population: { people: 40, ineligible: 20 },
      arrivals: [{ kind: 'replay', timesSec: visitors(60, 0.5) }],
      waitingRoom: { protocol: 'none', admission: { perSec: 1 } },
      stack: { instances: 1, stations: [{ name: 'web', perInstance: true, slots: 100 }] },
    }).summary

  test('and do, count as people who booked, and not in the share of those who may', () => {
    const summary = mixed([
      { at: '12:00', kind: 'eligibility-fault', until: '12:05', effect: 'accept-ineligible' },
    ])
    expect(summary.people).toMatchObject({ eligible: 40, came: 60, booked: 60, gaveUp: 0 })
    expect(summary.findings.ineligibleBooked).toBe(20)
    expect(summary.bookedShare).toBe(1)
  })

  test('and do not, count in neither', () => {
    const summary = mixed([])
    expect(summary.people).toMatchObject({ eligible: 40, came: 60, booked: 40, gaveUp: 20 })
    expect(summary.findings.ineligibleBooked).toBe(0)
    expect(summary.bookedShare).toBe(1)
  })
})
