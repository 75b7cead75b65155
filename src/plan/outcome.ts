import { secToHours } from '../core/units.ts'
import { nobodyQueued } from '../record/figures.ts'
import type { SloResult, Summary, TimelineLevels } from '../record/run.ts'

/** What a plan keeps of one simulated opening: a few numbers, so that thousands fit in memory. */
export interface Outcome {
  /** In the order of the scenario's `slo`. */
  readonly slo: readonly Pick<SloResult, 'ok' | 'observed'>[]
  /** See `collapseOf`; `untilSec` is the end of the stretch, seconds after the opening. */
  readonly collapsed: boolean
  readonly collapseUntilSec: number | null
  /** Kaplan–Meier over all who queued. */
  readonly waitSecP95: number | null
  /** From the opening until nobody waits; `null` if not before the end. */
  readonly drainSec: number | null
  /** Bookings a second until then, or until the end. */
  readonly goodputPerSec: number
  readonly booked: number
  /** People who came and did not book. */
  readonly lost: number
  /** Hours that people waited, all together; a person's tickets wait side by side. */
  readonly waitingHours: number
  /** Of the tickets that were drawn. */
  readonly abandonShare: number
  /** Of those who came to the booking pages, how many had not been let in. */
  readonly pastGateShare: number
  readonly busiest: { readonly station: string; readonly utilisation: number } | null
}

/** What an outcome is taken from. */
export interface Judged {
  readonly summary: Summary
  readonly timeline: TimelineLevels
  /** The opening, epoch seconds. */
  readonly opensAtSec: number
  readonly slo: readonly Pick<SloResult, 'ok' | 'observed'>[]
}

export function outcomeOf(run: Judged): Outcome {
  const { summary, timeline, opensAtSec } = run
  const { visitors, people, collapse } = summary
  const drainSec = drainSecOf(timeline, opensAtSec)
  const inside = visitors.admitted + visitors.bypassed
  const perTicket = people.came / Math.max(1, visitors.arrived)
  const waitedHours = secToHours(sum(timeline.waiting) * timeline.bucketSec)
  return {
    slo: run.slo.map(({ ok, observed }) => ({ ok, observed })),
    collapsed: isCollapse(collapse, windowSecOf(timeline, opensAtSec)),
    collapseUntilSec: collapse === null ? null : collapse.toSec - opensAtSec,
    waitSecP95: nobodyQueued(visitors) ? 0 : summary.waitSec.p95,
    drainSec,
    goodputPerSec: goodputOf(timeline, opensAtSec, drainSec),
    booked: people.booked,
    lost: Math.max(0, people.came - people.booked),
    waitingHours: waitedHours * perTicket,
    abandonShare: visitors.abandoned / Math.max(1, visitors.arrived),
    pastGateShare: visitors.bypassed / Math.max(1, inside),
    busiest: busiestOf(timeline),
  }
}

/** A stretch in which most requests fail is a collapse from ten minutes on, in a short run sooner. */
const collapseSec = 600

/** What counts as a collapse in a run of so many seconds after the opening. */
export function minCollapseSec(windowSec: number): number {
  return Math.min(collapseSec, windowSec / 4)
}

/**
 * Whether the longest stretch in which at least half of all requests failed (`summary.collapse`)
 * lasted ten minutes, or a quarter of a run that is shorter than forty. A brief one is a hiccup that
 * the system digests; the record's own minute would count those too.
 */
export function isCollapse(collapse: Summary['collapse'], windowSec: number): boolean {
  return collapse !== null && collapse.toSec - collapse.fromSec >= minCollapseSec(windowSec)
}

/** Below this share of the longest line, or one ticket, nobody is said to wait. */
const emptyShare = 0.001

/**
 * From the opening until the waiting room is empty again: the start of the first bucket after the
 * longest line with less than a thousandth of it, or than one ticket. 0 where nobody ever waited.
 */
export function drainSecOf(timeline: TimelineLevels, opensAtSec: number): number | null {
  const { waiting, startSec, bucketSec } = timeline
  const peak = waiting.reduce((most, value) => Math.max(most, value), 0)
  if (peak < 1) return 0
  const limit = Math.max(1, emptyShare * peak)
  const at = waiting.indexOf(peak)
  const empty = waiting.findIndex((value, b) => b > at && value < limit)
  return empty < 0 ? null : Math.max(0, startSec + empty * bucketSec - opensAtSec)
}

function windowSecOf(
  { startSec, bucketSec, arrivals }: TimelineLevels,
  opensAtSec: number,
): number {
  return startSec + arrivals.length * bucketSec - opensAtSec
}

function goodputOf(timeline: TimelineLevels, opensAtSec: number, drainSec: number | null): number {
  const { booked, startSec, bucketSec } = timeline
  const first = Math.max(0, Math.floor((opensAtSec - startSec) / bucketSec))
  const isDrained = drainSec !== null && drainSec > 0
  const last = isDrained
    ? Math.ceil((opensAtSec + drainSec - startSec) / bucketSec)
    : timeline.booked.length
  const sec = Math.max(1, last - first) * bucketSec
  return sum(booked.slice(first, last)) / sec
}

function busiestOf({ stations }: TimelineLevels): Outcome['busiest'] {
  let busiest: Outcome['busiest'] = null
  for (const [station, { utilisation }] of Object.entries(stations)) {
    const most = utilisation.reduce((high, value) => Math.max(high, value), 0)
    if (busiest === null || most > busiest.utilisation) busiest = { station, utilisation: most }
  }
  return busiest
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
