import { secToMs } from '../../core/units.ts'
import { SimTimer } from './state.ts'
import type { World } from './world.ts'

/** Hands the recorder each timeline bucket's mean levels as the bucket closes. */
export class BucketLevels {
  private bucket = 0
  private startMs = 0
  private readonly world: World
  private readonly widthMs: number

  constructor(world: World) {
    const { bucketSec, speed } = world.state.window
    this.world = world
    this.widthMs = secToMs(bucketSec) / speed
    world.state.wheel.schedule(SimTimer.bucket, this.widthMs)
  }

  close(nowMs: number): void {
    const { bucket } = this
    const { state } = this.world
    const { servers } = this.world.pages
    const spanMs = nowMs - this.startMs
    if (spanMs <= 0 || bucket >= state.window.buckets) return
    const polls = state.halted ? 0 : state.gate.pollsPerSec(state.ratePerSec())
    const { waiting, inside } = state.takeMeans(spanMs)
    state.recorder.levels(bucket, waiting, inside, polls, state.halted ? 0 : state.instances)
    servers.stations.forEach((station, s) => {
      const { busy, queue } = station.takeMeans(nowMs, spanMs)
      state.recorder.station(bucket, s, busy, queue, busy / servers.slotsUp(station))
    })
    this.bucket++
    this.startMs = nowMs
    state.wheel.schedule(SimTimer.bucket, nowMs + this.widthMs)
  }
}
