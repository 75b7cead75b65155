import { z } from 'zod'

/** The figures that `plan.json` is made of, as schemas. */

export const countSchema = z.int().min(0)
/** Servers: as many as `--instances` takes. */
export const instancesSchema = z.int().min(1).max(100_000)
export const shareSchema = z.number().min(0).max(1)

/**
 * A number that comes out of assumptions: 5th, 50th and 95th percentile over the draws of the
 * parameters; `null` where it is not reached (a queue that never drains has no `drainSec`).
 */
export const rangeSchema = z.object({
  low: z.number().nullable(),
  mid: z.number().nullable(),
  high: z.number().nullable(),
})
export type Range = Readonly<z.infer<typeof rangeSchema>>

/** A share of the replications with its 95% confidence interval. */
export const probabilitySchema = z.object({
  value: shareSchema,
  low: shareSchema,
  high: shareSchema,
})
export type Probability = Readonly<z.infer<typeof probabilitySchema>>

/** `undecided`: the replications leave the probability on both sides of what is asked for. */
export const candidateVerdictSchema = z.enum(['meets', 'fails', 'undecided'])
export type CandidateVerdict = z.infer<typeof candidateVerdictSchema>

/** What the sensitivity of a plan is measured in. */
export const measureSchema = z.enum(['instances', 'pMeetsSlo', 'pCollapse', 'waitSecP95'])
export type Measure = z.infer<typeof measureSchema>
