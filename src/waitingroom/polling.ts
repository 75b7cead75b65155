/** How often a waiting room tells those in line to come back. */
export interface PollPlan {
  /** Seconds between polls near the front and at the back. */
  readonly frontSec: number
  readonly backSec: number
  /** The interval at the back is stretched up to this, so as to keep polls within the capacity. */
  readonly maxTtlSec: number
  /** Polls a second; Infinity: unbounded. */
  readonly capacityPerSec: number
}

export interface LineLength {
  /** Tickets ahead of the one that asks. */
  readonly ahead: number
  /** Tickets in line. */
  readonly waiting: number
  /** Turns called a second; 0 where places decide. */
  readonly ratePerSec: number
}

/**
 * Seconds until the next poll (`ttl`): the front interval F for whoever's turn comes within one back
 * interval B, else B, or as much longer as the capacity C wants, (waiting − front)/C. Of those in
 * line, r·(B + F)/2 poll at the front interval at a rate r, or all of them in a line shorter than
 * r·B: the same reckoning as the simulator's.
 */
export function pollIntervalSec(plan: PollPlan, line: LineLength): number {
  const { frontSec, backSec, maxTtlSec, capacityPerSec } = plan
  const { ahead, waiting, ratePerSec } = line
  if (ahead < ratePerSec * backSec) return frontSec
  const atFront = Math.min(waiting, (ratePerSec * (backSec + frontSec)) / 2)
  const neededSec = (waiting - atFront) / capacityPerSec
  return Math.min(Math.max(neededSec, backSec), Math.max(maxTtlSec, backSec))
}
