import type { RunWindow } from '../window.ts'

/**
 * When the booking pages take visitors in: from the opening of the gate (an early one counts) but
 * for the halts. Times are wall ms after the window's start.
 */
export class DoorHours {
  private readonly spans: { fromMs: number; toMs: number }[] = []

  constructor({ opensAtMs, events }: Pick<RunWindow, 'opensAtMs' | 'events'>) {
    const openings = events.filter(({ timed }) => timed.event.kind === 'open-early')
    const firstMs = Math.min(opensAtMs, ...openings.map(({ atMs }) => atMs))
    let fromMs = firstMs
    for (const { atMs, timed } of events) {
      const { kind } = timed.event
      if (kind === 'resume') fromMs = Math.max(firstMs, atMs)
      if (kind !== 'halt') continue
      if (atMs > fromMs) this.spans.push({ fromMs, toMs: atMs })
      fromMs = Infinity
    }
    if (fromMs < Infinity) this.spans.push({ fromMs, toMs: Infinity })
  }

  /**
   * When `openMs` of open time have passed since `sinceMs`; never the very instant at which a halt
   * begins, and Infinity if a halt without a resume comes before.
   */
  after(sinceMs: number, openMs: number): number {
    let leftMs = openMs
    for (const span of this.spans) {
      const startMs = Math.max(sinceMs, span.fromMs)
      if (startMs + leftMs < span.toMs) return startMs + leftMs
      leftMs = Math.max(0, leftMs - Math.max(0, span.toMs - startMs))
    }
    return Infinity
  }
}
