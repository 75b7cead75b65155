import type { ArrivalKind, ArrivalOf } from './kind.ts'

/** Times taken from a log: exactly these, in order. */
export const replay: ArrivalKind<ArrivalOf<'replay'>> = {
  expected: ({ timesSec }) => timesSec.length,
  timeSec({ timesSec, startSec }) {
    const sorted = Float64Array.from(timesSec).sort()
    const last = sorted.length - 1
    return (u) => startSec + (sorted[Math.min(last, Math.floor(u * sorted.length))] ?? 0)
  },
}
