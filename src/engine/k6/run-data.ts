import type { RunWindow } from '../window.ts'
import type { Scenario } from '../../scenario/schema/schema.ts'
import type { Population } from '../../workload/population.ts'
import type { RunTags } from './points.ts'
import type { ArrivalStages } from './stages.ts'

/** What the k6 script must know of a run, as it stands in `run-data.json`: plain JSON. */
export interface RunData {
  /** Number of this format. */
  readonly format: 1
  /** Scaled already; without arrivals, which stand in `arrivals` as stages. */
  readonly scenario: ScriptScenario
  readonly seed: number
  readonly population: Omit<Population, 'ticketsOf'>
  /** Times are wall ms after the window's start; `bypassUntilMs` is `null` for never. */
  readonly window: Omit<RunWindow, 'bypassUntilMs'> & { readonly bypassUntilMs: number | null }
  /** When the first may come, and when the run is over. */
  readonly startsAtMs: number
  /** Their stages stand in a file of their own, which all VUs of a runner share. */
  readonly arrivals: Omit<ArrivalStages, 'stages'>
  /** Visitors that one iteration performs, each at its own time. */
  readonly visitorsPerVu: number
  readonly vus: { readonly atOnce: number; readonly most: number }
  /** Runners that share the arrivals. */
  readonly parts: number
  readonly tags: Pick<
    RunTags,
    'scenario' | 'variant' | 'workload_hash' | 'stack_hash' | 'seed' | 'population' | 'speed'
  >
  readonly tables: readonly ScriptTable[]
  /** SHA-256, in hex, of the code that the target's owner must name; `null`: the scenario has none. */
  readonly authorisationSha256: string | null
}

/** What the script performs of a scenario. */
export type ScriptScenario = Pick<
  Scenario,
  | 'name'
  | 'population'
  | 'waitingRoom'
  | 'journey'
  | 'answers'
  | 'behaviour'
  | 'inventory'
  | 'timeline'
>

/** A data file of the scenario: rows by person, as lists of texts, in JSON files beside the script, one after the other. */
export interface ScriptTable {
  /** `tableKeyOf`. */
  readonly key: string
  readonly files: readonly string[]
  readonly columns: readonly string[]
  readonly rows: number
}
