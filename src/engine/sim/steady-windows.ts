import { Outcome, outcomeNames } from '../../core/codes.ts'
import { responseCounts, type ResponseCounts } from '../../record/request-profile.ts'
import type { Journeys } from './journeys.ts'
import type { Pages } from './pages.ts'
import { SimTimer, type SimState } from './state.ts'
import type { WindowSample } from './steadiness.ts'

/** Looks at the queues in a window. */
const LOOKS = 20

/** What had been counted at some moment. */
export interface Counts {
  readonly outcomes: Float64Array
  readonly responses: ResponseCounts
  /** Visitors who went in while the pages would refuse them, and eligible people refused. */
  readonly ineligible: number
  readonly refused: number
}

/** Looks at the booking stack a window of time after another. */
export class SteadyWindows {
  readonly windowMs: number
  /** Visitors who had gone in when this window began, by class. */
  readonly enteredBefore: Float64Array
  private readonly state: SimState
  private readonly pages: Pages
  private readonly journeys: Journeys
  /** Longest queue of each station seen in this window. */
  private readonly most: number[]
  private looks = 0
  private fromMs = 0
  private sums: readonly { busyMs: number; queueMs: number }[]
  private outcomes: Float64Array

  constructor(state: SimState, pages: Pages, journeys: Journeys, windowMs: number) {
    this.state = state
    this.pages = pages
    this.journeys = journeys
    this.windowMs = windowMs
    this.enteredBefore = journeys.entered.slice()
    this.most = pages.servers.stations.map(() => 0)
    this.sums = this.stationSums()
    this.outcomes = state.recorder.tallies.outcomes.slice()
  }

  /** A window begins, now or later. */
  open(fromMs = this.state.wheel.nowMs): void {
    this.journeys.turn()
    this.enteredBefore.set(this.journeys.entered)
    this.sums = this.stationSums()
    this.outcomes = this.state.recorder.tallies.outcomes.slice()
    this.looks = 0
    this.most.fill(0)
    this.fromMs = fromMs
    this.lookAgain()
  }

  /** Looks at the queues; what was seen of the window if that was its end, else `null`. */
  look(): WindowSample | null {
    this.pages.servers.stations.forEach(({ queue }, s) => {
      this.most[s] = Math.max(this.most[s]!, queue)
    })
    if (++this.looks === LOOKS) return this.see()
    this.lookAgain()
    return null
  }

  /** What is counted at this moment. */
  count(): Counts {
    const { tallies } = this.state.recorder
    return {
      outcomes: tallies.outcomes.slice(),
      responses: responseCounts(tallies),
      ineligible: this.journeys.ineligible(),
      refused: this.state.ledger.findings.eligibleRefused,
    }
  }

  private see(): WindowSample {
    const { state, journeys, enteredBefore, windowMs } = this
    const sums = this.stationSums()
    const { asked, failed } = askedAndFailed(this.outcomes, state.recorder.tallies.outcomes)
    return {
      entered: journeys.entered.reduce((sum, n, kind) => sum + n - enteredBefore[kind]!, 0),
      asked,
      failed,
      delayMs: (Math.max(...this.most) / Math.max(1, asked)) * windowMs,
      inside: state.inside,
      stations: sums.map(({ busyMs, queueMs }, s) => ({
        busy: (busyMs - this.sums[s]!.busyMs) / windowMs,
        queue: (queueMs - this.sums[s]!.queueMs) / windowMs,
      })),
    }
  }

  private lookAgain(): void {
    const atMs = this.fromMs + ((this.looks + 1) / LOOKS) * this.windowMs
    this.state.wheel.schedule(SimTimer.watch, atMs)
  }

  private stationSums() {
    const { nowMs } = this.state.wheel
    return this.pages.servers.stations.map((station) => station.sums(nowMs))
  }
}

function askedAndFailed(before: Float64Array, after: Float64Array) {
  let asked = 0
  let failed = 0
  after.forEach((n, i) => {
    asked += n - before[i]!
    if (i % outcomeNames.length !== Outcome.ok) failed += n - before[i]!
  })
  return { asked, failed }
}
