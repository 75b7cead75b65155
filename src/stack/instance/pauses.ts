import { scheduler } from 'node:timers/promises'
import type { Clock } from '../../core/clock.ts'

/** Calls back after so many milliseconds, or somewhat later. */
export type Wait = (done: () => void, ms: number) => unknown

const timer: Wait = async (done, ms) => {
  await scheduler.wait(ms)
  done()
}

/** A timer of less than this would be one of a whole millisecond: better none. */
const shortestMs = 0.5
/** Part of a pause's error by which the allowance for the next is corrected. */
const gain = 0.1
/** Later than this is a busy event loop, no habit of the timers: it is not made up for. */
const minMs = -1
const maxMs = 2

/**
 * Pauses whose mean is what was asked for. A timer has a grain of a millisecond and comes somewhat
 * late: one of 0.4 ms takes 1.2 ms. So each pause is shortened by how late they have come of late
 * (an integral controller on the error).
 */
export class Pauses {
  private readonly clock: Clock
  private readonly wait: Wait
  private allowanceMs = 0

  constructor(clock: Clock, wait: Wait = timer) {
    this.clock = clock
    this.wait = wait
  }

  pause(ms: number): Promise<void> {
    if (ms <= 0) return Promise.resolve()
    const timerMs = ms - this.allowanceMs
    if (timerMs < shortestMs) {
      this.learn(-ms)
      return Promise.resolve()
    }
    const startMs = this.clock.monotonicMs()
    return new Promise((resolve) => {
      this.wait(() => {
        this.learn(this.clock.monotonicMs() - startMs - ms)
        resolve()
      }, timerMs)
    })
  }

  private learn(errorMs: number): void {
    const corrected = this.allowanceMs + gain * errorMs
    this.allowanceMs = Math.min(maxMs, Math.max(minMs, corrected))
  }
}
