import { minutesToSec, msToSec } from '../core/units.ts'
import { decodeHistogram } from '../record/codec.ts'
import { medianOf, waitLayout } from '../record/histogram.ts'
import type { RunRecord } from '../record/run.ts'
import { isoEpochMs } from '../scenario/clock.ts'
import type { TurnsCalled } from './admission.ts'
import type { ArrivalCounts } from './arrival-bins.ts'
import type { AfterFailure } from './reentry.ts'
import { Waits } from '../logs/waits.ts'

/** What can be fitted of a run's record. */
export interface RunEvidence {
  /** First tickets, seconds after the opening. */
  readonly arrivals: ArrivalCounts
  readonly tickets: number
  /** `null` where a halt threw tickets away: who was cut off did not give up. */
  readonly waits: Waits | null
  readonly turns: TurnsCalled | null
  /** Mean instances while turns were called. */
  readonly instances: number | null
  readonly afterFailure: AfterFailure | null
}

export function runEvidence(run: RunRecord): RunEvidence {
  const { timeline, header, events, summary } = run
  const hasHalt = events.some(({ kind, performed }) => kind === 'halt' && performed)
  const openingSec = msToSec(isoEpochMs(header.opensAt) ?? 0)
  const counts = timeline.arrivals.map((count, i) =>
    Math.max(0, count - (timeline.reentries[i] ?? 0)),
  )
  const { turns, instances } = turnsOf(run)
  const { refused, timedOut, failed, dropped, ineligible } = summary.visitors
  return {
    arrivals: {
      fromSec: timeline.startSec - openingSec,
      widthSec: timeline.bucketSec,
      counts,
      leftOut: [],
    },
    tickets: counts.reduce((sum, count) => sum + count, 0),
    waits: hasHalt ? null : waitsOf(run),
    turns,
    instances,
    // After a halt people come back whether anything failed or not.
    afterFailure: hasHalt
      ? null
      : {
          ended: refused + timedOut + failed + dropped + ineligible,
          reentered: summary.visitors.reentries,
          delaySec: null,
        },
  }
}

/**
 * The admitted are censored; of the others, who came and waited until the run's end was still waiting,
 * the rest gave up. Histograms are by the time of entry.
 */
function waitsOf({ timeline }: RunRecord): Waits {
  const waits = new Waits()
  const { bucketSec, histograms } = timeline
  const endSec = timeline.arrivals.length * bucketSec
  for (const [name, end] of [
    ['admittedWaitMs', 'admitted'],
    ['censoredWaitMs', 'left'],
  ] as const) {
    for (const [bucket, text] of (histograms[name] ?? []).entries()) {
      if (text === '') continue
      const histogram = decodeHistogram(text, waitLayout)
      for (let i = histogram.next(0); i >= 0; i = histogram.next(i + 1)) {
        const sec = msToSec(medianOf(i))
        const isToTheEnd = (bucket + 1) * bucketSec + sec * 1.001 >= endSec - bucketSec
        waits.add(sec, end === 'left' && isToTheEnd ? 'waiting' : end, histogram.counts[i] ?? 0)
      }
    }
  }
  return waits
}

const stretchSec = 10

/** Turns called a second over stretches in which people waited throughout, until the first halt. */
function turnsOf({ timeline, header, events, summary }: RunRecord): {
  turns: TurnsCalled | null
  instances: number | null
} {
  const { bucketSec, waiting, admitted, startSec } = timeline
  const halt = events.find(({ kind, performed }) => kind === 'halt' && performed)
  const untilSec = halt === undefined ? Infinity : msToSec(isoEpochMs(halt.at) ?? 0) - startSec
  const width = Math.max(1, Math.round(stretchSec / bucketSec))
  const perSec: number[] = []
  let instances = 0
  for (let i = 0; i + width <= admitted.length && (i + width) * bucketSec <= untilSec; i += width) {
    const turns = admitted.slice(i, i + width)
    const mean = turns.reduce((sum, count) => sum + count, 0) / width
    // A line that never ran dry: people for three buckets more were waiting in each.
    const level = Math.min(...waiting.slice(Math.max(0, i - 1), i + width + 1))
    if (mean === 0 || level < 3 * mean) continue
    perSec.push(mean / bucketSec / header.population)
    instances += timeline.instances[i] ?? 0
  }
  if (perSec.length === 0) return { turns: null, instances: null }
  // Only where people waited through the whole of the first minute.
  const openingSec = msToSec(isoEpochMs(header.opensAt) ?? 0)
  const first = Math.max(0, Math.floor((openingSec - startSec) / bucketSec))
  const minute = waiting.slice(first + 1, first + Math.ceil(minutesToSec(1) / bucketSec) + 1)
  const { admitPerSec } = summary.opening
  const isFull =
    minute.length > 0 &&
    minute.every((level) => level > 0) &&
    openingSec + 60 <= startSec + untilSec
  const openingPerSec = isFull && admitPerSec !== null ? admitPerSec / header.population : null
  return {
    turns: { perSec, stretchSec: width * bucketSec, openingPerSec },
    instances: instances / perSec.length,
  }
}
