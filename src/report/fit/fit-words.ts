import type { Fitted } from '../../fit/estimate.ts'
import { formats } from '../format.ts'

/** What a fit found, and how its report is called. */
export interface FitReport {
  readonly title: string
  /** What was read: names of files and runs. */
  readonly inputs: readonly string[]
  readonly fitted: Fitted
  /** The scenario that the estimates go into; `null` without one. */
  readonly scenarioName: string | null
  readonly notes: readonly string[]
}

const things = (count: number, one: string) =>
  `${formats.count(count)} ${one}${count === 1 ? '' : 's'}`

/** What came out, in a sentence or two. */
export function fitAnswer({ fitted }: FitReport): string {
  const { estimates, notIdentified } = fitted
  const missing = notIdentified.length
  const rest = missing === 0 ? '' : ` ${things(missing, 'parameter')} could not be told from them.`
  if (estimates.length === 0) return `The data tell no parameter.${rest}`
  return `The data tell ${things(estimates.length, 'parameter')}, each with the interval that they leave possible.${rest}`
}

/** `From access.log and steps/run.json, for scenario smoke.` */
export function fitSubtitle({ inputs, scenarioName }: FitReport): string {
  const scenario = scenarioName === null ? '' : `, for scenario ${scenarioName}`
  return `From ${inputs.join(', ')}${scenario}.`
}
