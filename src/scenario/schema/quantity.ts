import { z } from 'zod'

/**
 * A number of a scenario: plain, or with its evidence. `low` and `high` are the 5th and 95th
 * percentile; a plain run uses `mid`. Parsing yields the plain number; `evidence.ts` collects the
 * labels beside it.
 */
export const evidenceLabels = ['reported', 'inferred', 'measured', 'assumed'] as const
export type Evidence = (typeof evidenceLabels)[number]

interface Bounds {
  readonly min?: number
  readonly max?: number
  readonly above?: number
  readonly integer?: boolean
}

function bounded({ min, max, above, integer }: Bounds) {
  let number = integer === true ? z.int() : z.number()
  if (min !== undefined) number = number.min(min)
  if (max !== undefined) number = number.max(max)
  if (above !== undefined) number = number.gt(above)
  return number
}

/** Schema of a number within bounds, with or without evidence; its output is the plain number. */
export function quantity(bounds: Bounds = {}) {
  const number = bounded(bounds)
  const source = z.string().optional()
  const labelled = z.strictObject({ value: number, evidence: z.enum(evidenceLabels), source })
  const interval = z.strictObject({
    low: number,
    mid: number,
    high: number,
    evidence: z.enum(evidenceLabels),
    source,
  })
  return z
    .union([number, labelled, interval])
    .transform((given) =>
      typeof given === 'number' ? given : 'value' in given ? given.value : given.mid,
    )
}

const shareQuantity = quantity({ min: 0, max: 1 })
const positiveQuantity = quantity({ above: 0 })
const nonNegativeQuantity = quantity({ min: 0 })
const countQuantity = quantity({ min: 0, integer: true })
const atLeastOneQuantity = quantity({ min: 1, integer: true })

// One schema each, so that the published JSON schema refers to it instead of repeating it.
export const share = () => shareQuantity
export const positive = () => positiveQuantity
export const nonNegative = () => nonNegativeQuantity
export const count = () => countQuantity
export const atLeastOne = () => atLeastOneQuantity
