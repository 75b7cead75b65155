import type { ArrivalKind, ArrivalOf } from './kind.ts'

/** Early knocks: density growing linearly from zero, over the last `forSec` before the opening. */
export const early: ArrivalKind<ArrivalOf<'early'>> = {
  expected: () => null,
  timeSec:
    ({ forSec }) =>
    (u) =>
      -forSec * (1 - Math.sqrt(u)),
}
