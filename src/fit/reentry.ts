import { wilson } from '../statistics/binomial.ts'
import { chooseRounded } from './binned-fit.ts'
import type { DataSource } from './data-source.ts'
import type { Fitted } from './estimate.ts'
import type { GapReason } from './gap.ts'
import type { LogEvidence } from '../logs/request-log.ts'
import { estimate } from './numbers.ts'
import { seenThrough } from './seen-through.ts'

/** Tickets that ended in a failure, those of them whose holder drew another, and after how long. */
export interface AfterFailure {
  readonly ended: number
  readonly reentered: number
  /** `null` where only how many is known. */
  readonly delaySec: ArrayLike<number> | null
}

/**
 * What a log tells of it: failures that were not tried again, and those of their clients that drew a
 * new ticket. `null` without clients, or an entry: nothing tells a ticket drawn anew from a page asked
 * for again. Failures so late that it would not be seen are left out.
 */
export function afterFailureOf({
  failures,
  clients,
  entry,
  lastMs,
}: Pick<LogEvidence, 'failures' | 'clients' | 'entry' | 'lastMs'>): AfterFailure | null {
  if (entry === null || clients === null) return null
  const { endMs, pauseSec, reentrySec } = failures
  const isKnown = (sec: number | undefined) => sec !== undefined && !Number.isNaN(sec)
  const ends = seenThrough(endMs, reentrySec, lastMs).filter((i) => !isKnown(pauseSec[i]))
  const delaySec = ends.flatMap((i) => (isKnown(reentrySec[i]) ? [reentrySec[i] ?? 0] : []))
  return { ended: ends.length, reentered: delaySec.length, delaySec }
}

const minEnds = 20
const path = 'behaviour.reenter'

/** Who comes again with a new ticket after a failure, and when. */
export function fitReentry(after: AfterFailure | null, from: DataSource): Fitted {
  const none: Fitted = { estimates: [], settings: {}, notIdentified: [], pictures: [] }
  if (after === null || after.ended < minEnds) {
    const reason: GapReason =
      after === null
        ? { code: 'ReentryUnseen' }
        : { code: 'FewFailedTickets', failed: after.ended, needed: minEnds }
    return { ...none, notIdentified: [{ path, ...reason }] }
  }
  const { ended, delaySec } = after
  const reentered = Math.min(ended, after.reentered)
  const { low, high } = wilson({ successes: reentered, trials: ended }, 0.9)
  const ofTickets = { from, basis: { code: 'FailedTickets', failed: ended } as const, count: ended }
  const share = { low, mid: reentered / ended, high }
  const probability = estimate(`${path}.probability`, share, ofTickets)
  const delays = delaySec === null ? [] : Array.from(delaySec)
  const chosen = delays.length < minEnds ? null : chooseRounded(delays, 1)
  if (chosen === null) {
    const few = { code: 'FewReentries', reentries: reentered, needed: minEnds } as const
    const notIdentified = reentered === 0 ? [] : [{ path: `${path}.delaySec`, ...few }]
    return { ...none, estimates: [probability], notIdentified }
  }
  const distribution = chosen.dist.dist
  const basis = { code: 'ReentryDelays', reentries: delays.length, distribution } as const
  const estimates = Object.entries(chosen.parameters).map(([name, found]) =>
    estimate(`${path}.delaySec.${name}`, found, { from, basis, count: delays.length }),
  )
  return {
    ...none,
    estimates: [probability, ...estimates],
    settings: { [`${path}.delaySec`]: { dist: distribution } },
  }
}
