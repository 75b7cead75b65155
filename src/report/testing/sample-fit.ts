import type { Estimate, Fitted } from '../../fit/estimate.ts'
import type { FitPicture } from '../../fit/fit-picture.ts'
import type { FitReport } from '../fit/fit-words.ts'
import type { LabelledCurve, WordedPicture } from '../fit/picture-words.ts'

/** Fits made up for the tests of the report alone: plausible, nothing more. */

const range = (count: number, of: (at: number) => number) =>
  Array.from({ length: count }, (_, at) => of(at))

/** A wave that looks like scatter and is the same in every run. */
const scatter = (at: number) => 1 + 0.12 * Math.sin(at * 12.9898) * Math.cos(at * 4.1)

function arrivals(): WordedPicture {
  const x = range(120, (at) => at * 5)
  const rate = (sec: number) => 2400 * Math.exp(-sec / 90) + 160 * Math.exp(-sec / 2400)
  const y = x.map(rate)
  return {
    name: 'fit-arrivals',
    title: 'Arrivals after the opening',
    how: 'Steps are what the log holds; the line is the fit. It leaves 4% of the counts unexplained.',
    xLabel: 'Seconds after the opening (s)',
    yLabel: 'Arrivals a second',
    xScale: 'linear',
    yScale: 'log',
    data: [
      { label: 'access.log', shape: 'steps', x, y: y.map((value, at) => value * scatter(at)) },
    ],
    fitted: [
      {
        label: 'burst and decay',
        shape: 'line',
        x,
        y,
        yLow: y.map((value) => value * 0.92),
        yHigh: y.map((value) => value * 1.08),
      },
    ],
  }
}

function contention(): WordedPicture {
  const levels = [2, 4, 8, 12, 16, 20, 24, 32]
  const perSec = (n: number) => (62 * n) / (1 + 0.02 * (n - 1) + 0.0006 * n * (n - 1))
  const x = range(61, (at) => 1 + at * 0.6)
  const line: LabelledCurve = {
    label: 'universal scalability law',
    shape: 'line',
    x,
    y: x.map(perSec),
    yLow: x.map((n) => perSec(n) * (1 - 0.002 * n)),
    yHigh: x.map((n) => perSec(n) * (1 + 0.002 * n)),
  }
  return {
    name: 'fit-contention',
    title: 'Throughput by requests at once',
    how: 'Each point is a level of the stepped run; the band holds 95% of what the data leave possible.',
    xLabel: 'Requests at once',
    yLabel: 'Answers a second',
    xScale: 'linear',
    yScale: 'linear',
    data: [
      {
        label: 'levels of the run',
        shape: 'points',
        x: levels,
        y: levels.map((n, at) => (at === 3 ? null : perSec(n) * scatter(at))),
      },
    ],
    fitted: [line],
  }
}

function service(): WordedPicture {
  const x = range(50, (at) => 10 * 1.12 ** at)
  const normal = (z: number) => 1 / (1 + Math.exp(-1.702 * z))
  const y = x.map((ms) => normal(Math.log(ms / 180) / 0.7))
  return {
    name: 'fit-service',
    title: 'Service time of web',
    how: 'The share of requests that took at most so long.',
    xLabel: 'Service time (ms)',
    yLabel: 'Share of requests',
    xScale: 'log',
    yScale: 'linear',
    data: [{ label: 'measured', shape: 'steps', x, y }],
    fitted: [{ label: 'lognormal', shape: 'line', x, y: y.map((value) => value * 0.98 + 0.01) }],
  }
}

/** Pictures of every axis and shape, for the tests of drawing. */
export const samplePictures = (): [WordedPicture, WordedPicture, WordedPicture] => [
  arrivals(),
  contention(),
  service(),
]

const log = { code: 'FirstContacts', inputs: ['access.log'], count: 12_043 } as const

function patience(): FitPicture {
  const x = range(40, (at) => at * 15)
  const y = x.map((sec) => Math.exp(-sec / 200))
  return {
    about: { code: 'Patience', from: { code: 'Waits', inputs: ['waits.csv'], count: 500 } },
    xScale: 'linear',
    yScale: 'linear',
    data: [{ of: { code: 'KaplanMeier' }, shape: 'steps', x, y }],
    fitted: [{ of: { code: 'Distribution', distribution: 'weibull' }, shape: 'line', x, y }],
  }
}

/** The curves of `arrivals()` as an estimator gives them: a code in place of words. */
function codedArrivals(): FitPicture {
  const { xScale, yScale, data, fitted } = arrivals()
  const goodness = { dispersion: 1.3, distance: 0.012, chance: 0.4 }
  return {
    about: { code: 'Arrivals', from: log, goodness },
    xScale,
    yScale,
    data: data.map((curve) => ({ ...curve, of: { code: 'Counted' } })),
    fitted: fitted.map((curve) => ({ ...curve, of: { code: 'Fitted' } })),
  }
}

function codedAnswers(): FitPicture {
  const { xScale, yScale, data, fitted } = contention()
  return {
    about: { code: 'StationAnswers', misfit: 1.04 },
    xScale,
    yScale,
    data: data.map((curve) => ({ ...curve, of: { code: 'Answers', isFitted: false } })),
    fitted: fitted.map((curve) => ({ ...curve, of: { code: 'Answers', isFitted: true } })),
  }
}

function estimates(): Estimate[] {
  const steps = { code: 'SteppedRuns', runs: 1, count: 5400 } as const
  return [
    {
      path: 'arrivals[1].meanSec',
      low: 84.2,
      mid: 90.4,
      high: 97.1,
      evidence: 'measured',
      from: log,
      basis: { code: 'ArrivalLikelihood', errorFactor: 1 },
      count: 12_043,
    },
    {
      path: 'stack.stations[0].contention',
      low: 0.014,
      mid: 0.0203,
      high: 0.027,
      evidence: 'measured',
      from: steps,
      basis: { code: 'SimulatedMoments', levels: 7, instances: [2], misfit: 1.04 },
      count: 5400,
    },
  ]
}

function sampleFitted(): Fitted {
  return {
    estimates: estimates(),
    settings: { 'journey[0].visits[0].serviceMs.dist': 'lognormal' },
    notIdentified: [
      {
        path: 'stack.stations[0].perInstance',
        code: 'OneInstanceCount',
        station: 'web',
        instances: 2,
      },
    ],
    pictures: [codedArrivals(), codedAnswers(), patience()],
  }
}

export function sampleFit(): FitReport {
  return {
    inputs: ['access.log', 'steps/run.json'],
    screens: 0,
    scenarioName: '2021-07-19-ages-53-54',
    opensAt: '2021-07-19T20:00:00+09:00',
    fitted: sampleFitted(),
    notes: [{ code: 'ArrivalsPlanned', run: 'steps/run.json' }],
  }
}

/** Data of which nothing can be identified. */
export function emptyFit(): FitReport {
  return {
    inputs: ['short.log'],
    screens: 0,
    scenarioName: null,
    opensAt: '2021-07-19T20:00:00+09:00',
    fitted: {
      estimates: [],
      settings: {},
      notIdentified: [{ path: 'arrivals', code: 'FewArrivals', arrivals: 4, needed: 50 }],
      pictures: [],
    },
    notes: [],
  }
}
