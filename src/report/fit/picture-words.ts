import type { ShapeName } from '../../fit/arrival-shapes.ts'
import type {
  FitCurve,
  FitPicture,
  FitSeries,
  PictureSubject,
  SeriesSubject,
} from '../../fit/fit-picture.ts'
import type { Goodness } from '../../fit/goodness.ts'
import { counted, wordsFor, type WordsOf } from '../coded-words.ts'
import { formats } from '../format.ts'
import { sourceText } from './estimate-words.ts'

const { number } = formats

/** A picture of a fit with its words. */
export interface WordedPicture {
  /** File name of the PNG, without its ending. */
  readonly name: string
  readonly title: string
  /** A sentence on how to read it and on how good the fit is. */
  readonly how: string
  readonly xLabel: string
  readonly yLabel: string
  readonly xScale: FitPicture['xScale']
  readonly yScale: FitPicture['yScale']
  readonly data: readonly LabelledCurve[]
  readonly fitted: readonly LabelledCurve[]
}

export interface LabelledCurve extends FitCurve {
  readonly label: string
}

type Text = Pick<WordedPicture, 'name' | 'title' | 'how' | 'xLabel' | 'yLabel'>

const byLevel = 'level of load, in order of time'
const shareUpTo = 'share up to that value'

const pictures: WordsOf<PictureSubject, Text> = {
  Admission: ({ from }) => ({
    name: 'admission',
    title: 'People ahead and the wait shown',
    how: `${sourceText(from)}. At a constant rate of turns the screens lie on a line through the origin; its slope is one over the rate.`,
    xLabel: 'people ahead',
    yLabel: 'wait shown (s)',
  }),
  Arrivals: ({ from, goodness }) => ({
    name: 'arrivals',
    title: 'Arrivals around the opening',
    how: `${sourceText(from)}. ${goodnessText(goodness)} Of 20 points, 19 should lie within the band.`,
    xLabel: 'seconds after the opening',
    yLabel: 'arrivals per second',
  }),
  RescaledArrivals: ({ arrivals, distance }) => ({
    name: 'arrivals-rescaled',
    title: 'Arrivals in the time of the fit',
    how: `Time is stretched so that the fitted rate is constant: a good fit is the diagonal. The band is Kolmogorov's at 95% for ${counted(arrivals, 'arrival')}; the greatest distance is ${distance.toFixed(4)}.`,
    xLabel: 'share expected so far',
    yLabel: 'share that arrived so far',
  }),
  Patience: ({ from }) => ({
    name: 'patience',
    title: 'Patience',
    how: `${sourceText(from)}. Steps: those still patient (Kaplan–Meier) with a 95% band; line: the fit. Nobody was seen to give up beyond the last step.`,
    xLabel: 'seconds waited',
    yLabel: 'share still patient',
  }),
  Backoff: ({ from, failed }) => ({
    name: 'back-off',
    title: 'Pauses before trying again',
    how: `${sourceText(from)}, ${counted(failed, 'failed request')}. Steps: pauses of those who tried again; line: the fit.`,
    xLabel: 'seconds',
    yLabel: shareUpTo,
  }),
  Response: ({ from, step, responses }) => ({
    name: `response-${step.replaceAll(/[^\w-]/g, '-')}`,
    title: `Response times of ${step} at low load`,
    how: `${sourceText(from)}, ${counted(responses, 'response')} of its quietest seconds. An upper bound of the service time: a log shows responses, not service.`,
    xLabel: 'milliseconds',
    yLabel: shareUpTo,
  }),
  StationAnswers: ({ misfit }) => ({
    name: 'stations-answers',
    title: 'Answers by level of load',
    how: misfitText(misfit),
    xLabel: byLevel,
    yLabel: 'answers per second',
  }),
  StationResponses: ({ misfit }) => ({
    name: 'stations-response',
    title: 'Response times by level of load',
    how: misfitText(misfit),
    xLabel: byLevel,
    yLabel: 'milliseconds',
  }),
  StationBusySlots: ({ misfit }) => ({
    name: 'stations-busy',
    title: 'Busy slots by level of load',
    how: misfitText(misfit),
    xLabel: byLevel,
    yLabel: 'slots in use',
  }),
}

/** How good a fit of arrivals is. */
function goodnessText({ dispersion, distance, chance }: Goodness): string {
  const rough = `The variance of the counts is ${dispersion.toFixed(2)} times that of a Poisson process`
  const p = chance < 0.001 ? '< 0.001' : chance.toFixed(3)
  const far = `the time-rescaled process is ${distance.toFixed(4)} from a constant rate (Kolmogorov; p ${p})`
  const advice =
    chance < 0.001 || dispersion > 4
      ? ' The kinds of arrival of a scenario do not describe this well: consider replaying the times.'
      : ''
  return `${rough}; ${far}.${advice}`
}

function misfitText(misfit: number): string {
  const apart = `The points are ${Math.sqrt(misfit).toFixed(1)} times as far off as chance alone would put them`
  return misfit <= 2
    ? `${apart}: the stations of the scenario explain what was measured. The band holds 95% of measurements.`
    : `${apart}: the stations of the scenario lack something, or the machine was busy with other work. The band is widened to match.`
}

const shapes: Readonly<Record<ShapeName, string>> = {
  early: 'early arrivals',
  burst: 'burst',
  decay: 'decay',
  power: 'decay (power)',
  constant: 'constant',
}

const kind = (what: string, isFitted: boolean): string =>
  `${what}, ${isFitted ? 'fitted' : 'measured'}`

const labels: WordsOf<SeriesSubject> = {
  Counted: () => 'counted',
  Fitted: () => 'fitted',
  PerfectFit: () => 'a perfect fit',
  Screens: () => 'screens',
  KaplanMeier: () => 'Kaplan–Meier',
  CallRate: ({ perSec }) => `${number(perSec)} per second`,
  ArrivalShape: ({ shape }) => shapes[shape],
  Distribution: ({ distribution }) => distribution,
  Answers: ({ isFitted }) => kind('answers', isFitted),
  ResponseQuantile: ({ share, isFitted }) => kind(`p${share * 100}`, isFitted),
  BusySlots: ({ station, isFitted }) => kind(station, isFitted),
}

const labelled = ({ of, ...curve }: FitSeries): LabelledCurve => ({
  ...curve,
  label: wordsFor(labels, of),
})

export function wordedPicture({ about, data, fitted, ...rest }: FitPicture): WordedPicture {
  return {
    ...wordsFor(pictures, about),
    ...rest,
    data: data.map(labelled),
    fitted: fitted.map(labelled),
  }
}
