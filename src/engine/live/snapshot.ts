import { msToSec, usToMs } from '../../core/units.ts'
import { Histogram, latencyLayout } from '../../record/histogram.ts'
import type { LiveProgress } from './live-worker.ts'

/** Where a rehearsal stands: the workers' reports together. */
export interface LiveSnapshot extends Omit<LiveProgress, 'recentUs' | 'atMs'> {
  /** Wall ms of the window. */
  readonly atMs: number
  /** Scenario seconds after the opening. */
  readonly atSec: number
  /** Of the last second or so; `null` where nothing was answered. */
  readonly responseMs: {
    readonly p50: number | null
    readonly p95: number | null
    readonly p99: number | null
  }
  /** Over the same time, a wall second. */
  readonly perSec: Readonly<Record<Counted, number>>
}

const counted = ['arrived', 'booked', 'requests', 'requestErrors', 'polls', 'sent'] as const
type Counted = (typeof counted)[number]
const summed = [
  ...counted,
  'waiting',
  'inside',
  'errorEnds',
  'gateCalls',
  'gateErrors',
  'inFlight',
  'connections',
  'droppedGenerator',
  'droppedCeiling',
] as const
type Summed = (typeof summed)[number]

interface Reading {
  readonly atMs: number
  readonly sums: Record<Summed, number>
}

/** Rates and latencies are of the time since the oldest reading kept, at least this long ago. */
const spanMs = 1000

/** Folds reports into snapshots: counts add up, histograms merge, nothing is averaged. */
export class Snapshots {
  private readonly window: { readonly opensAtMs: number; readonly speed: number }
  private readonly readings: Reading[] = []
  private readonly recent: { atMs: number; pairs: readonly number[] }[] = []

  constructor(window: { readonly opensAtMs: number; readonly speed: number }) {
    this.window = window
  }

  /** `newest` is the report that has just come in; `all` the latest of each worker. */
  fold(all: readonly LiveProgress[], newest: LiveProgress): LiveSnapshot {
    const { opensAtMs, speed } = this.window
    const atMs = Math.max(...all.map((progress) => progress.atMs))
    const sums = Object.fromEntries(
      summed.map((name) => [name, all.reduce((sum, progress) => sum + progress[name], 0)]),
    ) as Record<Summed, number>
    this.readings.push({ atMs, sums })
    while ((this.readings[1]?.atMs ?? Infinity) <= atMs - spanMs) this.readings.shift()
    this.recent.push({ atMs: newest.atMs, pairs: newest.recentUs })
    while ((this.recent[0]?.atMs ?? Infinity) < atMs - spanMs) this.recent.shift()
    const oldest = this.readings[0]
    const sinceSec = oldest === undefined ? 0 : msToSec(atMs - oldest.atMs)
    const rate = (name: Counted) =>
      oldest === undefined || sinceSec <= 0 ? 0 : (sums[name] - oldest.sums[name]) / sinceSec
    return {
      ...sums,
      atMs,
      atSec: msToSec((atMs - opensAtMs) * speed),
      latenessMsP99: Math.max(...all.map(({ latenessMsP99 }) => latenessMsP99)),
      responseMs: this.responseMs(),
      perSec: Object.fromEntries(counted.map((name) => [name, rate(name)])) as Record<
        Counted,
        number
      >,
    }
  }

  private responseMs(): LiveSnapshot['responseMs'] {
    const merged = new Histogram(latencyLayout)
    for (const { pairs } of this.recent) {
      for (let i = 0; i < pairs.length; i += 2) merged.recordAt(pairs[i]!, pairs[i + 1])
    }
    const [p50, p95, p99] = merged
      .quantiles([0.5, 0.95, 0.99])
      .map((us) => (us === null ? null : usToMs(us)))
    return { p50: p50 ?? null, p95: p95 ?? null, p99: p99 ?? null }
  }
}
