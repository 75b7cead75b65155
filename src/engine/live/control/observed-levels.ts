import { roundedLevels } from '../../../record/finish.ts'
import type { Recorder } from '../../../record/recorder.ts'
import { BucketMeans } from './bucket-means.ts'
import type { ObservedQueues } from '../../../record/run.ts'
import type { Observation } from './observation.ts'

type Level = 'waiting' | 'inside' | 'instances'

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
   * Writes stations and instances as they were seen up to `untilMs`, once, at the end; what was never
   * seen stays as it is. Gives the numbers in line and inside, which stand beside the visitors' own.
   */
  write(recorder: Pick<Recorder, 'level' | 'station'>, untilMs: number): ObservedQueues {
    const { waiting, inside, instances } = this.levels
    if (instances.isKnown) {
      instances.means(untilMs).forEach((mean, b) => recorder.level('instances', b, mean))
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
    return {
      waiting: waiting.isKnown ? roundedLevels(waiting.means(untilMs)) : null,
      inside: inside.isKnown ? roundedLevels(inside.means(untilMs)) : null,
    }
  }
}
