import type { LoadedScenario } from '../scenario/load/parse.ts'
import type { RunHeader } from './run.ts'

/** What a run's header says of its scenario. */
export function scenarioHeader({
  scenario,
  workloadHash,
  stackHash,
  variant,
  inherited,
}: LoadedScenario): Pick<
  RunHeader,
  'scenarioName' | 'workloadHash' | 'stackHash' | 'variant' | 'inherited'
> {
  return {
    scenarioName: scenario.name,
    workloadHash,
    stackHash,
    variant,
    ...(inherited === undefined ? {} : { inherited }),
  }
}
