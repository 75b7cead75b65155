import { secToMs } from '../core/units.ts'
import type { Scenario } from '../scenario/schema/schema.ts'
import { meanBetween } from './station-figures.ts'
import type { SteppedRun } from './stepped-run.ts'

/**
 * Service times to begin a fit with, ms by step and visit, from the level at which fewest came: by
 * Little's law a station's busy slots are the rate times how long each visit has one, from which what
 * it spends at later stations is taken off where it holds its slot.
 */
export function serviceStart(
  runs: readonly SteppedRun[],
  { journey, stack }: Scenario,
): (number | null)[][] {
  const all = runs.flatMap((run) => run.levels.map((level) => ({ run, level })))
  const calm = all
    .filter(({ level }) => level.requests >= 20)
    .toSorted((a, b) => loadOf(a.level) - loadOf(b.level))[0]
  if (calm === undefined) return journey.map(({ visits }) => visits.map(() => null))
  const { run, level } = calm
  const { measured } = run
  const sec = (level.to - level.from) * measured.bucketSec
  const perSec = level.requests / sec / journey.length
  const heldMs = stack.stations.map(({ name }, s) => {
    const busy = meanBetween(measured.stations[s]?.busy ?? [], level.from, level.to)
    const visits = journey.flatMap((step) => step.visits).filter(({ station }) => station === name)
    return visits.length === 0 ? 0 : secToMs(busy / perSec / visits.length)
  })
  return journey.map(({ visits }) => {
    let laterMs = 0
    return visits
      .toReversed()
      .map(({ station, holds }) => {
        const inStationMs = heldMs[stack.stations.findIndex(({ name }) => name === station)] ?? 0
        const serviceMs = Math.max(inStationMs - (holds ? laterMs : 0), inStationMs / 10)
        laterMs += serviceMs
        return serviceMs > 0 ? serviceMs : null
      })
      .toReversed()
  })
}

function loadOf({ offeredPerSec, instances }: { offeredPerSec: number; instances: number }) {
  return offeredPerSec / instances
}
