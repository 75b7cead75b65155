import type { ScenarioInput } from './schema.ts'

/** Gives a scenario written in TypeScript its type: `export default defineScenario({ … })`. */
export function defineScenario(scenario: ScenarioInput): ScenarioInput {
  return scenario
}
