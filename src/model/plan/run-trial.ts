import { DambreakError } from '../../core/errors.ts'
import { simulate, type SimProgress } from '../../engine/sim/simulate.ts'
import type { RunRecord } from '../../record/run.ts'
import { opensAtMs } from '../../scenario/plan-times.ts'
import { parseScenario } from '../../scenario/parse.ts'
import { scaleScenario } from '../../scenario/scale.ts'
import type { Scenario } from '../../scenario/schema.ts'
import { judgeSlo } from '../slo.ts'
import { outcomeOf, type Outcome } from './outcome.ts'
import { shaped } from './shape.ts'
import type { TrialJob } from './trial.ts'

/** How coarse the runs of a plan are, in words. */
export const grain = 'every visitor a row of the simulator'

/**
 * Simulates one trial: a pure function of the job. The one place where a plan's runs are made coarse
 * or full.
 * @throws DambreakError `scenario` where the values of a draw do not make a scenario
 */
export function runTrial(job: TrialJob, onProgress: (progress: SimProgress) => boolean): Outcome {
  const scenario = scenarioOf(job)
  const result = simulate(scenario, { seed: job.seed, onProgress })
  const finished = result.recorder.finish({ people: result.people, inventory: result.inventory })
  const run = { header: { opensAt: scenario.opensAt }, ...finished } as unknown as RunRecord
  return outcomeOf({
    ...finished,
    opensAtSec: opensAtMs(scenario) / 1000,
    slo: scenario.slo.map((text) => judgeSlo(text, run)),
  })
}

/** The scenario of a trial, scaled and shaped. */
export function scenarioOf({ document, shape, population, id }: TrialJob): Scenario {
  const parsed = parseScenario(document)
  if (!parsed.ok) {
    const message = `the values of a draw do not make a scenario (${id})`
    throw new DambreakError('scenario', message, parsed.faults)
  }
  return shaped(scaleScenario(parsed.loaded.scenario, { population, speed: 1 }), shape)
}
