import type { Scenario } from '../scenario/schema.ts'
import { baseVariant } from '../scenario/variants.ts'

/** Longer descriptions would not fit the heads of tables and the names beside bars. */
const longestLabel = 40

/**
 * What a reader calls a run: its variant by its own description, where that is short and no other
 * variant's, else by its name; the base of a scenario of a real event is `as it happened`. `scenario`
 * is the base: that of a variant knows of no variants any more.
 */
export function labelOf(
  variant: string,
  scenario: Pick<Scenario, 'reported' | 'variants'>,
): string {
  if (variant === baseVariant) return scenario.reported.length > 0 ? 'as it happened' : variant
  const spoken = ({ description }: { description: string }) => description.trim()
  const found = scenario.variants.find(({ name }) => name === variant)
  if (found === undefined) return variant
  const label = spoken(found)
  const alike = scenario.variants.filter((other) => spoken(other) === label)
  const fits = label !== '' && [...label].length <= longestLabel
  return fits && alike.length === 1 ? label : variant
}
