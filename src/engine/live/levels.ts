import { msToSec, secToMs } from '../../core/units.ts'
import { ClientTimerIds, type LiveState } from '../client/state.ts'

/** Hands the recorder each timeline bucket's mean levels, as the visitors see them, as it closes. */
export class Levels {
  private readonly state: LiveState
  private readonly widthMs: number
  private bucket = 0
  private bucketStartMs = 0
  private sinceMs = 0
  private waitingMs = 0
  private insideMs = 0
  private waiting = 0
  private inside = 0
  private polls = 0

  constructor(state: LiveState, fromMs: number) {
    const { bucketSec, speed } = state.inputs.window
    this.state = state
    this.widthMs = secToMs(bucketSec) / speed
    this.sinceMs = fromMs
    // Buckets that were over before the run began stay empty.
    this.bucket = Math.floor(fromMs / this.widthMs)
    this.bucketStartMs = this.bucket * this.widthMs
    state.wheel.schedule(ClientTimerIds.bucket, this.bucketStartMs + this.widthMs)
  }

  /**
   * Takes the levels up to now into account; often enough, they need not be told of each change. In
   * between they are taken to have gone in a straight line.
   */
  look(nowMs: number): void {
    const { waiting, inside } = this.state
    const halfMs = (nowMs - this.sinceMs) / 2
    this.sinceMs = nowMs
    this.waitingMs += (this.waiting + waiting) * halfMs
    this.insideMs += (this.inside + inside) * halfMs
    this.waiting = waiting
    this.inside = inside
  }

  /** Nobody is left, and nobody will come: the rest of the bucket is empty. */
  closeEmpty(nowMs: number, endsAtMs: number): void {
    this.look(nowMs)
    this.close(Math.min(this.bucketStartMs + this.widthMs, endsAtMs))
  }

  /** The bucket is over. */
  close(nowMs: number): void {
    this.look(nowMs)
    const { state, bucket, widthMs } = this
    const { window, recorder } = state.inputs
    const spanMs = Math.min(nowMs - this.bucketStartMs, widthMs)
    if (spanMs <= 0 || bucket >= window.buckets) return
    const { polls } = state.tally
    const pollsPerSec = (polls - this.polls) / msToSec(spanMs)
    recorder.levels(bucket, this.waitingMs / spanMs, this.insideMs / spanMs, pollsPerSec, 0)
    this.waitingMs = 0
    this.insideMs = 0
    this.polls = polls
    this.bucket++
    this.bucketStartMs += widthMs
    if (this.bucket < window.buckets) {
      state.wheel.schedule(ClientTimerIds.bucket, this.bucketStartMs + widthMs)
    }
  }
}
