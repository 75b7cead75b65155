import { addEncoded } from '../record/codec.ts'
import { Histogram, latencyLayout } from '../record/histogram.ts'
import type { Recorder } from '../record/recorder.ts'
import type { RunRecord } from '../record/run.ts'

/** What estimates look at, of a run that was recorded or of one that was simulated a moment ago. */
export interface MeasuredRun {
  readonly bucketSec: number
  readonly requests: ArrayLike<number>
  readonly responseUs: (from: number, to: number) => Histogram
  /** In the order of the scenario. */
  readonly stations: readonly StationLevels[]
}

interface StationLevels {
  /** Mean busy slots and queue of a bucket. */
  readonly busy: ArrayLike<number>
  readonly queue: ArrayLike<number>
}

export function ofRecord({ timeline }: RunRecord, stations: readonly string[]): MeasuredRun {
  const texts = timeline.histograms['responseUs'] ?? []
  const none = { busy: [], queue: [] }
  return {
    bucketSec: timeline.bucketSec,
    requests: timeline.requests,
    responseUs: (from, to) => {
      const histogram = new Histogram(latencyLayout)
      for (const text of texts.slice(from, to)) if (text !== '') addEncoded(text, histogram)
      return histogram
    },
    stations: stations.map((name) => timeline.stations[name] ?? none),
  }
}

export function ofRecorder({ tallies }: Recorder): MeasuredRun {
  const { options, flows, series, stations } = tallies
  return {
    bucketSec: options.bucketSec,
    requests: flows.requests,
    responseUs: (from, to) => series.responseUs.mergeRange(from, to),
    stations,
  }
}
