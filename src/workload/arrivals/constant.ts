import type { ArrivalKind, ArrivalOf } from './kind.ts'

/** A constant rate over `forSec`, by `perSec` or by a share of the initial tickets. */
export const constant: ArrivalKind<ArrivalOf<'constant'>> = {
  expected: ({ perSec, forSec }) => (perSec === undefined ? null : perSec * forSec),
  timeSec:
    ({ forSec, startSec }) =>
    (u) =>
      startSec + forSec * u,
}
