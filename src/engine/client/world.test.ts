import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { uniform } from '../../core/chance.ts'
import { endNames, Outcome } from '../../core/codes.ts'
import type { Scenario } from '../../scenario/schema/schema.ts'
import { Answer } from '../../workload/behaviour.ts'
import { opening, visitors } from '../testing/opening.ts'
import { randomScenario } from '../testing/random-scenario.ts'
import { stepCalls } from './testing/step-calls.ts'
import type { Serve } from './testing/virtual-transport.ts'
import { performVirtually } from '../live/testing/virtual.ts'

const keyOf = (visitor: number) => `key-of-${visitor}`
const pass = (visitor: number) => `5002:200:key=${keyOf(visitor)}&nwait=0&nnext=0&tps=10&ttl=0`
const wait = (visitor: number, nwait: number, ttl: number) =>
  `5002:201:key=${keyOf(visitor)}&nwait=${nwait}&nnext=1&tps=10&ttl=${ttl}`
const opcodeOf = (path: string) => Number(/opcode=(\d{4})/.exec(path)?.[1] ?? 0)

/** A gate that lets in at the first poll, and pages that answer `answer` after 100 ms. */
const plainServe =
  (answer: number = Answer.ok): Serve =>
  ({ path }, _nowMs, visitor) => {
    if (opcodeOf(path) === 5101) return { afterMs: 10, body: wait(visitor, 20, 2) }
    if (opcodeOf(path) === 5002) return { afterMs: 10, body: pass(visitor) }
    if (opcodeOf(path) === 5004) return { afterMs: 10, body: '5004:200:' }
    return { afterMs: 100, body: String(answer) }
  }

const gated = { waitingRoom: { protocol: 'netfunnel' as const, admission: { perSec: 10 } } }
const perform = (scenario: Scenario, serve: Serve) =>
  performVirtually(scenario, { seed: 1, serve, calls: stepCalls(scenario) })

describe('one visitor', () => {
  test('asks, waits, polls, is let in, books, and takes its leave', () => {
    const paths: string[] = []
    const serve: Serve = (outgoing, nowMs, visitor, answer) => {
      paths.push(outgoing.path)
      return plainServe()(outgoing, nowMs, visitor, answer)
    }
    const { summary, world } = perform(opening({ ...gated, comeSec: visitors(1) }), serve)
    expect(paths.map((path) => opcodeOf(path) || path)).toEqual([5101, 5002, '/step/0', 5004])
    expect(paths[1]).toContain(`key=${keyOf(8)}`)
    expect(paths[1]).toContain('ttl=2')
    expect(paths[3]).toContain(`key=${keyOf(8)}`)
    expect(summary.visitors).toMatchObject({ arrived: 1, queued: 1, admitted: 1, booked: 1 })
    expect(summary.people).toMatchObject({ came: 1, booked: 1, gaveUp: 0 })
    // 10 ms for the first contact, 2 s give or take a twentieth, 10 ms for the poll.
    expect(summary.admittedWaitSec.max).toBeGreaterThan(1.9)
    expect(summary.admittedWaitSec.max).toBeLessThan(2.2)
    expect(summary.etaErrorSec.p50).toBeLessThan(0.15)
    expect(world.state.kept.bytes).toBe(0)
  })

  test('no interval is longer than its client takes, whatever the gate says', () => {
    const polledMs: number[] = []
    const serve: Serve = ({ path }, nowMs, visitor) => {
      if (opcodeOf(path) === 5002) polledMs.push(nowMs)
      return { afterMs: 0, body: wait(visitor, 20, 400) }
    }
    perform(opening({ ...gated, comeSec: visitors(1) }), serve)
    // 30 s, give or take a twentieth, for ten minutes.
    expect(polledMs.length).toBeGreaterThanOrEqual(19)
    for (const [i, ms] of polledMs.slice(1).entries()) {
      expect(Math.abs(ms - polledMs[i]! - 30_000)).toBeLessThan(1600)
    }
  })

  test('two calls that time out, and its client fails open: with a key that it made up', () => {
    const keys: string[] = []
    const scenario = opening({
      waitingRoom: { ...gated.waitingRoom, failOpen: 1, pollCapacityPerSec: 1000 },
      comeSec: visitors(1),
    })
    const calls = stepCalls(scenario, (kept) => keys.push(kept.key))
    const serve: Serve = (outgoing, nowMs, visitor, answer) =>
      opcodeOf(outgoing.path) === 0
        ? plainServe()(outgoing, nowMs, visitor, answer)
        : { afterMs: Infinity }
    const { summary } = performVirtually(scenario, { seed: 1, serve, calls })
    expect(keys).toEqual(['connection_timeout'])
    expect(summary.visitors).toMatchObject({ bypassed: 1, booked: 1, queued: 0 })
    expect(summary.findings.bypassed).toBe(1)
  })

  test('a booking whose answer was lost is its own when it is told so at the next try', () => {
    let tries = 0
    const serve: Serve = (outgoing, nowMs, visitor, answer) => {
      if (opcodeOf(outgoing.path) !== 0) return plainServe()(outgoing, nowMs, visitor, answer)
      return tries++ === 0
        ? { afterMs: Infinity }
        : { afterMs: 50, body: String(Answer.alreadyBooked) }
    }
    const scenario = opening({
      ...gated,
      comeSec: visitors(1),
      behaviour: { retry: { tries: 2, backoffSec: 1 } },
    })
    const { summary } = perform(scenario, serve)
    expect(summary.visitors).toMatchObject({ booked: 1, alreadyBooked: 0 })
    expect(summary.people.booked).toBe(1)
    expect(Object.values(summary.steps)[0]?.outcomes).toMatchObject({ timeout: 1, ok: 1 })
  })

  test('two devices of one person: an answer that overtakes another makes no second booking', () => {
    // The first asks for ever; its second try is told of the booking while its owner waits to hear.
    const booking = opening({
      population: { people: 1, devicesPerPerson: 2 },
      arrivals: [{ kind: 'replay', timesSec: [1, 5] }],
      waitingRoom: { protocol: 'none', admission: { perSec: 1 } },
      journey: [{ step: 'book', timeoutMs: 3500, visits: [{ station: 'web', serviceMs: 1 }] }],
      behaviour: { retry: { tries: 2, backoffSec: 1 } },
    })
    const answers = [
      { afterMs: Infinity },
      { afterMs: 3000, body: String(Answer.ok) },
      { afterMs: 100, body: String(Answer.alreadyBooked) },
    ]
    let asked = 0
    const { summary } = perform(booking, () => answers[asked++]!)
    expect(asked).toBe(3)
    expect(summary.people).toMatchObject({ came: 1, booked: 1, gaveUp: 0 })
    expect(summary.visitors).toMatchObject({ arrived: 2, booked: 2, alreadyBooked: 0 })
    expect(summary.findings.doubleBooking).toBe(0)
  })

  test('a booking that no answer told of is known from what another device is told', () => {
    const scenario = opening({
      population: { people: 1, devicesPerPerson: 2 },
      arrivals: [{ kind: 'replay', timesSec: [1, 30] }],
      waitingRoom: { protocol: 'none', admission: { perSec: 1 } },
      journey: [{ step: 'book', visits: [{ station: 'web', serviceMs: 1 }] }],
    })
    const told = (first: { afterMs: number; outcome?: number }) => {
      const answers = [first, { afterMs: 100, body: String(Answer.alreadyBooked) }]
      let asked = 0
      return perform(scenario, () => answers[asked++]!).summary
    }
    const lost = told({ afterMs: Infinity })
    expect(lost.visitors).toMatchObject({ timedOut: 1, alreadyBooked: 1, booked: 0 })
    expect(lost.people).toMatchObject({ booked: 1, gaveUp: 0 })
    // Nobody was there to take that request: the booking is not of this run.
    const refused = told({ afterMs: 10, outcome: Outcome.refused })
    expect(refused.visitors).toMatchObject({ refused: 1, alreadyBooked: 1 })
    expect(refused.people).toMatchObject({ booked: 0, gaveUp: 1 })
  })

  test('once keys are verified a client that fails open waits on, as it would be turned away', () => {
    const silentUntil = (sec: number): Serve => {
      return (outgoing, nowMs, visitor, answer) => {
        const isPoll = opcodeOf(outgoing.path) === 5002
        return isPoll && nowMs < sec * 1000
          ? { afterMs: Infinity }
          : plainServe()(outgoing, nowMs, visitor, answer)
      }
    }
    const scenario = (at: string) =>
      opening({
        comeSec: visitors(1),
        waitingRoom: { ...gated.waitingRoom, failOpen: 1, pollCapacityPerSec: 1000 },
        timeline: [{ at, kind: 'close-bypass' }],
      })
    const before = perform(scenario('12:00:02'), silentUntil(60)).summary
    expect(before.visitors).toMatchObject({ bypassed: 0, queued: 1, admitted: 1, booked: 1 })
    const after = perform(scenario('12:05'), silentUntil(60)).summary
    expect(after.visitors).toMatchObject({ bypassed: 1, queued: 1, admitted: 0, booked: 1 })
  })

  test('pages that people open early are found open, and that is found', () => {
    const early = (timeline: NonNullable<Parameters<typeof opening>[0]>['timeline']) => {
      const sentMs: number[] = []
      const serve: Serve = (outgoing, nowMs, visitor, answer) => {
        sentMs.push(nowMs)
        return plainServe()(outgoing, nowMs, visitor, answer)
      }
      const room = { protocol: 'none' as const, admission: { perSec: 1 } }
      const come = { comeSec: [-30, -10], waitingRoom: room }
      const { summary, world } = perform(opening({ ...come, timeline: timeline ?? [] }), serve)
      const { opensAtMs } = world.state.inputs.window
      return { summary, sentSec: sentMs.map((ms) => (ms - opensAtMs) / 1000) }
    }
    const closed = early([])
    expect(closed.summary.findings.earlyAdmission).toBe(0)
    expect(Math.min(...closed.sentSec)).toBeGreaterThan(0)
    // Who had come before that stands there until the hour that was announced.
    const open = early([{ at: '2021-01-01T11:59:40Z', kind: 'open-early' }])
    expect(open.sentSec[0]).toBeCloseTo(-10, 1)
    expect(open.sentSec[1]).toBeGreaterThan(0)
    expect(open.summary.findings.earlyAdmission).toBe(1)
  })

  test('who waits in vain gives up when its patience ends', () => {
    const serve: Serve = (_outgoing, _nowMs, visitor) => ({ afterMs: 1, body: wait(visitor, 9, 5) })
    const scenario = opening({ ...gated, comeSec: visitors(3), behaviour: { patienceSec: 42 } })
    const { summary } = perform(scenario, serve)
    expect(summary.visitors).toMatchObject({ arrived: 3, queued: 3, abandoned: 3, admitted: 0 })
    expect(summary.waitSec.p50).toBeNull()
  })

  test('a gate that is off gives no ticket: nobody has come', () => {
    const serve: Serve = () => ({ afterMs: 1, body: '5002:510:' })
    const { summary } = perform(opening({ ...gated, comeSec: visitors(3) }), serve)
    expect(summary.visitors.arrived).toBe(0)
  })

  test('let in before the opening is an early admission', () => {
    const scenario = opening({ ...gated, comeSec: [-30, -20, 5] })
    const { summary } = perform(scenario, plainServe())
    expect(summary.findings.earlyAdmission).toBe(2)
  })
})

describe('laws', () => {
  /** A far side where anything may happen. */
  const anyServe =
    (salt: number): Serve =>
    ({ path }, nowMs, visitor) => {
      const u = (k: number) => uniform(salt, visitor * 7919 + (nowMs | 0), k)
      const afterMs = u(0) < 0.1 ? Infinity : 4000 * u(1) ** 3
      if (u(2) < 0.15) return { afterMs, outcome: Math.floor(u(3) * 9) }
      const opcode = opcodeOf(path)
      if (opcode === 0) return { afterMs, body: String(anyAnswers[Math.floor(u(4) * 5)]) }
      const code = gateCodes[Math.floor(u(5) * gateCodes.length)] ?? 200
      const ttl = Math.floor(u(6) * 8)
      return { afterMs, body: `5002:${code}:key=k${visitor}&nwait=5&tps=2&ttl=${ttl}` }
    }
  const anyAnswers = [
    Answer.ok,
    Answer.soldOut,
    Answer.alreadyBooked,
    Answer.ineligible,
    Outcome.http5xx,
  ]
  const gateCodes = [200, 200, 201, 201, 201, 202, 300, 301, 303, 500, 508, 510, 777]

  test('every ticket has one end, nothing is left over, whatever the far side does', () => {
    fc.assert(
      fc.property(randomScenario, fc.integer(), (scenario, salt) => {
        const run = performVirtually(scenario, {
          seed: salt >>> 0,
          serve: anyServe(salt),
          calls: stepCalls(scenario),
          ceiling: { inFlight: 40, perSec: 500 },
        })
        const { summary, timeline, world, left } = run
        const { visitors: counts } = summary
        const ends = endNames.reduce((sum, end) => sum + counts[end], 0)
        expect(ends).toBe(counts.arrived)
        const sum = (flow: readonly number[]) => flow.reduce((a, b) => a + b, 0)
        expect(sum(timeline.arrivals)).toBe(counts.arrived)
        expect(sum(timeline.booked) - summary.people.booked).toBe(summary.findings.doubleBooking)
        expect(left).toBe(0)
        expect(counts.queued).toBeLessThanOrEqual(counts.arrived)
        expect(counts.admitted).toBeLessThanOrEqual(counts.queued)
        expect(world.state.inside).toBeGreaterThanOrEqual(0)
        expect(world.state.waiting).toBeGreaterThanOrEqual(0)
        expect(world.state.alive).toBeGreaterThanOrEqual(0)
        expect(world.state.tally.maxInFlight).toBeLessThanOrEqual(40)
        if (counts.unfinished === 0 && world.isOver) expect(world.state.kept.bytes).toBe(0)
      }),
      { numRuns: 60 },
    )
  })

  test('workers share the plan: their arrivals together are those of one', () => {
    const scenario = opening({ ...gated, comeSec: visitors(60, 1, 0.5) })
    const { plan, summary } = perform(scenario, plainServe())
    expect(plan.length).toBe(60)
    expect(summary.visitors.arrived).toBe(60)
    expect(summary.visitors.booked).toBe(60)
  })
})
