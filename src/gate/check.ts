/** What a gate holds a run to. */
export type CheckKind =
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
 * decide, and the words say why.
 */
export type CheckOutcome = 'passed' | 'skipped' | 'failed' | 'invalid' | 'usage' | 'disk'

export interface GateCheck {
  readonly kind: CheckKind
  /** An objective's expression, a figure's path, or a few words. */
  readonly name: string
  readonly outcome: CheckOutcome
  /** Why, in one sentence without a full stop. Names out of records stand in it as they are. */
  readonly words: string
  /** Faults, one a line. */
  readonly details?: readonly string[]
}

/** All checks of one run, or of all runs against a baseline. */
export interface GateSubject {
  readonly label: string
  readonly checks: readonly GateCheck[]
}

export const passes = ({ outcome }: GateCheck): boolean =>
  outcome === 'passed' || outcome === 'skipped'

/** A number in a sentence: whole ones as they are, others to four figures. */
export function shown(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)))
}
