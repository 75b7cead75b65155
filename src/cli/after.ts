import type { After } from '../core/clock.ts'

/** A timer of the platform's. */
export const after: After = (ms, act) => {
  const timer = setTimeout(act, ms)
  return () => clearTimeout(timer)
}
