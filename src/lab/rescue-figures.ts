import { msToSec } from '../core/units.ts'
import type { RunRecord } from '../record/run.ts'
import { invalidTexts } from '../report/verdict-words.ts'
import { clockSec } from '../scenario/clock.ts'

/** What a run of the scenario `rescue` says of the collapse and of the rescue. */
export interface CollapseFigures {
  readonly isValid: boolean
  readonly reasons: readonly string[]
  /** Bookings a wall second over the last ten minutes before the halt, and as a share of capacity. */
  readonly goodputPerSec: number
  readonly goodputOfCapacity: number
  /** Over the same ten minutes. */
  readonly requestErrorShare: number | null
  /** Most at once after the resume, and at the end. */
  readonly maxWaitingAfterResume: number
  readonly waitingAtEnd: number
  readonly bookedAfterResume: number
  readonly bypassed: number
}

/** Local clock of what the scenario's timeline says. */
const clock = { haltAt: '20:20', resumeAt: '20:40' } as const
const lookSec = 600
/** Threads of four servers, over the seconds for which a booking's three requests hold one. */
const bookingsPerSec = (4 * 2) / (0.31 + 0.31 + 0.37)

export function collapseOf({ header, verdict, summary, timeline }: RunRecord): CollapseFigures {
  const opensSec = msToSec(Date.parse(header.opensAt))
  const bucketOf = (text: string): number =>
    Math.floor(
      (opensSec + (clockSec(text, header.opensAt) ?? 0) - timeline.startSec) / timeline.bucketSec,
    )
  const halt = bucketOf(clock.haltAt)
  const resume = bucketOf(clock.resumeAt)
  const from = halt - Math.round(lookSec / timeline.bucketSec)
  const sum = (flow: readonly number[], first: number, end = flow.length): number =>
    flow.slice(first, end).reduce((total, n) => total + n, 0)
  const goodputPerSec = (sum(timeline.booked, from, halt) * header.speed) / lookSec
  const requests = sum(timeline.requests, from, halt)
  return {
    isValid: verdict.valid,
    reasons: invalidTexts(verdict),
    goodputPerSec,
    goodputOfCapacity: goodputPerSec / bookingsPerSec,
    requestErrorShare: requests > 0 ? sum(timeline.requestErrors, from, halt) / requests : null,
    maxWaitingAfterResume: Math.max(...timeline.waiting.slice(resume)),
    waitingAtEnd: timeline.waiting.at(-1) ?? 0,
    bookedAfterResume: sum(timeline.booked, resume),
    bypassed: summary.visitors.bypassed,
  }
}
