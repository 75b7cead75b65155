import { mean } from 'simple-statistics'
import type { Outcome } from './outcome.ts'
import type { Prices } from './plan-record.ts'

/** What one opening cost in all, in the currency of the prices. What has no price costs nothing. */
export function costOf(
  outcome: Pick<Outcome, 'lost' | 'waitingHours'>,
  prices: Omit<Prices, 'currency'>,
  { instances, hours }: { instances: number; hours: number },
): number {
  return (
    (prices.instancePerHour ?? 0) * instances * hours +
    (prices.lostBooking ?? 0) * outcome.lost +
    (prices.waitingPerHour ?? 0) * outcome.waitingHours
  )
}

/**
 * The expected regret of each candidate: what it cost above the cheapest candidate of the same draw,
 * on the mean over draws (as Netflix's service-capacity-modeling weighs too few servers against too many).
 * `costs[i][j]` is that of candidate i in draw j; draws that not all candidates have are left out.
 */
export function regretsOf(costs: readonly (readonly number[])[]): number[] {
  const draws = Math.min(...costs.map((row) => row.length))
  const cheapest = Array.from({ length: draws }, (_, j) =>
    Math.min(...costs.map((row) => row[j] ?? Infinity)),
  )
  return costs.map((row) => (draws === 0 ? 0 : mean(cheapest.map((min, j) => (row[j] ?? 0) - min))))
}

/**
 * Whether both sides are priced: servers, and what too few of them cost. With one side alone the
 * answer is none or as many as there are.
 */
export function arePriced({ instancePerHour, lostBooking, waitingPerHour }: Prices): boolean {
  return instancePerHour !== null && (lostBooking !== null || waitingPerHour !== null)
}
