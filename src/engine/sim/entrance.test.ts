import { describe, expect, test } from 'vitest'
import { evening, gated, within } from './testing/evening.ts'
import { visitors } from '../testing/opening.ts'

describe('the opening', () => {
  const early = visitors(20, -60)

  test('lets nobody in before its time', () => {
    const { admittedSec, summary } = evening([], { comeSec: early })
    expect(Math.min(...admittedSec)).toBeGreaterThanOrEqual(0)
    expect(admittedSec).toHaveLength(20)
    expect(summary.findings.earlyAdmission).toBe(0)
  })

  test('opened early lets in early, and each case is found', () => {
    const { admittedSec, summary } = evening([{ at: '11:59:50', kind: 'open-early' }], {
      comeSec: early,
    })
    expect(within(admittedSec, -10, 0)).toBe(10)
    expect(within(admittedSec, -60, -10)).toBe(0)
    expect(summary.findings.earlyAdmission).toBe(10)
  })

  test('without a waiting room the booking pages open no earlier either', () => {
    const waitingRoom = { protocol: 'none', admission: { perSec: 1 } } as const
    const { summary, requests, bookedSec } = evening([], { comeSec: early, waitingRoom })
    expect(summary.findings).toMatchObject({ earlyAdmission: 0, bypassed: 0 })
    expect(bookedSec).toHaveLength(20)
    expect(Math.min(...requests.map(({ doneSec }) => doneSec))).toBeGreaterThanOrEqual(0)
    const opened = evening([{ at: '11:58:50', kind: 'open-early' }], {
      comeSec: early,
      waitingRoom,
    })
    expect(opened.summary.findings.earlyAdmission).toBe(20)
  })

  test('a client that fails open before it stands at closed pages until then', () => {
    const { summary, bypassedSec } = evening([], {
      comeSec: visitors(2000, -100),
      waitingRoom: { ...gated, pollCapacityPerSec: 10, failOpen: 1 },
    })
    expect(bypassedSec.length).toBeGreaterThan(1000)
    expect(Math.min(...bypassedSec)).toBeGreaterThanOrEqual(0)
    expect(summary.findings.earlyAdmission).toBe(0)
  })
})

describe('the bypass', () => {
  const leaking = { behaviour: { bypass: { share: 1 } } }

  test('leads past the line, and is found', () => {
    const { summary, bypassedSec } = evening([], leaking)
    expect(summary.findings.bypassed).toBe(100)
    expect(summary.visitors).toMatchObject({ queued: 0, admitted: 0, bypassed: 100, booked: 100 })
    expect(bypassedSec.every((sec) => sec === 0.5)).toBe(true)
  })

  test('leads nowhere before the opening', () => {
    const { bypassedSec, summary } = evening([], { ...leaking, comeSec: visitors(100, -30) })
    expect(Math.min(...bypassedSec)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...bypassedSec)).toBeLessThanOrEqual(5)
    expect(summary.findings.earlyAdmission).toBe(0)
  })

  test('once closed leads into the line like everything else', () => {
    const { summary, bypassedSec, queuedSec } = evening(
      [{ at: '12:00:05', kind: 'close-bypass' }],
      {
        ...leaking,
        comeSec: [...visitors(10, 1), ...visitors(10, 8)],
      },
    )
    expect(bypassedSec).toHaveLength(10)
    expect(queuedSec).toHaveLength(10)
    expect(summary.people.booked).toBe(20)
  })

  test('ends by itself at its own time', () => {
    const { bypassedSec, queuedSec } = evening([], {
      behaviour: { bypass: { share: 1, until: '12:00:05' } },
      comeSec: [...visitors(10, 1), ...visitors(10, 8)],
    })
    expect([bypassedSec.length, queuedSec.length]).toEqual([10, 10])
  })

  test('closed: clients that had failed open are turned away, and none does any more', () => {
    const { summary, bypassedSec, ends } = evening([{ at: '12:00:20', kind: 'close-bypass' }], {
      comeSec: visitors(3000, 1, 0.01),
      waitingRoom: { ...gated, pollCapacityPerSec: 10, failOpen: 1 },
    })
    expect(bypassedSec.length).toBeGreaterThan(100)
    // Six seconds of timeouts lie between failing open and going in.
    expect(Math.max(...bypassedSec)).toBeLessThan(20)
    expect(summary.steps['book']!.outcomes.http4xx).toBe(0)
    const turnedAway = ends.filter(({ end }) => end === 'failed')
    expect(turnedAway.length).toBeGreaterThan(10)
    for (const { atSec } of turnedAway) {
      expect(atSec).toBeGreaterThanOrEqual(20)
      expect(atSec).toBeLessThanOrEqual(26.1)
    }
  })
})

describe('who leaves the line', () => {
  /** Ten at once, of whom six give up at 3.75 s, and one more at 4 s. */
  const impatient = (lapseSec: number) =>
    evening([], {
      comeSec: [...visitors(10, 0.5), 4],
      waitingRoom: { ...gated, lapseSec },
      behaviour: { patienceSec: 3.25 },
    })

  test('gives up when patience ends, and not once called', () => {
    const { summary, ends, turnsSec } = impatient(0)
    expect(summary.visitors).toMatchObject({ abandoned: 6, booked: 5, admitted: 5 })
    expect(
      within(
        ends.filter(({ end }) => end === 'abandoned').map((e) => e.atSec),
        3.7,
        3.8,
      ),
    ).toBe(6)
    expect(turnsSec.map((sec) => Math.round(sec * 10) / 10)).toEqual([0.5, 1.5, 2.5, 3.5, 4.5])
  })

  test('costs a turn as long as its key has not lapsed', () => {
    // The turns of 4.5 and 5.5 s go to two who have gone; at 6.5 s the other keys have lapsed.
    expect(impatient(2).turnsSec.at(-1)).toBeCloseTo(6.5, 3)
  })

  test('costs turns for as long as it is shown to be ahead: half a poll interval, and the lapse', () => {
    // 40 poll every 4 s and give up at 10 s; the next one comes then, and is shown those still ahead.
    const { turnsSec, summary } = evening([], {
      comeSec: [...visitors(40, 0.5), 10.6],
      waitingRoom: { ...gated, pollSec: { front: 4, back: 4 }, lapseSec: 5 },
      behaviour: { patienceSec: 10 },
    })
    // Ten had their turn by 9.5 s. The keys of the others lapse at 10.5 + 2 + 5 s: turns of 10.5 …
    // 17.5 s go to them.
    expect(turnsSec).toHaveLength(11)
    expect(turnsSec.at(-1)).toBeGreaterThan(17.4)
    expect(turnsSec.at(-1)).toBeLessThan(18.6)
    expect(summary.visitors).toMatchObject({ abandoned: 30, booked: 11 })
  })

  test('is among those ahead in what newcomers are shown, until then', () => {
    const { summary } = impatient(2)
    // Shown 6 s for the six before it, in after 2.5 s; the first four were told the truth.
    expect(summary.etaErrorSec.p50).toBeLessThan(0.01)
    expect(summary.etaErrorSec.p95).toBeCloseTo(3.5, 1)
  })
})
