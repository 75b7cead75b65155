import { fit, type FitInput, type FitOptions, type FitResult } from '../../fit/fit.ts'
import { estimateSource, initSource } from './estimate-words.ts'

export interface FitScenarioOptions extends FitOptions {
  /** Aborting it ends the fit with an error. */
  readonly signal?: AbortSignal
}

/**
 * Fits the parameters of a scenario to what was measured: runs, access logs, CSV files, what a waiting
 * room showed, and rehearsals in steps of load.
 *
 * @returns the fitted scenario as a document, in which plain English says where each number comes
 * from; every estimate with its interval (5th to 95th percentile); and what cannot be identified
 * @throws DambreakError of kind `usage` where an input cannot be fitted or contradicts the scenario,
 * `scenario` where the fitted scenario has faults, `disk` where a file cannot be read, `interrupted`
 * where `signal` was aborted
 * @example
 * ```ts
 * import { fit } from 'dambreak'
 *
 * const { document, fitted } = await fit({ paths: ['access.log'] })
 * console.log(document['arrivals'], fitted.notIdentified)
 * ```
 */
export function fitScenario(
  input: FitInput,
  { signal = new AbortController().signal, ...options }: FitScenarioOptions = {},
): Promise<FitResult> {
  return fit(input, options, { signal, evidence: { sourceOf: estimateSource, initSource } })
}
