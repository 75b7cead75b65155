/**
 * The quantile by nearest rank: the smallest of the sorted values that at least `share` of them do not
 * exceed, sorted[⌈share·n⌉ − 1] (Hyndman and Fan's type 1). It is always one of the values, so it stays
 * right where some are infinite (not reached); `quantile` of simple-statistics interpolates between two
 * (type 7). `null` where there are no values.
 */
export function nearestRank(sorted: ArrayLike<number>, share: number): number | null {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null
}
