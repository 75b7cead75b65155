import type { ShapeName } from './arrival-shapes.ts'
import type { DataSource } from './data-source.ts'
import type { Goodness } from './goodness.ts'

/** What a picture shows. */
export type PictureSubject =
  | { readonly code: 'Admission'; readonly from: DataSource }
  | { readonly code: 'Arrivals'; readonly from: DataSource; readonly goodness: Goodness }
  /** Arrivals over the time in which the fitted rate is even. */
  | { readonly code: 'RescaledArrivals'; readonly arrivals: number; readonly distance: number }
  | { readonly code: 'Patience'; readonly from: DataSource }
  | { readonly code: 'Backoff'; readonly from: DataSource; readonly failed: number }
  | {
      readonly code: 'Response'
      readonly from: DataSource
      readonly step: string
      readonly responses: number
    }
  /** Stations by level of load. */
  | { readonly code: 'StationAnswers'; readonly misfit: number }
  | { readonly code: 'StationResponses'; readonly misfit: number }
  | { readonly code: 'StationBusySlots'; readonly misfit: number }

/** What a curve is of. */
export type SeriesSubject =
  | { readonly code: 'Counted' }
  | { readonly code: 'Fitted' }
  | { readonly code: 'PerfectFit' }
  | { readonly code: 'Screens' }
  | { readonly code: 'KaplanMeier' }
  | { readonly code: 'CallRate'; readonly perSec: number }
  | { readonly code: 'ArrivalShape'; readonly shape: ShapeName }
  | { readonly code: 'Distribution'; readonly distribution: string }
  | { readonly code: 'Answers'; readonly isFitted: boolean }
  | { readonly code: 'ResponseQuantile'; readonly share: number; readonly isFitted: boolean }
  | { readonly code: 'BusySlots'; readonly station: string; readonly isFitted: boolean }

/** Data and fitted curves over one axis; `null` breaks a line. */
export interface FitPicture {
  readonly about: PictureSubject
  readonly xScale: 'linear' | 'log'
  readonly yScale: 'linear' | 'log'
  readonly data: readonly FitSeries[]
  readonly fitted: readonly FitSeries[]
}

export interface FitCurve {
  readonly shape: 'points' | 'line' | 'steps'
  readonly x: readonly number[]
  readonly y: readonly (number | null)[]
  /** 95% band around a curve. */
  readonly yLow?: readonly number[]
  readonly yHigh?: readonly number[]
}

export interface FitSeries extends FitCurve {
  readonly of: SeriesSubject
}
