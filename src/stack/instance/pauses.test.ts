import { describe, expect, test } from 'vitest'
import { Pauses, type Wait } from './pauses.ts'

/** Timers with a grain of a millisecond that are up to 1.2 ms late, on a clock of their own. */
function slowTimers() {
  let nowMs = 0
  let k = 0
  const wait: Wait = (done, ms) => {
    const latenessMs = (((k++ * 0.618) % 1) + 0) * 1.2
    nowMs += Math.max(1, Math.trunc(ms)) + latenessMs
    done()
  }
  const clock = { epochMs: () => nowMs, monotonicMs: () => nowMs }
  return { clock, wait, nowMs: () => nowMs }
}

describe('pauses', () => {
  test.each([0.2, 0.7, 1.5, 5, 20.6])('of %d ms are so long on the mean', async (ms) => {
    const timers = slowTimers()
    const pauses = new Pauses(timers.clock, timers.wait)
    const n = 5000
    for (let i = 0; i < n; i++) await pauses.pause(ms)
    expect(Math.abs(timers.nowMs() / n - ms)).toBeLessThan(0.01)
  })

  test('do not make up for a busy event loop', async () => {
    let nowMs = 0
    const asked: number[] = []
    const wait: Wait = (done, ms) => {
      asked.push(ms)
      nowMs += ms + 400
      done()
    }
    const pauses = new Pauses({ epochMs: () => nowMs, monotonicMs: () => nowMs }, wait)
    for (let i = 0; i < 50; i++) await pauses.pause(100)
    expect(Math.min(...asked)).toBe(98)
  })

  test('of nothing take no timer', async () => {
    const pauses = new Pauses({ epochMs: () => 0, monotonicMs: () => 0 }, () => {
      throw new Error('a timer')
    })
    await pauses.pause(0)
  })
})
