import type { DataSource } from './data-source.ts'
import type { EstimateBasis } from './estimate-basis.ts'
import type { FitPicture } from './fit-picture.ts'
import type { Gap } from './gap.ts'

/**
 * One number that was estimated from measurements, ready for a scenario: `low` and `high` are the 5th
 * and 95th percentile of what the data leave possible.
 */
export interface Estimate {
  /** The place in a scenario, as `--set` writes it: `behaviour.patienceSec.mean`. */
  readonly path: string
  readonly low: number
  readonly mid: number
  readonly high: number
  readonly evidence: 'measured'
  readonly from: DataSource
  readonly basis: EstimateBasis
  /** Observations it rests on. */
  readonly count: number
}

/** What an estimator found: numbers, what the data do not identify, and pictures of fit against data. */
export interface Fitted {
  readonly estimates: readonly Estimate[]
  /** Fields that are no numbers: the kind of a distribution, by path. */
  readonly settings: Readonly<Record<string, unknown>>
  readonly notIdentified: readonly Gap[]
  readonly pictures: readonly FitPicture[]
}
