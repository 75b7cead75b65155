import type { Clock } from '../../core/clock.ts'
import { msToNs, msToUs } from '../../core/units.ts'
import { nearestRank } from '../../statistics/nearest-rank.ts'

/** How well this machine tells the time, and how soon the event loop gets its turn. */
export interface ClockFacts {
  /** Smallest step of the monotonic clock that was seen. */
  readonly stepUs: number
  /** What one look at it costs. */
  readonly lookNs: number
  /** How late timers came over a second, beyond what was asked for. */
  readonly lagMs: { readonly p99: number; readonly max: number }
  /** How far the time of day went away from the monotonic clock meanwhile. */
  readonly epochDriftMs: number
}

const looks = 20_000
const spanMs = 1000
const tickMs = 5

export async function measureClock(clock: Clock): Promise<ClockFacts> {
  const driftBefore = clock.epochMs() - clock.monotonicMs()
  const steps = measureSteps(clock)
  const lags = await measureLags(clock)
  const driftAfter = clock.epochMs() - clock.monotonicMs()
  return { ...steps, lagMs: lags, epochDriftMs: driftAfter - driftBefore }
}

function measureSteps(clock: Clock): Pick<ClockFacts, 'stepUs' | 'lookNs'> {
  const startMs = clock.monotonicMs()
  let beforeMs = startMs
  let stepMs = Infinity
  for (let i = 0; i < looks; i++) {
    const nowMs = clock.monotonicMs()
    if (nowMs > beforeMs) stepMs = Math.min(stepMs, nowMs - beforeMs)
    beforeMs = nowMs
  }
  return { stepUs: msToUs(stepMs), lookNs: msToNs(beforeMs - startMs) / looks }
}

function measureLags(clock: Clock): Promise<ClockFacts['lagMs']> {
  return new Promise((resolve) => {
    const lags: number[] = []
    const startMs = clock.monotonicMs()
    const tick = (askedMs: number) => {
      const nowMs = clock.monotonicMs()
      lags.push(Math.max(0, nowMs - askedMs))
      if (nowMs - startMs < spanMs) setTimeout(tick, tickMs, nowMs + tickMs)
      else resolve({ p99: quantile(lags, 0.99), max: quantile(lags, 1) })
    }
    setTimeout(tick, tickMs, startMs + tickMs)
  })
}

/** The smallest value that so large a share of them does not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort()
  return nearestRank(sorted, share) ?? 0
}
