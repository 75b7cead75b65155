import { DambreakError } from '../core/errors.ts'
import { streamKey, streams, uniform } from '../core/chance.ts'
import type { RunRecord } from '../record/run.ts'
import { parseScenario } from '../scenario/load/parse.ts'
import { pathText } from '../scenario/path.ts'
import type { Values } from '../scenario/schema/parameters.ts'
import type { Mapping } from '../scenario/plain.ts'
import type { Scenario } from '../scenario/schema/schema.ts'
import type { Estimate, Fitted } from './estimate.ts'
import type { EstimateBasis } from './estimate-basis.ts'
import { kneeOf, type SlotsFound } from './knee.ts'
import { serviceStart } from './service-start.ts'
import { likelierKinds, withKinds } from './service-kind.ts'
import { fitBySimulation, squaredMisfit, type SimulatedFit } from './simulated-fit.ts'
import { minAnswers, lookVariances, valuesOf } from './station-figures.ts'
import { significant } from './numbers.ts'
import { notIdentified } from './station-gaps.ts'
import { stationPictures } from './station-pictures.ts'
import {
  beliefOf,
  coordinateOf,
  documentAt,
  slotUnknowns,
  stationUnknowns,
  valueAt,
  type StationUnknown,
} from './station-unknown.ts'
import { numbersOf, steppedRun, type SteppedRun } from './stepped-run.ts'

export interface StationFitOptions {
  /** Structure (steps, stations, which visit holds), and an interval for each number to be found. */
  readonly base: Mapping
  readonly seed?: number
  /** Half as many as the ensemble has sets of values; means are made of a twelfth of it, or a sixth. */
  readonly size?: number
}

/** Estimates of the stations, and their joint distribution: the correlation matters to a prediction. */
export interface StationFit extends Fitted {
  /** Values by parameter name, as `withValues` takes them; they go with `settings`. */
  readonly ensemble: readonly Values[]
  /** Squared misfit over what chance alone would make of it; about 1 where the structure is right. */
  readonly misfit: number
}

/**
 * What a fit finds from the steps of load of one rehearsal or several, on one instance or more:
 *
 * - Service times and their spread, from response times and busy slots at all levels.
 * - Contention and coherency, from how service times grow with busy slots: contention takes two levels
 *   of busy slots, coherency a third, for a slow-down has both in it.
 * - The kind of distribution, of those with a mean and a cv (lognormal, gamma), from the quantiles.
 * - Slots, from the knee: where requests wait, all are busy. Of a station that never was full only
 *   the least is known, and the ensemble has any number from there to the interval's end.
 *
 * Numbers that the base gives plainly are taken as known, and so is the middle of a backlog. A number
 * whose interval the data hardly narrow is not estimated, but listed as not identified with the
 * reason; the ensemble draws it as the base has it. See `fitBySimulation` for the
 * method: the simulator itself is the model, so held slots, shared and own stations, queues that carry
 * over from level to level and instances that join are all in it.
 * @throws DambreakError 'usage' where runs are invalid, hold no steps of load, or were not observed;
 *   'scenario' where the base is none
 */
export function fitStations(runs: readonly RunRecord[], options: StationFitOptions): StationFit {
  const { base, seed = 1 } = options
  const structure = structureOf(base)
  const stepped = runs.map((run) => steppedRun(run, structure))
  checkSteps(stepped)
  const unknowns = stationUnknowns(base)
  if (unknowns.length === 0) {
    throw new DambreakError(
      'usage',
      'the base scenario gives no number of its stations as an interval: there is nothing to fit',
    )
  }
  const found = slotUnknowns(base).flatMap(({ parameter, station: index }): SlotsFound[] => {
    const station = structure.stack.stations[index]
    if (station === undefined) return []
    return [{ parameter, station, index, knee: kneeOf(stepped, station, index) }]
  })
  const task = { stepped, unknowns, found, structure, options }
  const observed = stepped.flatMap(({ measured, figures }) => valuesOf(measured, figures))
  const { fit, settings } = fitWithKinds(task, observed)
  const gaps = notIdentified({ unknowns, fit, found, stepped })
  const isKnown = (name: string) => !gaps.some(({ path }) => path === name)
  const told = toldBy(stepped)
  const basis = basisOf(stepped, fit)
  return {
    estimates: [
      ...unknowns.flatMap((unknown, i) => estimatesOf(unknown, i, { ...told, fit, basis })),
      ...found.flatMap((one) => slotEstimates(one, told)),
    ].filter(({ path }) => isKnown(path)),
    settings,
    notIdentified: gaps,
    pictures: stationPictures(
      {
        figures: stepped.flatMap(({ figures }) => figures),
        values: observed,
        stations: structure.stack.stations.map(({ name }) => name),
        bucketSec: stepped[0]?.measured.bucketSec ?? 1,
      },
      fit,
    ),
    ensemble: ensembleOf({ unknowns, found, fit, seed }),
    misfit: fit.misfit,
  }
}

interface Task {
  readonly stepped: readonly SteppedRun[]
  readonly unknowns: readonly StationUnknown[]
  readonly found: readonly SlotsFound[]
  readonly structure: Scenario
  readonly options: StationFitOptions
}

/** The fit, by the kinds of distribution under which the measurements are likeliest. */
function fitWithKinds(
  { stepped, unknowns, found, structure, options }: Task,
  observed: readonly number[],
): { fit: SimulatedFit; settings: Record<string, unknown> } {
  const { base, seed = 1, size = 150 } = options
  const slots = new Map(found.map((one) => [one.parameter.name, slotsFor(one)]))
  const modelOf = (document: Mapping) =>
    figuresAt(stepped, (coordinates) => documentAt(document, unknowns, { coordinates, slots }))
  const common = {
    observed,
    moreVariance: stepped.flatMap(({ measured, figures }) => lookVariances(measured, figures)),
    beliefs: unknowns.map(beliefOf),
    seed,
    size,
  }
  const start = startOf(unknowns, serviceStart(stepped, structure))
  const fit = fitBySimulation({ ...common, start, figures: modelOf(base) })
  const settings = likelierKinds(base, (document) => {
    return squaredMisfit({ ...common, figures: modelOf(document) }, fit)
  })
  const document = withKinds(base, settings)
  if (document === base) return { fit, settings }
  const again = { ...common, start: fit.mid, figures: modelOf(document) }
  return { fit: fitBySimulation(again), settings }
}

function structureOf(base: Mapping): Scenario {
  const parsed = parseScenario(base)
  if (parsed.ok) return parsed.loaded.scenario
  throw new DambreakError('scenario', 'the base scenario of the fit has faults', parsed.faults)
}

/** @throws DambreakError 'usage' where there is a single level of load */
function checkSteps(runs: readonly SteppedRun[]): void {
  const levels = runs.flatMap((run) => run.levels).filter(({ requests }) => requests >= minAnswers)
  const [first] = levels
  if (first === undefined) {
    throw new DambreakError(
      'usage',
      `no level of load with ${minAnswers} answers or more: stations are fitted to a run whose load goes up in steps of 3 s or longer`,
    )
  }
  const isOther = levels.some(
    ({ offeredPerSec, instances }) =>
      Math.round(instances) !== Math.round(first.instances) ||
      Math.abs(offeredPerSec / first.offeredPerSec - 1) > 0.2,
  )
  if (isOther) return
  throw new DambreakError(
    'usage',
    `a single level of load (${first.offeredPerSec.toFixed(1)} visitors a second on ${Math.round(first.instances)} instances): ` +
      'service times and slow-down cannot be told apart; rehearse in steps of load',
  )
}

type Figures = (coordinates: readonly number[], luck: number) => number[]

/** The model: the runs once more on the stations of some coordinates. */
function figuresAt(
  runs: readonly SteppedRun[],
  documentOf: (coordinates: readonly number[]) => Mapping,
): Figures {
  let last: { coordinates: readonly number[]; numbers: Scenario } | null = null
  return (coordinates, luck) => {
    if (last?.coordinates !== coordinates) {
      last = { coordinates, numbers: numbersOf(documentOf(coordinates)) }
    }
    const { numbers } = last
    return runs.flatMap((run) => valuesOf(run.simulateWith(numbers, luck), run.figures))
  }
}

const meanPath = /^journey\[(\d+)\]\.visits\[(\d+)\]\.serviceMs(\.mean)?$/

/** Service times of a closed form, within what is believed of them; the rest as it is believed. */
function startOf(
  unknowns: readonly StationUnknown[],
  service: readonly (readonly (number | null)[])[],
): number[] {
  return unknowns.map((unknown) => {
    const { parameter } = unknown
    const [, step, visit] = meanPath.exec(parameter.name) ?? []
    const ms = step === undefined ? null : (service[Number(step)]?.[Number(visit)] ?? null)
    const value =
      ms === null ? parameter.mid : Math.min(parameter.high, Math.max(parameter.low, ms))
    return coordinateOf(unknown, value)
  })
}

/** Slots that a fit goes by. */
function slotsFor({ knee, parameter }: SlotsFound): number {
  return knee.isReached ? knee.most : Math.max(knee.most, Math.round(parameter.mid))
}

const quantileOf = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN

function estimatesOf(
  unknown: StationUnknown,
  i: number,
  { fit, ...told }: Told & { fit: SimulatedFit; basis: EstimateBasis },
): Estimate[] {
  const values = fit.draws.map((draw) => valueAt(unknown, draw[i] ?? 0)).toSorted((a, b) => a - b)
  const mid = valueAt(unknown, fit.mid[i] ?? 0)
  const low = Math.min(mid, quantileOf(values, 0.05))
  const high = Math.max(mid, quantileOf(values, 0.95))
  return unknown.parameter.paths.map((path) => ({
    path: pathText(path),
    low,
    mid,
    high,
    evidence: 'measured',
    ...told,
  }))
}

function slotEstimates({ parameter, knee }: SlotsFound, told: Told): Estimate[] {
  if (!knee.isReached) return []
  const { most, full } = knee
  return parameter.paths.map((path) => ({
    path: pathText(path),
    low: most,
    mid: most,
    high: most,
    evidence: 'measured',
    basis: { code: 'Knee', slots: most, buckets: full },
    ...told,
  }))
}

/** One set of values per draw. Slots with only a known minimum may be any number from that minimum. */
function ensembleOf(given: {
  unknowns: readonly StationUnknown[]
  found: readonly SlotsFound[]
  fit: SimulatedFit
  seed: number
}): Values[] {
  const { unknowns, found, fit, seed } = given
  const key = streamKey(seed, streams.fitNoise)
  return fit.draws.map((draw, d) => {
    const values = new Map<string, number>()
    unknowns.forEach((unknown, i) => {
      values.set(unknown.parameter.name, valueAt(unknown, draw[i] ?? 0))
    })
    found.forEach(({ parameter, knee }, s) => {
      const least = knee.most
      const most = knee.isReached ? least : Math.max(least, Math.round(parameter.high))
      const slots = least + Math.floor(uniform(key, d, 100_000 + s) * (most - least + 1))
      values.set(parameter.name, slots)
    })
    return values
  })
}

function countOf({ levels }: SteppedRun): number {
  return levels.reduce((sum, { requests }) => sum + requests, 0)
}

type Told = Pick<Estimate, 'from' | 'count'>

function toldBy(runs: readonly SteppedRun[]): Told {
  const count = runs.reduce((sum, run) => sum + countOf(run), 0)
  return { from: { code: 'SteppedRuns', runs: runs.length, count }, count }
}

function basisOf(runs: readonly SteppedRun[], { misfit }: SimulatedFit): EstimateBasis {
  const levels = runs.flatMap((run) => run.levels).filter(({ requests }) => requests > 0)
  const counts = new Set(levels.map(({ instances }) => Math.round(instances)))
  const instances = [...counts].toSorted((a, b) => a - b)
  return { code: 'SimulatedMoments', levels: levels.length, instances, misfit: significant(misfit) }
}
