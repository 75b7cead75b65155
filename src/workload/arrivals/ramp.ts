import type { ArrivalKind, ArrivalOf } from './kind.ts'

/** A rate that goes linearly from `fromPerSec` to `toPerSec`. */
export const ramp: ArrivalKind<ArrivalOf<'ramp'>> = {
  expected: ({ fromPerSec, toPerSec, forSec }) => ((fromPerSec + toPerSec) / 2) * forSec,
  timeSec({ fromPerSec, toPerSec, forSec, startSec }) {
    const slope = (toPerSec - fromPerSec) / forSec
    const area = ((fromPerSec + toPerSec) / 2) * forSec
    if (slope === 0) return (u) => startSec + forSec * u
    // Solve from·t + slope·t²/2 = u·area for t.
    return (u) => {
      const root = Math.sqrt(Math.max(0, fromPerSec * fromPerSec + 2 * slope * u * area))
      return startSec + (root - fromPerSec) / slope
    }
  },
}
