import { describe, expect, test } from 'vitest'
import { evening, gated, within, type Events } from './testing/evening.ts'
import { visitors, type OpeningEdits } from '../testing/opening.ts'
import { endsOf } from './testing/trace.ts'

const halt = { at: '12:00:10', kind: 'halt' } as const
const resume = { at: '12:00:30', kind: 'resume' } as const

describe('a halt', () => {
  test('that keeps the queue: nobody gets in until the resume, then in the old order', () => {
    const { admittedSec, waits, summary } = evening([{ ...halt, tickets: 'keep' }, resume])
    expect(within(admittedSec, 0, 10)).toBe(10)
    expect(within(admittedSec, 10, 30)).toBe(0)
    expect(within(admittedSec, 30, 40.5)).toBe(11)
    expect(admittedSec).toHaveLength(100)
    expect(summary.findings.orderInversion).toBe(0)
    expect(waits.every((wait) => wait.admitted)).toBe(true)
  })

  test('that keeps the queue for good: whoever has patience gives up when it ends, called or not', () => {
    const polls = { ...gated, pollSec: { front: 10, back: 10 } }
    const forGood = (patienceSec: number | undefined) =>
      evening([halt], {
        comeSec: visitors(30, 0.5, 0.1),
        waitingRoom: polls,
        behaviour: patienceSec === undefined ? {} : { patienceSec },
      })
    const trace = forGood(60)
    const { admitted, abandoned, unfinished } = trace.summary.visitors
    // Of the ten who were called some had not polled when the halt came.
    expect(within(trace.turnsSec, 0, 10)).toBe(10)
    expect(admitted).toBeGreaterThan(2)
    expect(admitted).toBeLessThan(10)
    expect([admitted + abandoned, unfinished]).toEqual([30, 0])
    const gaveUp = trace.waits.filter((wait) => !wait.admitted)
    expect(gaveUp).toHaveLength(abandoned)
    for (const { enteredSec, endedSec } of gaveUp) expect(endedSec - enteredSec).toBeCloseTo(60, 6)
    expect(trace.summary.people).toMatchObject({ booked: admitted, gaveUp: abandoned })
    // Without an end to their patience they wait on.
    expect(forGood(undefined).summary.visitors).toMatchObject({
      admitted,
      unfinished: 30 - admitted,
    })
  })

  test('that keeps it longer than the patience of who was called: gives up before the resume', () => {
    const called = (patienceSec: number) =>
      evening([{ ...halt, tickets: 'keep' }, resume], {
        comeSec: [9],
        waitingRoom: { ...gated, pollSec: { front: 10, back: 10 } },
        behaviour: { patienceSec },
      })
    expect(called(12).turnsSec).toEqual([9])
    expect(called(12).ends.map(({ end }) => end)).toEqual(['abandoned'])
    expect(called(12).ends[0]!.atSec).toBeCloseTo(21, 6)
    expect(endsOf(called(22))).toEqual({ booked: 1 })
    expect(within(called(22).admittedSec, 30, 40)).toBe(1)
  })

  test('that voids the queue: tickets end, people come again after the resume', () => {
    const trace = evening([{ ...halt, tickets: 'void' }, resume], {
      behaviour: { comeBack: { probability: 1, delaySec: 5 } },
    })
    expect(
      within(
        trace.ends.filter(({ end }) => end === 'failed').map((e) => e.atSec),
        10,
        10.1,
      ),
    ).toBe(90)
    expect(endsOf(trace)).toEqual({ booked: 100, failed: 90 })
    expect(trace.summary.visitors).toMatchObject({ arrived: 190, reentries: 90 })
    expect(within(trace.arrivedSec, 34.9, 35.1)).toBe(90)
    expect(trace.summary.people).toMatchObject({ came: 100, booked: 100, gaveUp: 0 })
  })

  test('that voids it for good: nobody comes back, and those people have given up', () => {
    const trace = evening([{ ...halt, tickets: 'void' }])
    expect(endsOf(trace)).toEqual({ booked: 10, failed: 90 })
    expect(trace.summary.people).toMatchObject({ came: 100, booked: 10, gaveUp: 90 })
  })

  test('while it lasts nobody gets a ticket; who comes hears when to come again', () => {
    const comeSec = visitors(20, 15)
    const back = evening([halt, resume], {
      comeSec,
      behaviour: { comeBack: { probability: 1, delaySec: 2 } },
    })
    expect(back.arrivedSec).toHaveLength(20)
    expect(within(back.arrivedSec, 31.9, 32.1)).toBe(20)
    expect(back.summary.visitors.reentries).toBe(0)
    const never = evening([halt, resume], {
      comeSec,
      behaviour: { comeBack: { probability: 0, delaySec: 2 } },
    })
    expect(never.arrivedSec).toHaveLength(0)
    expect(never.summary.people.came).toBe(0)
  })

  test('resets what is in flight; what the servers do of it counts all the same', () => {
    const slow: OpeningEdits = {
      comeSec: [9],
      waitingRoom: { protocol: 'none', admission: { perSec: 1 } },
      journey: [{ step: 'book', visits: [{ station: 'web', serviceMs: 5000 }] }],
    }
    const served = evening([halt, resume], slow)
    expect(served.requests).toEqual([{ step: 0, outcome: 'reset', doneSec: 10, responseMs: 1000 }])
    expect(endsOf(served)).toEqual({ failed: 1 })
    expect(served.bookedSec).toEqual([14])
    const restarted = evening([{ ...halt, restartInstances: true }, resume], slow)
    expect(endsOf(restarted)).toEqual({ failed: 1 })
    expect(restarted.bookedSec).toEqual([])
    for (const { presentMs, sojournMs } of Object.values(restarted.result.little)) {
      expect(presentMs).toBeCloseTo(sojournMs, 3)
    }
  })

  test('answers nothing: a request sent into it times out', () => {
    const trace = evening([halt, resume], {
      comeSec: [9],
      waitingRoom: { protocol: 'none', admission: { perSec: 1 } },
      behaviour: { retry: { tries: 9, backoffSec: 1 } },
      journey: [{ step: 'book', visits: [{ station: 'web', serviceMs: 2000 }], timeoutMs: 8000 }],
    })
    expect(trace.requests.map(({ outcome, doneSec }) => [outcome, doneSec])).toEqual([
      ['reset', 10],
      ['connectTimeout', 19],
      ['connectTimeout', 28],
      ['connectTimeout', 37],
      ['ok', 40],
    ])
  })

  test('is in the timeline as no instances and no polls', () => {
    const { timeline, result } = evening([{ ...halt, tickets: 'keep' }, resume])
    const first = result.window.opensAtMs / 1000 / timeline.bucketSec
    const at = (sec: number) => Math.round(first + sec / timeline.bucketSec)
    expect(timeline.instances[at(5)]).toBe(1)
    expect(timeline.instances[at(20)]).toBe(0)
    expect(timeline.pollsPerSec[at(20)]).toBe(0)
    expect(timeline.waiting[at(20)]).toBe(90)
    expect(timeline.instances[at(35)]).toBe(1)
  })
})

describe('more and fewer instances', () => {
  const perInstance: OpeningEdits = {
    comeSec: visitors(1000, 0.5),
    waitingRoom: { ...gated, admission: { perSecPerInstance: 1 } },
  }
  const stack = (bootSec: number) => ({
    instances: 1,
    bootSec,
    stations: [{ name: 'web', perInstance: true, slots: 10 }],
  })
  const to = (at: string, count: number) => ({ at, kind: 'instances', count }) as const
  const turnsPerSec = (timeline: Events, bootSec: number) => {
    const { turnsSec } = evening(timeline, { ...perInstance, stack: stack(bootSec) })
    return (fromSec: number, toSec: number) => within(turnsSec, fromSec, toSec) / (toSec - fromSec)
  }

  test('take part once they have booted', () => {
    const rate = turnsPerSec([to('12:00:20', 3)], 15)
    expect(rate(5, 34)).toBeCloseTo(1, 1)
    expect(rate(36, 86)).toBeCloseTo(3, 1)
  })

  test('go at once', () => {
    const rate = turnsPerSec([to('12:00:20', 3), to('12:01:00', 1)], 0)
    expect(rate(21, 60)).toBeCloseTo(3, 1)
    expect(rate(61, 100)).toBeCloseTo(1, 1)
  })

  test('that are sent away before they have booted never take part', () => {
    const rate = turnsPerSec([to('12:00:20', 3), to('12:00:30', 1)], 30)
    expect(rate(51, 100)).toBeCloseTo(1, 1)
  })

  test('of which some are sent away before they have booted: the others do', () => {
    const rate = turnsPerSec([to('12:00:20', 5), to('12:00:30', 2)], 30)
    expect(rate(51, 59)).toBeCloseTo(2, 0)
    expect(rate(61, 100)).toBeCloseTo(2, 1)
  })

  test('take requests in turn', () => {
    // One slot each and no backlog: of eight at once, as many are served as instances are up.
    const trace = evening([to('12:00:20', 3)], {
      comeSec: [...visitors(8, 10), ...visitors(8, 25)],
      waitingRoom: { protocol: 'none', admission: { perSec: 1 } },
      stack: {
        instances: 1,
        stations: [{ name: 'web', perInstance: true, slots: 1, backlog: 0 }],
      },
    })
    expect(within(trace.bookedSec, 0, 20)).toBe(1)
    expect(within(trace.bookedSec, 20, 40)).toBe(3)
  })
})

describe('admission', () => {
  test('goes on at the new rate', () => {
    const { turnsSec } = evening([
      { at: '12:00:10', kind: 'admission', admission: { perSec: 4 } },
      { at: '12:00:20', kind: 'admission', admission: { perSec: 0 } },
      { at: '12:00:30', kind: 'admission', admission: { perSec: 2 } },
    ])
    expect(within(turnsSec, 0, 10)).toBe(10)
    expect(within(turnsSec, 10.1, 20)).toBeGreaterThanOrEqual(39)
    expect(within(turnsSec, 10.1, 20)).toBeLessThanOrEqual(40)
    expect(within(turnsSec, 20.1, 30)).toBe(0)
    expect(within(turnsSec, 30, 40)).toBe(20)
  })

  test('by places: as many are inside as there are, and the next comes when one goes', () => {
    const { turnsSec, timeline, summary } = evening([], {
      waitingRoom: { ...gated, admission: { maxInside: 5 } },
      journey: [{ step: 'book', visits: [{ station: 'web', serviceMs: 2000 }] }],
    })
    expect(Math.max(...timeline.inside)).toBeLessThanOrEqual(5)
    expect(within(turnsSec, 0, 1)).toBe(5)
    expect(within(turnsSec, 2, 4)).toBe(5)
    expect(summary.people.booked).toBe(100)
  })

  test('from a rate to places: those who are inside have taken theirs', () => {
    const { timeline, result } = evening(
      [{ at: '12:00:10', kind: 'admission', admission: { maxInside: 3 } }],
      {
        journey: [
          { step: 'book', visits: [{ station: 'web', serviceMs: 60_000 }], timeoutMs: 1e6 },
        ],
      },
    )
    const first = result.window.opensAtMs / 1000 / timeline.bucketSec
    const inside = timeline.inside.slice(first + 12, first + 55)
    expect(Math.max(...inside)).toBeCloseTo(10, 1)
    expect(timeline.inside[first + 200]).toBeCloseTo(3, 1)
  })
})

describe('faults of the eligibility rule', () => {
  const fault = (at: string, until: string, effect: 'refuse-eligible' | 'accept-ineligible') =>
    ({ at, kind: 'eligibility-fault', until, effect }) as const
  /** Ten who may book and ten who may not, every ten seconds. */
  const mixed: OpeningEdits = {
    population: { people: 60, ineligible: 60 },
    arrivals: [{ kind: 'replay', timesSec: visitors(120, 0.5, 0.5) }],
    waitingRoom: { protocol: 'none', admission: { perSec: 1 } },
    journey: [
      { step: 'identify', role: 'identify', visits: [{ station: 'web', serviceMs: 10 }] },
      { step: 'book', visits: [{ station: 'web', serviceMs: 10 }] },
    ],
  }

  test('without one, those who may book do, and nobody else', () => {
    const { summary } = evening([], mixed)
    expect(summary.visitors).toMatchObject({ booked: 60, ineligible: 60 })
    expect(summary.findings).toMatchObject({ eligibleRefused: 0, ineligibleBooked: 0 })
    // Nobody who may not book gets beyond the first step.
    expect(summary.steps['book']!.count).toBe(60)
  })

  test('refuse all for as long as they last', () => {
    const { summary, bookedSec } = evening(
      [fault('12:00:10', '12:00:40', 'refuse-eligible')],
      mixed,
    )
    expect(within(bookedSec, 10.1, 40)).toBe(0)
    expect(within(bookedSec, 0, 10)).toBeGreaterThan(0)
    expect(within(bookedSec, 40, 61)).toBeGreaterThan(0)
    expect(summary.findings.eligibleRefused).toBe(60 - bookedSec.length)
  })

  test('let in who may not, and that is found', () => {
    const { summary } = evening([fault('12:00:10', '12:00:40', 'accept-ineligible')], mixed)
    const { booked } = summary.visitors
    expect(summary.findings.ineligibleBooked).toBe(booked - 60)
    expect(booked - 60).toBeGreaterThan(15)
    expect(booked - 60).toBeLessThan(45)
  })

  test('overlap without ending each other', () => {
    const { summary, bookedSec } = evening(
      [
        fault('12:00:10', '12:00:50', 'refuse-eligible'),
        fault('12:00:15', '12:00:20', 'accept-ineligible'),
        fault('12:00:22', '12:00:25', 'refuse-eligible'),
      ],
      mixed,
    )
    const inTheMiddle = bookedSec.filter((sec) => sec > 10.1 && sec < 50)
    expect(inTheMiddle.length).toBe(summary.findings.ineligibleBooked)
    expect(inTheMiddle.every((sec) => sec < 20.1)).toBe(true)
  })
})

describe('supply', () => {
  test('that comes during the run is booked, after a time of being sold out', () => {
    const { summary, bookedSec, result } = evening(
      [{ at: '12:00:30', kind: 'supply', date: '26', add: 7 }],
      { inventory: { offers: [{ place: 'clinic', date: '26', slots: 10 }] } },
    )
    expect(within(bookedSec, 0, 11)).toBe(10)
    expect(within(bookedSec, 11, 30)).toBe(0)
    expect(within(bookedSec, 30, 38)).toBe(7)
    expect(summary.visitors).toMatchObject({ booked: 17, soldOut: 83 })
    expect(result.inventory).toEqual({ offered: 17, left: 0 })
  })
})

test('what was performed is recorded at its time', () => {
  const { result } = evening([
    { at: '11:59:50', kind: 'open-early' },
    { ...halt, tickets: 'void', restartInstances: true },
    { at: '12:00:20', kind: 'instances', count: 10 },
    resume,
  ])
  expect(result.events).toEqual([
    { atSec: -10, kind: 'open-early', detail: { code: 'OpenedEarly' } },
    {
      atSec: 10,
      kind: 'halt',
      detail: { code: 'ServiceHalted', queue: 'void', serversRestarted: true },
    },
    { atSec: 20, kind: 'instances', detail: { code: 'InstancesChanged', from: 1, to: 10 } },
    { atSec: 30, kind: 'resume', detail: { code: 'ServiceResumed' } },
  ])
})
