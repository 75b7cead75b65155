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
  /** Data, method and their size in words: `access.log: 12,043 requests, maximum likelihood`. */
  readonly source: string
  /** Observations it rests on. */
  readonly count: number
}

/** What the data do not tell, and what measurement would. */
export interface NotIdentified {
  readonly path: string
  readonly reason: string
  readonly measure: string
}

/** What an estimator found: numbers, what it could not tell, and the pictures of fit against data. */
export interface Fitted {
  readonly estimates: readonly Estimate[]
  /** Fields that are no numbers: the kind of a distribution, by path. */
  readonly settings: Readonly<Record<string, unknown>>
  readonly notIdentified: readonly NotIdentified[]
  readonly pictures: readonly FitPicture[]
}

/** Data and fitted curve over one axis; `null` breaks a line. */
export interface FitPicture {
  /** File name of the PNG, without its ending. */
  readonly name: string
  readonly title: string
  /** A sentence on how to read it and on how good the fit is. */
  readonly how: string
  readonly xLabel: string
  readonly yLabel: string
  readonly xScale: 'linear' | 'log'
  readonly yScale: 'linear' | 'log'
  readonly data: readonly FitSeries[]
  readonly fitted: readonly FitSeries[]
}

export interface FitSeries {
  readonly label: string
  readonly shape: 'points' | 'line' | 'steps'
  readonly x: readonly number[]
  readonly y: readonly (number | null)[]
  /** 95% band around a curve. */
  readonly yLow?: readonly number[]
  readonly yHigh?: readonly number[]
}
