/** How the load has changed since the stack stands still. */
export type Change = 'none' | 'rise' | 'fall'

/** A skip ends where the load rises or falls by more, as a share. */
const RISE = 0.12
const FALL = 0.25
/** A stack that has broken down gets no worse, and may recover at a somewhat lower load. */
const LOST_RISE = 1
const LOST_FALL = 0.15
/** A bundle more or less in a span says nothing. */
const SLACK_BUNDLES = 1.5

/** What the load is held against. */
export interface Base {
  readonly requestsPerMs: number
  readonly requestsPerBundle: number
  /** Most requests fail, whatever comes. */
  readonly isLost: boolean
}

/** Watches the requests to be expected of those who go in, over the last one, two and four spans. */
export class LoadWatch {
  private readonly spanMs: number
  private readonly base: Base
  private fromMs: number
  private requests = 0
  private readonly spans: { lengthMs: number; requests: number }[] = []

  constructor(fromMs: number, spanMs: number, base: Base) {
    this.fromMs = fromMs
    this.spanMs = spanMs
    this.base = base
  }

  /** So many requests more until now. */
  add(requests: number, nowMs: number): Change {
    this.requests += requests
    if (nowMs - this.fromMs < this.spanMs) return 'none'
    this.spans.push({ lengthMs: nowMs - this.fromMs, requests: this.requests })
    this.fromMs = nowMs
    this.requests = 0
    for (const n of [1, 2, 4]) {
      const change = this.over(this.spans.slice(-n))
      if (change !== 'none') return change
    }
    return 'none'
  }

  private over(spans: readonly { lengthMs: number; requests: number }[]): Change {
    const { requestsPerMs, requestsPerBundle, isLost } = this.base
    const requests = spans.reduce((sum, span) => sum + span.requests, 0)
    const expected = spans.reduce((sum, { lengthMs }) => sum + lengthMs * requestsPerMs, 0)
    const slack = SLACK_BUNDLES * requestsPerBundle
    if (requests > expected * (1 + (isLost ? LOST_RISE : RISE)) + slack) return 'rise'
    return requests < expected * (1 - (isLost ? LOST_FALL : FALL)) - slack ? 'fall' : 'none'
  }
}
