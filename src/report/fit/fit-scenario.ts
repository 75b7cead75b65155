import { fit, type FitInput, type FitOptions, type FitResult } from '../../fit/fit.ts'
import { estimateSource, initSource } from './estimate-words.ts'

export interface FitScenarioOptions extends FitOptions {
  /** Aborting it ends the fit with an error. */
  readonly signal?: AbortSignal
}

/**
 * Fits the parameters of a scenario to what was measured, as `fit` does, and writes into the fitted
 * scenario in plain English where each number comes from.
 */
export function fitScenario(
  input: FitInput,
  { signal = new AbortController().signal, ...options }: FitScenarioOptions = {},
): Promise<FitResult> {
  return fit(input, options, { signal, evidence: { sourceOf: estimateSource, initSource } })
}
