import { describe, expect, test } from 'vitest'
import { streamKey, streams, uniform } from '../../core/chance.ts'
import { FailOpen, pollHazard } from './fail-open.ts'

const key = streamKey(7, streams.failOpen)
const luck = streamKey(7, streams.test)
const clients = 20_000

/** Four standard errors of a share, and the width of a bucket of hazard. */
const allowed = (share: number) => 4 * Math.sqrt((share * (1 - share)) / clients) + 1 / 256

function failing(failOpen: FailOpen, hazard: number): Set<number> {
  const rows = new Set<number>()
  failOpen.add(hazard, (row) => rows.add(row))
  return rows
}

describe('clients that fail open', () => {
  test('a share 1 − exp(−H) has failed after hazard H, whenever they joined', () => {
    const failOpen = new FailOpen(key, 1, clients)
    const failed = new Set<number>()
    // Half joins at the start, half after a hazard of 0.4; the hazard comes in unequal steps.
    for (let row = 0; row < clients; row++) failOpen.join(row, row, 0)
    for (const row of failing(failOpen, 0.4)) failed.add(row)
    for (let row = clients; row < 2 * clients; row++) failOpen.join(row, row, 0)
    let hazard = 0
    for (const more of [0.001, 0.01, 0.002, 0.15, 0.04, 0.5, 0.3, 2]) {
      hazard += more
      for (const row of failing(failOpen, more)) failed.add(row)
      const shareOf = (from: number) =>
        [...failed].filter((row) => row >= from && row < from + clients).length / clients
      const early = 1 - Math.exp(-(0.4 + hazard))
      const late = 1 - Math.exp(-hazard)
      expect(Math.abs(shareOf(0) - early)).toBeLessThan(allowed(early))
      expect(Math.abs(shareOf(clients) - late)).toBeLessThan(allowed(late))
    }
  })

  test('each once, and only the share whose clients do that at all', () => {
    const failOpen = new FailOpen(key, 0.3, 10)
    let failed = 0
    for (let row = 0; row < clients; row++) failOpen.join(row, row, 0)
    for (let i = 0; i < 400; i++) failOpen.add(0.25, () => failed++)
    // After a hazard of 100 all have who ever will; what is drawn lies below 32.
    expect(Math.abs(failed / clients - 0.3)).toBeLessThan(4 * Math.sqrt(0.21 / clients))
    const again = new FailOpen(key, 0, 10)
    for (let row = 0; row < clients; row++) expect(again.join(row, row, 50)).toBe(false)
    expect(failing(again, 50).size).toBe(0)
  })

  test('the first contact counts at once', () => {
    const failOpen = new FailOpen(key, 1, clients)
    const hazard = pollHazard(0.6)
    let atOnce = 0
    for (let row = 0; row < clients; row++) if (failOpen.join(row, row, hazard)) atOnce++
    expect(Math.abs(atOnce / clients - 0.36)).toBeLessThan(allowed(0.36))
    // The rest goes on with what is left of its threshold.
    const later = failing(failOpen, hazard).size / clients
    expect(Math.abs(later - 0.64 * 0.36)).toBeLessThan(allowed(0.23))
  })

  test('a poll of which a share p goes unanswered fails open with p²', () => {
    for (const p of [0, 0.01, 0.3, 0.6, 0.9]) {
      expect(1 - Math.exp(-pollHazard(p))).toBeCloseTo(p * p, 12)
    }
    expect(pollHazard(1)).toBeLessThan(Infinity)
  })

  test('as clients would that poll one by one, while the load comes and goes', () => {
    const pollSec = 10
    /** Share of polls that go unanswered, by the second. */
    const unanswered = (sec: number) => (sec < 60 ? 0.5 : sec < 120 ? 0 : sec < 200 ? 0.25 : 0.7)
    const failOpen = new FailOpen(key, 1, clients)
    const failed = new Set<number>()
    let failedPolling = 0
    const polling: (number | null)[] = []
    for (let row = 0; row < clients; row++) {
      failOpen.join(row, row, 0)
      // The next poll of each is some time within one interval.
      polling.push(uniform(luck, row, 0) * pollSec)
    }
    for (let sec = 0; sec < 260; sec++) {
      for (const row of failing(failOpen, pollHazard(unanswered(sec)) / pollSec)) failed.add(row)
      polling.forEach((nextSec, row) => {
        if (nextSec === null || nextSec >= sec + 1) return
        // A poll that times out is tried once more.
        const twice = [1, 2].every((k) => uniform(luck, row, 3 * sec + k) < unanswered(sec))
        polling[row] = twice ? null : nextSec + pollSec
        if (twice) failedPolling++
      })
      const [rate, polls] = [failed.size / clients, failedPolling / clients]
      // Two independent samples.
      expect(Math.abs(rate - polls)).toBeLessThan(1.5 * allowed(polls) + 0.001)
    }
    expect(failedPolling / clients).toBeGreaterThan(0.95)
  })
})
