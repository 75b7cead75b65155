/** The only file that reads the real clock; everything else takes a `Clock`. */
export interface Clock {
  /** Milliseconds since the epoch. */
  epochMs(): number
  /** Milliseconds of a clock that never steps back; only differences mean something. */
  monotonicMs(): number
}

/** Aborted after so many milliseconds; it keeps no process alive. */
export function deadline(ms: number): AbortSignal {
  return AbortSignal.timeout(ms)
}

export const systemClock: Clock = {
  epochMs: () => Date.now(),
  monotonicMs: () => performance.now(),
}

/** Calls `act` in so many milliseconds unless the function it gives is called before. */
export type After = (ms: number, act: () => void) => () => void

/** `After` on the platform's timers. */
export const after: After = (ms, act) => {
  const timer = setTimeout(act, ms)
  return () => clearTimeout(timer)
}

/** The event loop's two ways to come back. */
export const systemEventLoop = {
  soon: (act: () => void): void => void setImmediate(act),
  after: (ms: number, act: () => void): void => void setTimeout(act, ms),
}
