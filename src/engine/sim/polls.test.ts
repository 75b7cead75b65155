import { describe, expect, test } from 'vitest'
import { streamKey, streams, uniform } from '../../core/chance.ts'
import { opening } from '../testing/opening.ts'
import { traced, type Trace } from './testing/trace.ts'

/**
 * The simulator treats polls as a rate. Here every client polls by itself: it asks, hears how many
 * are ahead and when to ask again, and is let in at its first answered poll at or after its turn.
 */
interface Room {
  readonly ratePerSec: number
  readonly frontSec: number
  readonly backSec: number
  readonly maxTtlSec: number
  readonly capacityPerSec: number
  readonly failOpen: number
}

interface Polled {
  readonly pollsPerSec: number[]
  readonly turnSec: Float64Array
  readonly admittedSec: Float64Array
  readonly jumpedSec: Float64Array
}

const luck = streamKey(3, streams.test)

function pollByPoll(room: Room, arrivalsSec: readonly number[], forSec: number): Polled {
  const n = arrivalsSec.length
  const polled = {
    pollsPerSec: Array.from({ length: forSec }, () => 0),
    turnSec: new Float64Array(n).fill(Infinity),
    admittedSec: new Float64Array(n).fill(Infinity),
    jumpedSec: new Float64Array(n).fill(Infinity),
  }
  const { pollsPerSec, turnSec, admittedSec, jumpedSec } = polled
  /** Who polls in which second, and when exactly. */
  const agenda = pollsPerSec.map((): { v: number; atSec: number }[] => [])
  arrivalsSec.forEach((atSec, v) => agenda[Math.floor(atSec)]?.push({ v, atSec }))
  let head = 0
  let lastTurnSec = -Infinity
  let arrived = 0
  let gone = 0
  for (let sec = 0; sec < forSec; sec++) {
    for (;;) {
      while (head < n && jumpedSec[head]! < Infinity) head++
      const atSec = Math.max(lastTurnSec + 1 / room.ratePerSec, arrivalsSec[head] ?? Infinity)
      if (head >= n || atSec >= sec + 1) break
      turnSec[head++] = lastTurnSec = atSec
    }
    const load = agenda[sec]!.length
    const unanswered = Math.max(0, 1 - room.capacityPerSec / load)
    for (const { v, atSec } of agenda[sec]!.toSorted((a, b) => a.atSec - b.atSec)) {
      // The first contact is told apart: a gate's load is both.
      if (atSec === arrivalsSec[v]) arrived++
      else pollsPerSec[sec]! += 1
      const twice = [1, 2].every((k) => uniform(luck, v, 3 * sec + k) < unanswered)
      if (turnSec[v]! <= atSec && !twice) {
        admittedSec[v] = atSec
        gone++
        continue
      }
      if (twice && turnSec[v]! > atSec && uniform(luck, v, 0) < room.failOpen) {
        jumpedSec[v] = atSec
        gone++
        continue
      }
      const toTurnSec = lastTurnSec + (v - head + 1) / room.ratePerSec - atSec
      const nextInLine = toTurnSec <= room.backSec
      const stretched = (arrived - gone) / room.capacityPerSec
      const ttlSec = nextInLine
        ? room.frontSec
        : Math.min(Math.max(stretched, room.backSec), room.maxTtlSec)
      agenda[Math.floor(atSec + ttlSec)]?.push({ v, atSec: atSec + ttlSec })
    }
  }
  return polled
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

function simulated(room: Room, come: { perSec: number; forSec: number }): Trace {
  const { capacityPerSec, failOpen } = room
  return traced(
    opening({
      endsAt: '2021-01-01T12:25:00Z',
      population: { people: 100_000 },
      arrivals: [{ kind: 'constant', ...come }],
      waitingRoom: {
        admission: { perSec: room.ratePerSec },
        pollSec: { front: room.frontSec, back: room.backSec },
        maxTtlSec: room.maxTtlSec,
        ...(capacityPerSec === Infinity ? {} : { pollCapacityPerSec: capacityPerSec, failOpen }),
      },
      stack: { instances: 1, stations: [{ name: 'web', perInstance: true, slots: 1000 }] },
    }),
  )
}

/** The mean of a timeline over some seconds, both as the timeline has it and poll by poll. */
function pollsOver(trace: Trace, polled: Polled, fromSec: number, toSec: number) {
  const { timeline, result } = trace
  const first = result.window.opensAtMs / 1000 / timeline.bucketSec
  const at = (sec: number) => Math.round(first + sec / timeline.bucketSec)
  return {
    rate: mean(timeline.pollsPerSec.slice(at(fromSec), at(toSec))),
    byPoll: mean(polled.pollsPerSec.slice(fromSec, toSec)),
  }
}

describe('a waiting room whose polls are a rate, against one poll after another', () => {
  const room = { ratePerSec: 25, frontSec: 2, backSec: 10, maxTtlSec: 30, failOpen: 0.6 }

  test('a gate that answers all: admission, waits and polls agree', () => {
    const open = { ...room, capacityPerSec: Infinity }
    const trace = simulated(open, { perSec: 80, forSec: 300 })
    const polled = pollByPoll(open, trace.queuedSec, 1500)
    const n = trace.queuedSec.length
    expect(n).toBeGreaterThan(23_000)
    expect(trace.admittedSec).toHaveLength(n)
    expect(polled.admittedSec.every((sec) => sec < Infinity)).toBe(true)
    // The same turns …
    expect(trace.turnsSec).toHaveLength(n)
    trace.turnsSec.forEach((sec, v) => expect(sec).toBeCloseTo(polled.turnSec[v]!, 3))
    // … from the turn to the poll …
    const delaySec = mean(trace.admittedSec) - mean(trace.turnsSec)
    const polledDelaySec = mean([...polled.admittedSec]) - mean([...polled.turnSec])
    expect(polledDelaySec).toBeGreaterThan(0.8)
    expect(Math.abs(delaySec / polledDelaySec - 1)).toBeLessThan(0.03)
    // … the waits …
    const waitSec = mean(trace.waits.map((wait) => wait.endedSec - wait.enteredSec))
    const polledWaitSec = mean([...polled.admittedSec]) - mean(trace.queuedSec)
    expect(waitSec).toBeGreaterThan(200)
    expect(Math.abs(waitSec / polledWaitSec - 1)).toBeLessThan(0.002)
    // … and the polls, while the line grows and while it shrinks.
    for (const [from, to] of [
      [100, 300],
      [300, 600],
      [600, 800],
    ] as const) {
      const { rate, byPoll } = pollsOver(trace, polled, from, to)
      expect(byPoll).toBeGreaterThan(300)
      // A rate is ahead of polls by half an interval: that much the line has changed meanwhile.
      expect(Math.abs(rate / byPoll - 1)).toBeLessThan(0.03)
    }
  })

  test('a gate that stretches the interval keeps to its capacity in both', () => {
    const stretched = { ...room, capacityPerSec: 1000, failOpen: 0 }
    const trace = simulated(stretched, { perSec: 80, forSec: 300 })
    const polled = pollByPoll(stretched, trace.queuedSec, 1500)
    const { rate, byPoll } = pollsOver(trace, polled, 220, 320)
    expect(Math.abs(rate / byPoll - 1)).toBeLessThan(0.07)
    expect(trace.bypassedSec).toHaveLength(0)
  })

  test('a gate beyond its capacity: as many clients fail open, at the same time', () => {
    const overloaded = { ...room, ratePerSec: 1, capacityPerSec: 1000 }
    const trace = simulated(overloaded, { perSec: 160, forSec: 300 })
    const polled = pollByPoll(overloaded, trace.queuedSec, 1500)
    const jumps = [...polled.jumpedSec].filter((sec) => sec < Infinity)
    // It takes six seconds of timeouts until a client goes on.
    const jumpedBy = (sec: number) => trace.bypassedSec.filter((at) => at - 6 <= sec).length
    const polledBy = (sec: number) => jumps.filter((at) => at <= sec).length
    expect(jumps.length).toBeGreaterThan(10_000)
    // While the line grows, a rate feels at once what clients hear at their next poll.
    for (const sec of [200, 240, 280]) {
      expect(jumpedBy(sec)).toBeGreaterThan(0.95 * polledBy(sec))
      expect(jumpedBy(sec)).toBeLessThan(1.05 * polledBy(sec + overloaded.backSec))
    }
    for (const sec of [400, 600, 1000, 1400]) {
      expect(Math.abs(jumpedBy(sec) / polledBy(sec) - 1)).toBeLessThan(0.04)
    }
    expect(trace.summary.findings.bypassed).toBe(trace.bypassedSec.length)
  })
})
