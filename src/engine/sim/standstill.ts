import { Action, Flag } from '../../workload/rows.ts'
import type { Pages } from './pages.ts'
import { firstRequestId, type SimState } from './state.ts'
import type { WindowSample } from './steadiness.ts'

/**
 * Stops everything inside and lets it go on later as if no time had passed: requests in the stations,
 * visitors who wait for an answer, think or pause, and those who were called and have not polled.
 */
export class Standstill {
  startMs = 0
  private readonly state: SimState
  private readonly pages: Pages
  /** Ids on the wheel whose events were put off. */
  private stopped: number[] = []
  private called = 0

  constructor(state: SimState, pages: Pages) {
    this.state = state
    this.pages = pages
  }

  /** Meanwhile the stations' levels are taken to be those that were seen. */
  begin({ stations }: WindowSample): void {
    const { state, pages } = this
    const { rows } = state
    this.startMs = state.wheel.nowMs
    this.stopped = []
    this.called = 0
    for (const request of pages.servers.requests.all) {
      if (request.inUse) this.stop(firstRequestId + request.index)
    }
    for (let v = state.firstRow; v < rows.length; v++) {
      const action = rows.action(v)
      if (this.isCalled(v)) this.called++
      else if (action !== Action.send && action !== Action.timeout) continue
      this.stop(v)
    }
    state.integrate()
    state.gate.waiting -= this.called
    pages.servers.stations.forEach((station, s) => {
      station.pause(this.startMs, stations[s]!.busy, stations[s]!.queue)
    })
    state.skipping = true
  }

  /** Goes on; gives how long it stood still, ms. */
  end(): number {
    const { state, pages } = this
    const { wheel, rows } = state
    const offMs = wheel.nowMs - this.startMs
    for (const id of this.stopped) wheel.schedule(id, rows.times[id * 4]! + offMs)
    for (const request of pages.servers.requests.all) if (request.inUse) request.putOff(offMs)
    for (let v = state.firstRow; v < rows.length; v++) {
      if (this.isCalled(v) || rows.has(v, Flag.inside)) rows.enteredMs[v]! += offMs
    }
    state.integrate()
    state.gate.waiting += this.called
    for (const station of pages.servers.stations) station.resume(wheel.nowMs)
    state.skipping = false
    return offMs
  }

  private isCalled(v: number): boolean {
    const { rows } = this.state
    return rows.has(v, Flag.called) && rows.has(v, Flag.waiting)
  }

  private stop(id: number): void {
    const { wheel } = this.state
    if (!wheel.isPending(id)) return
    this.stopped.push(id)
    wheel.cancel(id)
  }
}
