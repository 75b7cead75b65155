import { mean, standardDeviation } from 'simple-statistics'
import { streamKey, streams, uniform } from '../core/chance.ts'
import { normalQuantile } from '../core/special.ts'
import { simFigures } from '../engine/sim/figures.ts'
import { simulate } from '../engine/sim/simulate.ts'
import { compareReadings, readingsOf, type RunReadings } from '../compare/compare.ts'
import { headlineFigures } from '../compare/headline-figures.ts'
import type { FigureReading } from '../compare/headline-figures.ts'
import type { Scenario } from '../scenario/schema/schema.ts'

/** Trials of the comparison itself: how often it flags where nothing differs, and where something does. */

/** What `compareRuns` would read of a simulation, without its record. */
export function simulatedReadings(scenario: Scenario, seed: number): RunReadings {
  const figures = simFigures(scenario, simulate(scenario, { seed }))
  const { summary, timeline } = figures
  return readingsOf({ summary, timeline, responseUs: figures.histogramOver('responseUs', 'whole') })
}

const isResponse = headlineFigures.map(({ path }) => path.startsWith('responseMs.'))

/** Standard normal draws, by what they belong to. */
export function createNoise(seed: number): (entity: number, k: number) => number {
  const key = streamKey(seed, streams.comparison)
  return (entity, k) => normalQuantile(uniform(key, entity, k))
}

/** A reading of a run on a real machine: what its step is stays so. */
const times = ({ value, step }: FigureReading, factor: number): FigureReading => ({
  value: value === null ? null : value * factor,
  step,
})

/**
 * What a rehearsal has beside its crowd's luck: a machine that is slower or faster today (a share of
 * 3% of all response times), and a tail that is skewed to the right (the exponential of a normal of
 * 15%, beyond the 99th percentile alone).
 */
export function onMachine(
  run: RunReadings,
  entity: number,
  noise: ReturnType<typeof createNoise>,
): RunReadings {
  const machine = Math.exp(0.03 * noise(entity, 0))
  const tail = Math.exp(0.15 * noise(entity, 1) ** 2)
  return run.map((reading, at) => {
    if (isResponse[at] !== true) return reading
    const isTail = headlineFigures[at]?.path === 'responseMs.p99'
    return times(reading, isTail ? machine * tail : machine)
  })
}

/** In how many of the pairs of `runs` runs a side, one after another of `all`, anything is flagged. */
export function flaggedPairs(
  all: readonly RunReadings[],
  runs: number,
): { pairs: number; flagged: number; byFigure: Map<string, number> } {
  const pairs = Math.floor(all.length / (2 * runs))
  const byFigure = new Map<string, number>()
  let flagged = 0
  for (let pair = 0; pair < pairs; pair++) {
    const from = 2 * runs * pair
    const found = compareReadings(
      all.slice(from, from + runs),
      all.slice(from + runs, from + 2 * runs),
    ).filter(({ verdict }) => verdict !== 'noDifference' && verdict !== 'notComparable')
    if (found.length > 0) flagged++
    for (const { path } of found) byFigure.set(path, (byFigure.get(path) ?? 0) + 1)
  }
  return { pairs, flagged, byFigure }
}

/** How the response times of a run hang together: `simulated` as in the runs, `machine` as one. */
export type Dependence = 'simulated' | 'machine'

/**
 * The same runs with response times whose between-run coefficient of variation is `cv`, each about
 * its own mean.
 */
export function withVariation(
  all: readonly RunReadings[],
  cv: number,
  dependence: { kind: Dependence; noise: ReturnType<typeof createNoise> },
): RunReadings[] {
  const sd = Math.sqrt(Math.log1p(cv * cv))
  const shapes = headlineFigures.map((_, at) => {
    const logs = all.map((run) => Math.log(run[at]?.value ?? Number.NaN))
    return { mean: mean(logs), logs, spread: standardDeviation(logs) }
  })
  return all.map((run, entity) => {
    const common = dependence.noise(entity, 2)
    return run.map((reading, at) => {
      const shape = shapes[at]
      if (isResponse[at] !== true || shape === undefined) return reading
      const own = ((shape.logs[entity] ?? shape.mean) - shape.mean) / shape.spread
      const z = dependence.kind === 'machine' ? common : own
      return { ...reading, value: Math.exp(shape.mean + sd * z) }
    })
  })
}

/**
 * Of as many trials as the runs allow, in how many a slow-down of all response times is found: as
 * worse in any of them, and in each by itself.
 */
export function foundSlowdowns(
  all: readonly RunReadings[],
  { runs, slowdown }: { runs: number; slowdown: number },
): { trials: number; found: number; byFigure: Map<string, number> } {
  const trials = Math.floor(all.length / (2 * runs))
  const byFigure = new Map<string, number>()
  let found = 0
  for (let trial = 0; trial < trials; trial++) {
    const from = 2 * runs * trial
    const slower = all
      .slice(from + runs, from + 2 * runs)
      .map((run) => run.map((one, at) => (isResponse[at] === true ? times(one, slowdown) : one)))
    const worse = compareReadings(all.slice(from, from + runs), slower).filter(
      ({ path, verdict }) => verdict === 'worse' && path.startsWith('responseMs.'),
    )
    if (worse.length > 0) found++
    for (const { path } of worse) byFigure.set(path, (byFigure.get(path) ?? 0) + 1)
  }
  return { trials, found, byFigure }
}
