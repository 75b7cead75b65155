import type { Scenario } from '../scenario/schema.ts'
import { baseVariant } from '../scenario/variants.ts'

/** What a reader calls a run: its variant, and of a scenario of a real event `as it happened`. */
export function labelOf(variant: string, scenario: Pick<Scenario, 'reported'>): string {
  return variant === baseVariant && scenario.reported.length > 0 ? 'as it happened' : variant
}
