import type { ArrivalKind, ArrivalOf } from './kind.ts'

/** The burst at the opening: density falling linearly to zero over `forSec`. */
export const burst: ArrivalKind<ArrivalOf<'burst'>> = {
  expected: () => null,
  timeSec:
    ({ forSec, startSec }) =>
    (u) =>
      startSec + forSec * (1 - Math.sqrt(1 - u)),
}
