import { must } from '../core/assert.ts'
import { parseScenario } from '../scenario/load/parse.ts'
import { parametersOf } from '../scenario/schema/parameters.ts'
import type { Mapping } from '../scenario/plain.ts'
import { rounded, type Ensemble, type EnsembleMethod } from './ensemble.ts'
import type { StationFit } from './stations.ts'

/**
 * The ensemble of a scenario that stations were fitted into: their numbers in sets as the steps of load
 * leave them possible, each as likely as any other. It reproduces no reported rows, and names no other
 * interval of the scenario: those are drawn on their own. `null` where none of the numbers is an interval.
 */
export function stationEnsemble(
  document: Mapping,
  { ensemble }: Pick<StationFit, 'ensemble'>,
  seed: number,
): Ensemble | null {
  const parsed = parseScenario(document)
  const { scenario, workloadHash, stackHash } = must(
    parsed.ok ? parsed.loaded : null,
    'a scenario that parses with what was fitted in it',
  )
  const parameters = parametersOf(document).filter(({ name }) => ensemble[0]?.has(name) === true)
  if (parameters.length === 0) return null
  const size = ensemble.length
  return {
    schemaVersion: 1,
    scenarioName: scenario.name,
    workloadHash,
    stackHash,
    seed,
    method: 'SimulatedMoments' satisfies EnsembleMethod,
    drawn: size,
    simulated: size,
    kept: size,
    acceptance: 1,
    effective: size,
    rows: [],
    parameters: parameters.map(({ name, low, mid, high }) => ({ name, low, mid, high })),
    members: ensemble.map((values) => ({
      seed,
      weight: 1,
      values: Object.fromEntries(
        parameters.map(({ name }) => [name, rounded(must(values.get(name), name))]),
      ),
      observed: {},
    })),
    predictions: [],
  }
}
