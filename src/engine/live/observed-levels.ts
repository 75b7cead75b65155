import type { Recorder } from '../../record/recorder.ts'
import { BucketMeans } from './bucket-means.ts'
import type { Observation } from './observation.ts'

type Level = 'waiting' | 'inside' | 'instances'

/** What the engine itself knows of a bucket's levels. */
export type OwnLevels = Readonly<Record<Level | 'pollsPerSec', (bucket: number) => number>>

/**
 * The server's side of the timeline: looks at its metrics folded into means over buckets, each look
 * holding until the next. All times are wall milliseconds after the timeline's start.
 */
export class ObservedLevels {
  private readonly buckets: number
  private readonly levels: Readonly<Record<Level, BucketMeans>>
  private readonly stations: readonly Readonly<Record<'busy' | 'queued' | 'slots', BucketMeans>>[]

  constructor(options: { buckets: number; bucketMs: number; stations: number }) {
    const means = () => new BucketMeans(options)
    this.buckets = options.buckets
    this.levels = { waiting: means(), inside: means(), instances: means() }
    this.stations = Array.from({ length: options.stations }, () => ({
      busy: means(),
      queued: means(),
      slots: means(),
    }))
  }

  /** A figure that was not seen stays what it was. */
  tell(atMs: number, { stations, ...levels }: Observation): void {
    for (const level of ['waiting', 'inside', 'instances'] as const) {
      const value = levels[level]
      if (value !== null) this.levels[level].tell(atMs, value)
    }
    stations.forEach((station, s) => {
      if (station === null) return
      const means = this.stations[s]!
      means.busy.tell(atMs, station.busy)
      means.queued.tell(atMs, station.queued)
      means.slots.tell(atMs, station.slots)
    })
  }

  /**
   * Writes what was seen up to `untilMs`, once, at the end. What was never seen is the engine's own;
   * of stations it knows nothing, and theirs stay 0.
   */
  write(recorder: Pick<Recorder, 'levels' | 'station'>, untilMs: number, own: OwnLevels): void {
    const pick = (level: Level): ((bucket: number) => number) => {
      if (!this.levels[level].isKnown) return own[level]
      const means = this.levels[level].means(untilMs)
      return (bucket) => means[bucket]!
    }
    const waiting = pick('waiting')
    const inside = pick('inside')
    const instances = pick('instances')
    for (let b = 0; b < this.buckets; b++) {
      recorder.levels(b, waiting(b), inside(b), own.pollsPerSec(b), instances(b))
    }
    this.stations.forEach((station, s) => {
      if (!station.busy.isKnown) return
      const busy = station.busy.means(untilMs)
      const queued = station.queued.means(untilMs)
      const slots = station.slots.means(untilMs)
      for (let b = 0; b < this.buckets; b++) {
        const use = slots[b]! > 0 ? busy[b]! / slots[b]! : 0
        recorder.station(b, s, busy[b]!, queued[b]!, use)
      }
    })
  }
}
