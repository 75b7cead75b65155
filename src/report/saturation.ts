import { mean } from 'simple-statistics'
import type { RunRecord } from '../record/run.ts'
import { collapseOf } from './collapse.ts'
import { stationsOf } from './engine.ts'

/** How near to its limit a station was, while the run was under load. */
export interface StationLoad {
  station: string
  /**
   * Mean utilisation over the busiest tenth of the window (at least one bucket), 0 to 1: whether the
   * station was at its limit for long enough to matter.
   */
  utilisation: number
  /** Highest utilisation of one bucket of the timeline, the finest that is recorded, 0 to 1. */
  peakUtilisation: number
  /** Mean queue over the window. */
  queue: number
}

function meanOfBusiest(values: readonly number[]): number {
  const sorted = values.filter(Number.isFinite).toSorted((a, b) => b - a)
  const kept = sorted.slice(0, Math.max(1, Math.ceil(sorted.length / 10)))
  return kept.length === 0 ? 0 : mean(kept)
}

/** Names of stations in the order in which a request's visits reach them; the innermost last. */
function visitOrder(run: RunRecord): string[] {
  const journey = run.scenario['journey']
  const order: string[] = []
  if (!Array.isArray(journey)) return order
  for (const step of journey as { visits?: { station?: unknown }[] }[])
    for (const visit of step.visits ?? [])
      if (typeof visit.station === 'string' && !order.includes(visit.station))
        order.push(visit.station)
  return order
}

/**
 * Stations from the one that limits the run downwards. A worker that holds its slot while it waits
 * for the database is as busy as the database is: of stations that are equally busy (within 2%),
 * the innermost is the cause and comes first.
 */
export function saturation(run: RunRecord): StationLoad[] {
  const { timeline } = run
  const order = visitOrder(run)
  const collapse = collapseOf(run)
  const inWindow = (bucket: number) => {
    if (collapse === null) return true
    const sec = timeline.startSec + bucket * timeline.bucketSec
    return sec >= collapse.fromSec - timeline.bucketSec && sec <= collapse.toSec
  }
  const loads = Object.entries(stationsOf(run)).map(([station, series]) => {
    const queue = series.queue.filter((_, bucket) => inWindow(bucket))
    const utilisations = series.utilisation.filter((_, bucket) => inWindow(bucket))
    return {
      station,
      utilisation: meanOfBusiest(utilisations),
      peakUtilisation: utilisations.reduce((peak, value) => Math.max(peak, value), 0),
      queue: queue.length === 0 ? 0 : mean(queue),
    }
  })
  const tied = (a: StationLoad, b: StationLoad) => Math.abs(a.utilisation - b.utilisation) < 0.02
  return loads.toSorted((a, b) =>
    tied(a, b)
      ? order.indexOf(b.station) - order.indexOf(a.station)
      : b.utilisation - a.utilisation,
  )
}

/** Whether any run shows what went on inside its system: without that nobody knows why. */
export function isWhyKnown(runs: readonly { run: RunRecord }[]): boolean {
  return runs.some(({ run }) => saturation(run).length > 0)
}
