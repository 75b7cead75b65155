import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import { must } from '../../core/assert.ts'
import { findPython } from '../../engine/testing/find-python.ts'
import { impatientSteadyState } from '../../queueing/erlang-a.ts'
import { erlangB } from '../../queueing/erlang-b.ts'
import { delaySteadyState, waitCdf } from '../../queueing/erlang-c.ts'
import { fluidPath } from '../../queueing/fluid.ts'
import { pollaczekKhinchineWait } from '../../queueing/mg1.ts'
import { boundedSteadyState } from '../../queueing/mmck.ts'
import { modifiedOfferedLoad } from '../../queueing/offered-load.ts'
import { retrialSteadyState } from '../../queueing/retrial.ts'
import { routerBenchmark } from '../../queueing/testing/router-benchmark.ts'
import { estimateScalability, type ScalabilityPoint } from '../../queueing/usl-fit.ts'
import { clopperPearson, wilson } from '../../statistics/binomial.ts'
import { fitLifetimes } from '../../statistics/censored-fit.ts'
import { chooseDistribution } from '../../statistics/distribution-choice.ts'
import { kaplanMeier, survivalBand } from '../../statistics/kaplan-meier.ts'
import { remission } from '../../statistics/testing/remission.ts'

/**
 * The closed forms and the fits against programs that nobody here wrote: pyqueueing, erlanglib (a
 * thousand digits) and SciPy, each given the same parameters.
 */
const root = fileURLToPath(new URL('../../..', import.meta.url))
const program = fileURLToPath(new URL('opinion.py', import.meta.url))
const python = findPython(
  [process.env['DAMBREAK_SIMPY_PYTHON'], join(root, '.venv', 'bin', 'python')],
  ['scipy', 'pyqueueing', 'erlanglib'],
)
const isRequired = process.env['CI'] !== undefined && process.env['CI'] !== ''

const times = Array.from({ length: 21 }, (_, i) => i)
const sine = { mean: 100, amplitude: 40, serviceRate: 1 }
const crowd = { patienceRate: 0.5, retryShare: 0.7, retryRate: 0.2 }

/** Two measurements at each of five levels, with their errors. */
const steps: readonly Required<ScalabilityPoint>[] = [
  [1, 98.7],
  [1, 101.1],
  [2, 183.9],
  [2, 180.2],
  [4, 290.1],
  [4, 297.5],
  [8, 361.8],
  [8, 355],
  [16, 319],
  [16, 310.4],
].map(([concurrency = 0, throughput = 0]) => ({
  concurrency,
  throughput,
  standardError: 1 + concurrency / 4,
}))

function columnsOf(points: readonly ScalabilityPoint[]) {
  return {
    concurrency: points.map(({ concurrency }) => concurrency),
    throughput: points.map(({ throughput }) => throughput),
  }
}

const request = {
  loss: [
    { servers: 5, offeredLoad: 3 },
    { servers: 100, offeredLoad: 84.06 },
    { servers: 150, offeredLoad: 300 },
    { servers: 5_000, offeredLoad: 4_900 },
    { servers: 100_000, offeredLoad: 99_500 },
    { servers: 100_000, offeredLoad: 101_000 },
  ],
  delay: [
    { arrivalRate: 300, serviceRate: 182.5, servers: 3, time: 0.001 },
    { arrivalRate: 48, serviceRate: 1, servers: 50, time: 0.3 },
    { arrivalRate: 9_900, serviceRate: 1, servers: 10_000, time: 0.01 },
    { arrivalRate: 99_900, serviceRate: 1, servers: 100_000, time: 0.01 },
  ],
  impatient: [
    { arrivalRate: 48, serviceRate: 1, patienceRate: 0.5, servers: 50 },
    { arrivalRate: 120, serviceRate: 1, patienceRate: 1, servers: 100 },
    { arrivalRate: 20, serviceRate: 2, patienceRate: 8, servers: 8 },
  ],
  bounded: [
    { arrivalRate: 4.4, serviceRate: 1, servers: 4, backlog: 6 },
    { arrivalRate: 90, serviceRate: 1, servers: 60, backlog: 40 },
  ],
  single: [0, 0.5, 1, 4].map((serviceScv) => ({ arrivalRate: 0.8, meanService: 1, serviceScv })),
  retrial: [
    { arrivalRate: 0.5, serviceRate: 1, retryRate: 1 },
    { arrivalRate: 0.8, serviceRate: 2, retryRate: 0.3 },
  ],
  offeredLoad: [{ ...sine, angularRate: 1.3, startLoad: 20, times }],
  fluid: [{ ...sine, ...crowd, servers: 105, times }],
  scalability: [
    { ...columnsOf(routerBenchmark), standardError: null },
    { ...columnsOf(steps), standardError: steps.map(({ standardError }) => standardError) },
  ],
  proportion: [
    { successes: 0, trials: 12, confidence: 0.95 },
    { successes: 181, trials: 190, confidence: 0.95 },
    { successes: 3, trials: 40_000, confidence: 0.9 },
  ],
  lifetimes: [
    {
      times: remission.map(({ time }) => time),
      observed: remission.map(({ isObserved }) => isObserved),
    },
  ],
  values: [{ values: [0.8, 1.1, 1.3, 1.7, 1.9, 2, 2.4, 2.8, 3.1, 3.3, 4.2, 4.9, 5.6, 7.7, 11] }],
}

type Figures = Record<string, number | number[]>
interface Fit {
  readonly logLikelihood: number
  readonly distance?: number
  readonly parameters: Record<string, number>
}
type Opinion = Record<Exclude<keyof typeof request, 'lifetimes' | 'values'>, Figures[]> & {
  readonly lifetimes: (Record<string, number[]> & { readonly fits: Record<string, Fit> })[]
  readonly values: Record<string, Fit>[]
  readonly versions: Record<string, string>
}

let opinion: Opinion

test('SciPy has a say', ({ skip }) => {
  if (python === null && !isRequired) {
    skip(
      'no Python with SciPy, pyqueueing and erlanglib: set DAMBREAK_SIMPY_PYTHON, or make .venv with them in it',
    )
  }
  expect(python, 'a Python with SciPy, which CI must have').not.toBeNull()
  expect(opinion.versions['scipy']).toMatch(/^1\./)
})

beforeAll(async () => {
  if (python === null) return
  const run = await promisify(execFile)(python, [program, JSON.stringify(request)])
  opinion = JSON.parse(run.stdout) as Opinion
}, 120_000)

/** Every figure of theirs that we have too, to a relative error. */
function expectAlike(own: object, other: Figures | undefined, within = 5e-7): void {
  const names = Object.keys(must(other, 'their figures'))
  expect(names.length).toBeGreaterThan(0)
  for (const name of names) {
    const mine = Object.entries(own).find(([key]) => key === name)?.[1] as unknown
    const values = [mine].flat() as number[]
    const others = [other?.[name] ?? []].flat()
    expect(values.length, name).toBe(others.length)
    for (const [i, value] of values.entries()) {
      const against = others[i] ?? Number.NaN
      expect(Math.abs(value - against), `${name}: ${value} against ${against}`).toBeLessThanOrEqual(
        within * Math.max(Math.abs(against), 1e-300),
      )
    }
  }
}

/** Nothing to compare with is one skipped test, not one for each figure. */
const compare = python === null ? () => undefined : describe

compare('closed forms', () => {
  test('Erlang B, three ways', () => {
    for (const [i, other] of opinion.loss.entries()) {
      const value = erlangB(must(request.loss[i], 'the case'))
      expectAlike({ pyqueueing: value, scipy: value, erlanglib: value }, other)
    }
  })

  test('Erlang C and the rest of M/M/c', () => {
    for (const [i, other] of opinion.delay.entries()) {
      const { time, ...system } = must(request.delay[i], 'the case')
      const state = delaySteadyState(system)
      const own = { ...state, waitCdf: waitCdf(system, time), erlanglib: state.delayProbability }
      expectAlike(own, other)
    }
  })

  test('Erlang A', () => {
    for (const [i, other] of opinion.impatient.entries()) {
      expectAlike(impatientSteadyState(must(request.impatient[i], 'the case')), other)
    }
  })

  test('M/M/c/K', () => {
    for (const [i, other] of opinion.bounded.entries()) {
      expectAlike(boundedSteadyState(must(request.bounded[i], 'the case')), other)
    }
  })

  test('M/G/1', () => {
    for (const [i, other] of opinion.single.entries()) {
      const meanWait = pollaczekKhinchineWait(must(request.single[i], 'the case'))
      expectAlike({ meanWait }, other)
    }
  })

  test('retrial', () => {
    for (const [i, other] of opinion.retrial.entries()) {
      expectAlike(retrialSteadyState(must(request.retrial[i], 'the case')), other)
    }
  })
})

compare('differential equations', () => {
  const span = { until: 20, step: 0.002 }
  const atTimes = (path: Float64Array) => times.map((time) => path[time * 500])

  test('modified offered load', () => {
    const { load } = modifiedOfferedLoad({
      ...span,
      from: 0,
      arrivalRateAt: (time) => sine.mean + sine.amplitude * Math.sin(1.3 * time),
      serviceRate: sine.serviceRate,
      startLoad: 20,
    })
    expectAlike({ load: atTimes(load) }, opinion.offeredLoad[0])
  })

  test('the fluid with impatience and retries', () => {
    const { inside, orbit } = fluidPath({
      ...span,
      ...crowd,
      arrivalRateAt: (time) => sine.mean + sine.amplitude * Math.sin(time),
      serversAt: () => 105,
      serviceRate: sine.serviceRate,
    })
    // Where the servers fill up the slope has a kink, which costs either method a few digits.
    expectAlike({ inside: atTimes(inside), orbit: atTimes(orbit) }, opinion.fluid[0], 2e-6)
  })
})

compare('fits', () => {
  const names = ['unitThroughput', 'contention', 'coherency'] as const

  test('scalability, alike and weighted', () => {
    const others = opinion.scalability
    for (const [i, points] of [routerBenchmark, steps].entries()) {
      const found = estimateScalability(points, { confidence: 0.95 })
      const errors = names.map((_, k) => Math.sqrt(found.covariance?.[k]?.[k] ?? Number.NaN))
      // curve_fit takes its Jacobian by differences.
      expectAlike({ point: names.map((name) => found[name].mid), errors }, others[i], 2e-6)
    }
  })

  test('proportions', () => {
    for (const [i, other] of opinion.proportion.entries()) {
      const { confidence, ...counts } = must(request.proportion[i], 'the case')
      const ends = ({ low, high }: { low: number; high: number }) => [low, high]
      const own = {
        clopperPearson: ends(clopperPearson(counts, confidence)),
        wilson: ends(wilson(counts, confidence)),
      }
      expectAlike(own, other)
    }
  })

  test('survival', () => {
    const other = must(opinion.lifetimes[0], 'their survival')
    const curve = kaplanMeier(remission)
    const band = survivalBand(curve, 0.95)
    const survival = other['times']?.map(
      (time) => curve.survival[curve.times.findLastIndex((at) => at <= time)] ?? 1,
    )
    expectAlike({ survival: survival ?? [] }, { survival: other['survival'] ?? [] })
    for (const [i, time] of curve.times.entries()) {
      const at = other['times']?.indexOf(time) ?? -1
      const theirBand = { low: other['low']?.[at] ?? 0, high: other['high']?.[at] ?? 0 }
      expectAlike({ low: band.low[i], high: band.high[i] }, theirBand)
    }
  })

  test('lifetimes, censored', () => {
    for (const family of ['exponential', 'weibull', 'lognormal', 'gamma'] as const) {
      const fit = must(fitLifetimes(remission, family, 0.95), family)
      const other = must(opinion.lifetimes[0]?.fits[family], family)
      expectAlike({ logLikelihood: fit.logLikelihood }, { logLikelihood: other.logLikelihood })
      const own = Object.entries(fit.parameters).map(([name, { mid }]) => [name, mid])
      expectAlike(Object.fromEntries(own) as object, other.parameters, 5e-6)
    }
  })

  test('distributions of values', () => {
    const values = must(request.values[0], 'the values').values
    const fits = chooseDistribution(
      values.map((value) => ({ value, count: 1 })),
      0.95,
    )
    for (const [family, other] of Object.entries(opinion.values[0] ?? {})) {
      const fit = must(
        fits.find(({ dist }) => dist.dist === family),
        family,
      )
      const { logLikelihood, distance = Number.NaN } = other
      expectAlike(fit, { logLikelihood, distance }, 5e-6)
      const own = Object.entries(fit.parameters).map(([name, { mid }]) => [name, mid])
      expectAlike(Object.fromEntries(own) as object, other.parameters, 5e-6)
    }
  })
})
