import type { Clock } from '../../core/clock.ts'

/** CLOCK_MONOTONIC, ms: the same for all threads and processes of a machine. */
export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6

/** Of threads and processes that must agree on the time to the microsecond: no other clock in it. */
export const truthClock: Clock = { epochMs: monotonicMs, monotonicMs }
