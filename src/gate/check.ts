import type { Finding } from './finding.ts'

/** What a gate holds a run to. */
type CheckKind =
  /** The record can be read, and its figures follow from each other. */
  | 'record'
  /** The run is valid and whole. */
  | 'valid'
  | 'arrivals'
  | 'objective'
  /** The baseline can be found and compared with. */
  | 'baseline'
  | 'regression'

/**
 * How a check came out. `failed`: what was asked does not hold. `invalid`: the figures must not be
 * used. `usage`: it was asked wrongly. `disk`: it could not be looked up. `skipped`: it does not
 * decide, and the finding says why.
 */
export type CheckOutcome = 'passed' | 'skipped' | 'failed' | 'invalid' | 'usage' | 'disk'

export interface GateCheck {
  readonly kind: CheckKind
  /** An objective's expression, a figure's path, a baseline's name; `null`: of the run as a whole. */
  readonly subject: string | null
  readonly outcome: CheckOutcome
  readonly finding: Finding
}

/** All checks of one run, or of all runs against a baseline. */
export interface GateSubject {
  /** `baseline`: all runs against it; the label is its name then. */
  readonly kind: 'run' | 'baseline'
  readonly label: string
  readonly checks: readonly GateCheck[]
}

export const passes = ({ outcome }: GateCheck): boolean =>
  outcome === 'passed' || outcome === 'skipped'
