import { DambreakError } from '../core/errors.ts'
import { msToSec } from '../core/units.ts'
import { simFigures } from '../engine/sim/figures.ts'
import { defaultGrainRows, type Grain } from '../engine/sim/grain.ts'
import { simulate, type SimProgress } from '../engine/sim/simulate.ts'
import { opensAtMs } from '../scenario/plan-times.ts'
import { parseScenario } from '../scenario/load/parse.ts'
import { scaleScenario } from '../scenario/scale.ts'
import type { Scenario } from '../scenario/schema/schema.ts'
import { judgeSlo } from '../objectives/slo.ts'
import { outcomeOf, type Outcome } from './outcome.ts'
import { shaped } from './shape.ts'
import type { TrialJob } from './trial.ts'
import type { TrialGrain } from './trial-grain.ts'

/** How coarse the runs of a plan are, except those that confirm its answer. */
const coarseGrain: Grain = { rows: defaultGrainRows, skip: true }

/** The same for the plan's record. */
export const trialGrain: TrialGrain = { code: 'Bundled', rows: defaultGrainRows }

/**
 * Simulates one trial: a pure function of the job. The one place where a plan's runs are made coarse
 * or full.
 * @throws DambreakError `scenario` where the values of a draw do not make a scenario
 */
export function runTrial(job: TrialJob, onProgress: (progress: SimProgress) => boolean): Outcome {
  const scenario = scenarioOf(job)
  const coarse = job.isFull ? {} : { grain: coarseGrain }
  const figures = simFigures(
    scenario,
    simulate(scenario, { seed: job.seed, onProgress, ...coarse }),
  )
  return outcomeOf({
    ...figures,
    opensAtSec: msToSec(opensAtMs(scenario)),
    slo: scenario.slo.map((text) => judgeSlo(text, figures)),
  })
}

/** The scenario of a trial, scaled and shaped. */
export function scenarioOf({ document, shape, population, id }: TrialJob): Scenario {
  const parsed = parseScenario(document)
  if (!parsed.ok) {
    throw new DambreakError(
      'scenario',
      `the values of a draw do not make a scenario (${id})`,
      parsed.faults,
    )
  }
  return shaped(scaleScenario(parsed.loaded.scenario, { population, speed: 1 }), shape)
}
