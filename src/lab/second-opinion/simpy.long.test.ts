import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import { findPython } from '../../engine/testing/find-python.ts'
import {
  errorsAllowed,
  estimate,
  simulateBatches,
  type Batch,
  type Estimate,
} from '../../engine/sim/testing/estimates.ts'
import type { Queue } from '../../engine/sim/testing/queue-scenario.ts'
import { tandemSteadyState } from '../../engine/sim/testing/tandem.ts'

/**
 * The simulator against a simulator that nobody here wrote: SimPy, in Python, given the same
 * parameters. Both also against the exact answer, which says who is wrong if they differ.
 */
const root = fileURLToPath(new URL('../../..', import.meta.url))
const program = fileURLToPath(new URL('simpy-opinion.py', import.meta.url))

const impatient = { arrivalRate: 48, serviceRate: 1, patienceRate: 0.5, servers: 50 }
const tandem = {
  arrivalRate: 4.4,
  first: { servers: 4, backlog: 6, serviceRate: 1 },
  second: { servers: 1, serviceRate: 8.5 },
}
const request = {
  seed: 1,
  batches: 40,
  impatient: { ...impatient, customers: 1_100_000 },
  tandem: { ...tandem, customers: 1_600_000 },
}

type Model = 'impatient' | 'tandem'
type Opinion = Record<Model, Record<string, Estimate>> & { readonly simpy: string }

/** Utilisation of the station that a figure is about, and its exact value. */
interface Figure {
  readonly model: Model
  readonly name: string
  readonly utilisation: number
  readonly exact: number
  readonly of: (batch: Batch) => number
}

function figuresOf(): Figure[] {
  // Row 7 of the queueing reference.
  const erlangA = { abandonShare: 0.03091225, wait: 3.70947 / 60, utilisation: 0.93032424 }
  const line = { model: 'impatient' as const, utilisation: erlangA.utilisation }
  const exact = tandemSteadyState(tandem)
  const first = { model: 'tandem' as const, utilisation: exact.firstUtilisation }
  const second = { model: 'tandem' as const, utilisation: exact.secondUtilisation }
  const taken = (batch: Batch) => batch.arrivalsPerSec * (1 - batch.refusedShare)
  const at = (values: readonly number[], station: number) => values[station] ?? Number.NaN
  return [
    { ...line, name: 'wait', exact: erlangA.wait, of: (b) => b.inWaitingRoom / b.arrivalsPerSec },
    { ...line, name: 'abandonShare', exact: erlangA.abandonShare, of: (b) => b.abandonShare },
    {
      ...line,
      name: 'utilisation',
      exact: erlangA.utilisation,
      of: (b) => at(b.utilisation, 0),
    },
    { ...first, name: 'refusedShare', exact: exact.refusedShare, of: (b) => b.refusedShare },
    { ...first, name: 'firstWait', exact: exact.firstWait, of: (b) => at(b.inQueue, 0) / taken(b) },
    {
      ...first,
      name: 'firstUtilisation',
      exact: exact.firstUtilisation,
      of: (b) => at(b.utilisation, 0),
    },
    {
      ...second,
      name: 'secondWait',
      exact: exact.secondWait,
      of: (b) => at(b.inQueue, 1) / taken(b),
    },
    {
      ...second,
      name: 'secondUtilisation',
      exact: exact.secondUtilisation,
      of: (b) => at(b.utilisation, 1),
    },
  ]
}

/** The same queues for the simulator; one unit of time is a second. */
function queueOf(model: Model): Queue {
  const exponentialMs = (rate: number) => ({ dist: 'exponential' as const, mean: 1000 / rate })
  const size = (rate: number) => ({ arrivalsPerSec: rate, forSec: Math.ceil(400_000 / rate) })
  if (model === 'impatient') {
    const { arrivalRate, servers, serviceRate, patienceRate } = impatient
    return {
      ...size(arrivalRate),
      stations: [{ name: 'main', slots: servers, serviceMs: exponentialMs(serviceRate) }],
      lineInWaitingRoom: { patienceSec: { dist: 'exponential', mean: 1 / patienceRate } },
    }
  }
  const { arrivalRate, first, second } = tandem
  return {
    ...size(arrivalRate),
    stations: [
      {
        name: 'first',
        slots: first.servers,
        backlog: first.backlog,
        serviceMs: exponentialMs(first.serviceRate),
      },
      {
        name: 'second',
        slots: second.servers,
        serviceMs: exponentialMs(second.serviceRate),
      },
    ],
  }
}

const limitOf = (figure: Figure) => (figure.utilisation > 0.9 ? 0.02 : 0.005)

/** Estimates of the simulator's figures by name, from as many runs as their precision takes. */
function simulated(model: Model, figures: readonly Figure[]): Record<string, Estimate> {
  const own = figures.filter((figure) => figure.model === model)
  const batches: Batch[] = []
  const estimates = () => own.map((figure) => estimate(batches.map((batch) => figure.of(batch))))
  const precise = () =>
    estimates().every(({ mean, standardError }, i) => {
      const figure = own[i]
      return figure !== undefined && standardError / mean < 0.9 * limitOf(figure)
    })
  for (let seed = 1; seed <= 20 && !(batches.length > 10 && precise()); seed++) {
    batches.push(...simulateBatches(queueOf(model), seed))
  }
  return Object.fromEntries(estimates().map((found, i) => [own[i]?.name ?? '', found]))
}

const figures = figuresOf()
/** Twice each: against the exact answer, and against the other simulator. */
const allowed = errorsAllowed(2 * figures.length)
const sims: Partial<Record<Model, Record<string, Estimate>>> = {}

function expectClose(name: string, off: number, standardError: number): void {
  expect(Math.abs(off) / standardError, `${name} is off by ${off} ± ${standardError}`).toBeLessThan(
    allowed,
  )
}

beforeAll(() => {
  for (const model of ['impatient', 'tandem'] as const) sims[model] = simulated(model, figures)
}, 300_000)

describe('the simulator against the exact answer', () => {
  test.each(figures)('$model: $name', (figure) => {
    const own = sims[figure.model]?.[figure.name]
    expect((own?.standardError ?? 1) / (own?.mean ?? 1)).toBeLessThan(limitOf(figure))
    expectClose(figure.name, (own?.mean ?? 0) - figure.exact, own?.standardError ?? 0)
  })
})

describe('the simulator against SimPy', () => {
  const python = findPython(
    [process.env['DAMBREAK_SIMPY_PYTHON'], join(root, '.venv', 'bin', 'python')],
    ['simpy'],
  )
  const required = process.env['CI'] !== undefined && process.env['CI'] !== ''

  test('SimPy has a say', { timeout: 900_000 }, async ({ skip }) => {
    if (python === null && !required) {
      skip('no Python with SimPy: set DAMBREAK_SIMPY_PYTHON, or make .venv with simpy in it')
    }
    expect(python, 'a Python with SimPy, which CI must have').not.toBeNull()
    const run = await promisify(execFile)(python ?? '', [program, JSON.stringify(request)])
    const opinion = JSON.parse(run.stdout) as Opinion
    expect(opinion.simpy).toMatch(/^4\./)
    for (const figure of figures) {
      const { model, name } = figure
      const theirs = opinion[model][name] ?? { mean: Number.NaN, standardError: Number.NaN }
      const ours = sims[model]?.[name] ?? { mean: Number.NaN, standardError: Number.NaN }
      const text = `${model}: ${name}`
      expect(theirs.standardError / theirs.mean, text).toBeLessThan(limitOf(figure))
      expectClose(`${text}, SimPy`, theirs.mean - figure.exact, theirs.standardError)
      const both = Math.hypot(theirs.standardError, ours.standardError)
      expectClose(`${text}, the two`, ours.mean - theirs.mean, both)
    }
  })
})
