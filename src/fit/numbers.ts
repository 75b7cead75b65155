import type { Estimate } from './estimate.ts'

/** The normal distribution's 0.95 quantile: an estimate's low and high are so many errors away. */
export const z95 = 1.6448536269514722

/** To so many significant digits, as a person would write it. */
export const significant = (value: number, digits = 4): number =>
  Number.isFinite(value) ? Number(value.toPrecision(digits)) : value

export interface Found {
  readonly low: number
  readonly mid: number
  readonly high: number
}

/** An estimate with its numbers rounded, its order kept. */
export function estimate(
  path: string,
  { low, mid, high }: Found,
  rest: Pick<Estimate, 'from' | 'basis' | 'count'>,
): Estimate {
  // An interval narrower than its digits keeps more of them.
  const width = Math.abs(high - low) / Math.max(Math.abs(mid), 1e-300)
  const digits = width > 0 && width < 1e-2 ? Math.min(9, 3 - Math.floor(Math.log10(width))) : 4
  const [l, m, h] = [low, mid, high].map((value) => significant(value, digits))
  return {
    path,
    low: Math.min(l ?? low, m ?? mid),
    mid: m ?? mid,
    high: Math.max(h ?? high, m ?? mid),
    evidence: 'measured',
    ...rest,
  }
}
