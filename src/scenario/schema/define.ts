import type { ScenarioInput } from './schema.ts'

/** What a scenario states beside one that it extends: any part of it, `null` to remove one. */
type ExtendingScenario = { extends: string } & Changes<Omit<ScenarioInput, 'extends'>>

type Changes<Part> = Part extends readonly (infer Entry)[]
  ? (Changes<Entry> | Patch)[]
  : Part extends object
    ? { [Key in keyof Part]?: Changes<Part[Key]> | null } & Patch
    : Part

interface Patch {
  $patch?: 'delete' | 'replace'
}

/** Gives a scenario written in TypeScript its type: `export default defineScenario({ … })`. */
export function defineScenario(
  scenario: ScenarioInput | ExtendingScenario,
): ScenarioInput | ExtendingScenario {
  return scenario
}
