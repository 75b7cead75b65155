/** What was seen of the stack in one window of time. */
export interface Sight {
  /** Visitors who went in. */
  readonly entered: number
  readonly asked: number
  readonly failed: number
  /** Visitors inside at its end. */
  readonly inside: number
  /** Of each station, mean slots busy and mean queue. */
  readonly stations: readonly { readonly busy: number; readonly queue: number }[]
}

/** How far two windows may be apart, as shares; a rise is watched more closely than a fall. */
const RISE = 0.12
const FALL = 0.25
/** Standard deviations of a count that chance may explain. */
const CHANCE = 2.5

/** Visitors inside, more or fewer, that say nothing. */
const FEW = 15
/** Where so many requests fail the stack gives nothing, whatever comes. */
const LOST = 0.95

/** Whether the stack has broken down altogether. */
export function isLost({ asked, failed }: Sight): boolean {
  return failed > LOST * asked
}

/** Whether nothing but chance, or a slow decline, lies between two windows of one length. */
export function isSteady(before: Sight, after: Sight): boolean {
  if (!isNear(before.entered, after.entered)) return false
  if (!isNear(before.inside, after.inside, FEW)) return false
  if (!sameShare(before, after)) return false
  return after.stations.every(({ busy, queue }, s) => {
    const earlier = before.stations[s]!
    // Waiting requests fluctuate more than those in service, of which they are a part in what is felt.
    const slack = 2 + 0.05 * (busy + earlier.busy)
    return isNear(earlier.busy, busy) && isNear(earlier.queue, queue, slack)
  })
}

function isNear(before: number, after: number, slack = 0): boolean {
  const chance = CHANCE * Math.sqrt(before + after) * 0.7 + slack
  return after <= before * (1 + RISE) + chance && after >= before * (1 - FALL) - chance
}

/** Shares of failed requests; the nearer to none or all, the closer they must be. */
function sameShare(before: Sight, after: Sight): boolean {
  const a = before.failed / Math.max(1, before.asked)
  const b = after.failed / Math.max(1, after.asked)
  const mean = (a + b) / 2
  return Math.abs(a - b) <= 0.004 + 0.15 * Math.min(mean, 1 - mean)
}
