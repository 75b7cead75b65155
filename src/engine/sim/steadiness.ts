/** What was seen of the stack in one window of time. */
export interface WindowSample {
  /** Visitors who went in. */
  readonly entered: number
  readonly asked: number
  readonly failed: number
  /** Visitors inside at its end. */
  readonly inside: number
  /** Longest time that a station's queue would have taken at the rate of requests, ms. */
  readonly delayMs: number
  /** Of each station, mean slots busy and mean queue. */
  readonly stations: readonly { readonly busy: number; readonly queue: number }[]
}

/** How far two windows may be apart, as shares; a rise is watched more closely than a fall. */
const RISE = 0.12
const FALL = 0.25
/** Standard deviations of a count that chance may explain. */
const CHANCE = 2.5

/**
 * Where a queue has come to this share of the shortest timeout, chance alone may tip the stack over
 * before long: no skip must take the chance away. A queue's peaks are exponentially distributed, so
 * one ten times as high as the highest of twenty looks is not to be expected in any run.
 */
const TIPPING = 0.1
/** Where more requests fail, but not most, a stack is neither well nor lost. */
const FAILING = 0.02

/** Whether the stack may soon be in another state than now, without any change of the load. */
export function isFickle({ asked, failed, delayMs }: WindowSample, timeoutMs: number): boolean {
  if (failed > HALF * asked) return false
  return failed > FAILING * asked || delayMs > TIPPING * timeoutMs
}

/** Visitors inside, more or fewer, that say nothing. */
const FEW = 15
/** Where so many requests fail the stack gives nothing, whatever comes. */
const LOST = 0.95
const HALF = 0.5

/** Whether the stack has broken down altogether. */
export function isLost({ asked, failed }: WindowSample): boolean {
  return failed > LOST * asked
}

/** A queue that shrinks below this share of what it was, and by more than chance, drains. */
const FULL = 0.98

/** Whether a stack that was lost gives nothing at a lower load either, and is not about to recover. */
export function staysLost(before: WindowSample, after: WindowSample): boolean {
  return isLost(before) && isLost(after) && !isDraining(before, after)
}

/** Whether a queue is on its way down: once it is short enough, requests are answered in time again. */
function isDraining(before: WindowSample, after: WindowSample): boolean {
  return after.stations.some(({ queue }, s) => {
    const earlier = before.stations[s]!.queue
    return queue < FULL * earlier - FEW - chanceOf(queue + earlier) / CHANCE
  })
}

/** Whether nothing but chance, or a slow decline, lies between two windows of one length. */
export function isSteady(before: WindowSample, after: WindowSample): boolean {
  const { entered, inside, stations } = after
  if (isLost(before) && isLost(after)) {
    if (isDraining(before, after)) return false
    if (entered > before.entered) return entered < 2 * before.entered
  }
  if (!isNear(before.entered, entered, chanceOf(before.entered + entered))) return false
  if (!isNear(before.inside, inside, FEW + chanceOf(before.inside + inside))) return false
  if (!sameShare(before, after)) return false
  // What is in service fluctuates as those do who came.
  const share = chanceOf(before.entered + entered) / Math.max(1, entered)
  return stations.every(({ busy, queue }, s) => {
    const earlier = before.stations[s]!
    // The number of waiting requests fluctuates more than the number in service.
    const slack = 2 + 0.05 * (busy + earlier.busy) + chanceOf(queue + earlier.queue)
    return isNear(earlier.busy, busy, 1 + share * busy) && isNear(earlier.queue, queue, slack)
  })
}

/** What chance may do to the difference of two counts that are `sum` together. */
function chanceOf(sum: number): number {
  return CHANCE * 0.7 * Math.sqrt(sum)
}

function isNear(before: number, after: number, chance: number): boolean {
  return after <= before * (1 + RISE) + chance && after >= before * (1 - FALL) - chance
}

/** Shares of failed requests; the nearer to none or all, the closer they must be. */
function sameShare(before: WindowSample, after: WindowSample): boolean {
  const a = before.failed / Math.max(1, before.asked)
  const b = after.failed / Math.max(1, after.asked)
  const mean = (a + b) / 2
  return Math.abs(a - b) <= 0.004 + 0.15 * Math.min(mean, 1 - mean)
}
