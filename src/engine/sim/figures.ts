import type { RunFigures } from '../../record/figures.ts'
import type { Scenario } from '../../scenario/schema/schema.ts'
import type { SimResult } from './simulate.ts'

/**
 * What `evaluate` and `judgeSlo` read of a simulated run: a record in all that they ask for, in a
 * twentieth of the time that a record takes.
 */
export function simFigures({ opensAt }: Scenario, result: SimResult): RunFigures {
  const { recorder, people, inventory } = result
  return recorder.figures({ people, inventory }, opensAt)
}
