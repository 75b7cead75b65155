import type { ArrivalKind, ArrivalOf } from './kind.ts'

/** A long tail, density exp(-t/scale) or (1 + t/scale)^-exponent, cut at `forSec` if given. */
export const decay: ArrivalKind<ArrivalOf<'decay'>> = {
  expected: () => null,
  timeSec(arrival) {
    const { scaleSec, startSec, forSec } = arrival
    const inverse =
      arrival.shape === 'exponential'
        ? exponential(scaleSec, forSec)
        : power(scaleSec, arrival.exponent ?? 2, forSec)
    return (u) => startSec + inverse(u)
  },
}

function exponential(scaleSec: number, forSec: number | undefined): (u: number) => number {
  const mass = forSec === undefined ? 1 : -Math.expm1(-forSec / scaleSec)
  return (u) => -scaleSec * Math.log1p(-u * mass)
}

function power(scaleSec: number, exponent: number, forSec: number | undefined) {
  if (exponent === 1) {
    const span = Math.log1p((forSec ?? scaleSec) / scaleSec)
    return (u: number): number => scaleSec * Math.expm1(u * span)
  }
  const k = 1 - exponent
  const mass = forSec === undefined ? 1 : 1 - Math.pow(1 + forSec / scaleSec, k)
  return (u: number): number => scaleSec * (Math.pow(1 - u * mass, 1 / k) - 1)
}
