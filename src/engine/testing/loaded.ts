import { hashesOf } from '../../scenario/hash.ts'
import type { LoadedScenario } from '../../scenario/parse.ts'
import type { Scenario } from '../../scenario/schema.ts'

/** A parsed scenario as if it had been loaded. */
export function loadedOf(scenario: Scenario): LoadedScenario {
  return {
    scenario,
    document: structuredClone<Record<string, unknown>>(scenario),
    evidence: [],
    tables: new Map(),
    variant: 'base',
    ...hashesOf(scenario),
  }
}
