import type { Screen } from '../logs/screen.ts'
import { noFields, type GivenFields } from '../logs/log-field.ts'
import { stepMatcher } from '../logs/step-matcher.ts'
import { logNotes } from '../logs/log-notes.ts'
import { readRunArgument } from '../record/run-argument.ts'
import type { RunRecord } from '../record/run.ts'
import type { LoadedScenario } from '../scenario/load/parse.ts'
import type { Mapping } from '../scenario/plain.ts'
import { assembled, checkAssembled, completed } from './assemble.ts'
import type { Ensemble } from './ensemble.ts'
import type { Estimate, Fitted } from './estimate.ts'
import { baseDocument, firstBase, givenBase, timeContext } from './fit-base.ts'
import { estimateAll } from './fit-estimates.ts'
import { readFitInputs } from './fit-inputs.ts'
import type { FitNote } from './fit-note.ts'
import { stationEnsemble } from './station-ensemble.ts'
import { fitStations, type StationFit } from './stations.ts'

/** What a scenario is fitted to; at least one of `paths`, `screens` and `steps`. */
export interface FitInput {
  /** Run directories or `run.json`, access logs (gzip too) and CSV files, detected from their content. */
  readonly paths?: readonly string[]
  /** What a waiting room showed (`readScreen`). */
  readonly screens?: readonly Screen[]
  /** Rehearsals in steps of load, observed: directories, `run.json` or records. Requires `scenario`. */
  readonly steps?: readonly (string | RunRecord)[]
  /** What the estimates go into; absent: the scenario of `init`, every number of it assumed. */
  readonly scenario?: LoadedScenario
}

export interface FitOptions {
  /** Beginning of the target of requests that draw a ticket; absent: the first of each client. */
  readonly entry?: string
  /** Fields of logs and tables that have unknown names: `['duration', { key: 'took', unit: 'ms' }]`. */
  readonly fields?: GivenFields
  /** When it opens: a clock time or ISO 8601; absent: as the scenario or else the data say. */
  readonly opensAt?: string
  /** Of samples and bootstraps; default 1. */
  readonly seed?: number
  /** Name of the fitted scenario where none was given; default `fitted`. */
  readonly name?: string
}

export interface FitEnvironment {
  readonly signal: AbortSignal
  /** Texts for the evidence in the fitted scenario. */
  readonly evidence: {
    readonly sourceOf: (estimate: Estimate) => string
    /** Of numbers that are those of `init`. */
    readonly initSource: string
  }
}

/** What a fit found. Everything but `document` and `ensemble` is data of `fit.json`. */
export interface FitResult {
  /** Names of what was read. */
  readonly inputs: readonly string[]
  readonly screens: number
  /** The scenario that the estimates went into; `null` where none was given. */
  readonly scenarioName: string | null
  /** When it opens, ISO 8601 with the offset in which times are shown. */
  readonly opensAt: string
  readonly fitted: Fitted
  readonly notes: readonly FitNote[]
  /** The scenario with the estimates in it, which parses. */
  readonly document: Mapping
  /** Sets of values that steps of load leave possible together; `null` without steps. */
  readonly ensemble: Ensemble | null
}

/**
 * Fits the parameters of a scenario to what was measured: every estimator that has data gives numbers
 * with intervals (5th to 95th percentile), and says with a code what is not identifiable from the data.
 * Logs are streamed and read once.
 * @throws DambreakError 'usage' where an input cannot be fitted or contradicts the scenario, 'scenario'
 *   where the fitted scenario has faults, 'disk', 'interrupted'
 */
export async function fit(
  input: FitInput,
  options: FitOptions,
  { signal, evidence }: FitEnvironment,
): Promise<FitResult> {
  const { paths = [], screens = [], steps = [], scenario } = input
  const { seed = 1, entry = null, name = 'fitted', opensAt = null, fields = noFields } = options
  const base =
    scenario === undefined ? firstBase(opensAt, evidence.initSource) : givenBase(scenario, opensAt)
  const context = timeContext(base.opensAt)
  const matcher = stepMatcher(base.scenario)
  const reading = { context, seed, entry, steps: matcher, given: fields, signal }
  const read = await readFitInputs(paths, reading)
  const zone = read.zone ?? context.zone
  const stations = await stationsOf(steps, base.document, seed)
  const estimated = estimateAll(read, base, { screens, stations })
  const { fitted } = estimated
  const written = baseDocument(base, estimated, { name, zone })
  const whole = completed(written, base.scenario, fitted)
  const document = assembled(whole, fitted, evidence.sourceOf)
  checkAssembled(document)
  return {
    inputs: [...paths, ...steps.map(nameOf)],
    screens: screens.length,
    scenarioName: base.isGiven ? base.scenario.name : null,
    opensAt: base.opensAt ?? `2000-01-01T00:00:00${zone}`,
    fitted,
    notes: [...logNotes(read.parseReports, read.readings, read.log), ...estimated.notes],
    document,
    ensemble: stations === null ? null : stationEnsemble(document, stations, seed),
  }
}

const nameOf = (run: string | RunRecord): string =>
  typeof run === 'string' ? run : `${run.header.scenarioName} ${run.header.startedAt}`

async function stationsOf(
  steps: readonly (string | RunRecord)[],
  base: Mapping,
  seed: number,
): Promise<StationFit | null> {
  if (steps.length === 0) return null
  const runs: RunRecord[] = []
  for (const run of steps) runs.push(typeof run === 'string' ? await readRunArgument(run) : run)
  return fitStations(runs, { base, seed })
}
