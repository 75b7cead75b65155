import { hashesOf } from '../../scenario/load/hash.ts'
import type { LoadedScenario } from '../../scenario/load/parse.ts'
import type { Scenario } from '../../scenario/schema/schema.ts'

/** A parsed scenario as if it had been loaded. */
export function loadedOf(scenario: Scenario): LoadedScenario {
  return {
    scenario,
    document: structuredClone<Record<string, unknown>>(scenario),
    evidence: [],
    tables: new Map(),
    origin: null,
    variant: 'base',
    ...hashesOf(scenario),
  }
}
