import { expect } from 'vitest'
import type { Distribution } from '../../../core/distribution.ts'
import {
  controlledEstimate,
  errorsAllowed,
  estimate,
  shareOfWaits,
  simulateBatches,
  type Batch,
} from './estimates.ts'
import type { Queue } from './queue-scenario.ts'

/**
 * The simulator against closed forms that were worked out elsewhere (the rows of the queueing
 * reference; `src/model/queueing` reproduces the same rows to six digits). Every mean must lie
 * within three standard errors, the level corrected for the number of figures, and the standard
 * error must be small enough for that to mean something.
 */
interface Figure {
  readonly name: string
  readonly reference: number
  readonly of: (batch: Batch) => number
  /** Measured as it is, without the help of the control: the load itself, and what people do. */
  readonly plain?: boolean
}

export interface Row {
  readonly name: string
  readonly servers: number
  /** Per unit of time of the row. */
  readonly arrivalRate: number
  readonly service: Distribution
  readonly patience?: Distribution
  /** Where waits are looked at one by one the line forms in the waiting room. */
  readonly line: 'station' | 'waiting room'
  /** Seconds that stand for one unit of time of the row; queues do not care, resolutions do. */
  readonly unitSec: number
  readonly utilisation: number
  readonly figures: readonly Figure[]
  /** Takes some seconds to be as precise as it must. */
  readonly isLong?: boolean
}

const visitorsPerRun = 250_000
/** Fewer batches than these runs have would say little about their own spread. */
const minRuns = 3
const maxRuns = 60

const exponential = (mean: number): Distribution => ({ dist: 'exponential', mean })
const load: Omit<Figure, 'reference'> = {
  name: 'utilisation',
  of: (batch) => batch.utilisation[0] ?? Number.NaN,
  plain: true,
}
/** In the line, of the waiting room and of the station together. */
const inLine = (batch: Batch) => batch.inWaitingRoom + (batch.inQueue[0] ?? Number.NaN)

const waitOver = (reference: number, { arrivalRate }: { arrivalRate: number }): Figure => ({
  name: 'mean wait',
  reference,
  of: (batch) => inLine(batch) / arrivalRate,
})
const delayed = (reference: number): Figure => ({
  name: 'P(wait > 0)',
  reference,
  of: (batch) => 1 - shareOfWaits(batch.waits, 0),
})
const waitWithin = (time: number, unitSec: number, reference: number): Figure => ({
  name: `P(wait ≤ ${time})`,
  reference,
  of: (batch) => shareOfWaits(batch.waits, time * unitSec * 1000),
})
const queueOf = (reference: number): Figure => ({ name: 'mean in queue', reference, of: inLine })
const single = {
  servers: 1,
  arrivalRate: 0.8,
  line: 'station',
  unitSec: 0.1,
  utilisation: 0.8,
} as const
const general = (name: string, service: Distribution, wait: number): Row => ({
  ...single,
  name: `11: M/G/1, ${name}`,
  service,
  figures: [{ ...load, reference: 0.8 }, waitOver(wait, single)],
})
const row4 = {
  servers: 3,
  arrivalRate: 0.2,
  service: exponential(10),
  unitSec: 0.5,
  utilisation: 2 / 3,
}
const row5 = {
  servers: 4,
  arrivalRate: 0.83333,
  service: exponential(4),
  unitSec: 1,
  utilisation: 0.83333,
}
const fifty = { servers: 50, arrivalRate: 48, service: exponential(1), unitSec: 60 }
export const rows: readonly Row[] = [
  {
    name: '1: Erlang C, 10 erlang on 14',
    isLong: true,
    servers: 14,
    arrivalRate: 10 / 180,
    service: exponential(180),
    line: 'waiting room',
    unitSec: 0.1,
    utilisation: 0.7142857,
    figures: [
      { ...load, reference: 0.7142857 },
      delayed(0.17413193),
      waitWithin(20, 0.1, 0.88835002),
    ],
  },
  {
    name: '2, and 11 with exponential service: M/M/1',
    isLong: true,
    servers: 1,
    arrivalRate: 24,
    service: exponential(1 / 30),
    line: 'station',
    unitSec: 10,
    utilisation: 0.8,
    figures: [
      { ...load, reference: 0.8 },
      { name: 'mean inside', reference: 4, of: (b) => inLine(b) + load.of(b) },
      { name: 'mean sojourn', reference: 1 / 6, of: (b) => (inLine(b) + load.of(b)) / 24 },
      { name: 'mean wait, in services', reference: 4, of: (b) => (inLine(b) / 24) * 30 },
      { name: 'P(empty)', reference: 0.2, of: (b) => 1 - load.of(b), plain: true },
    ],
  },
  {
    name: '3: M/M/3',
    isLong: true,
    servers: 3,
    arrivalRate: 300,
    service: exponential(1 / 182.5),
    line: 'station',
    unitSec: 100,
    utilisation: 300 / 547.5,
    figures: [
      { ...load, reference: 300 / 547.5 },
      queueOf(0.35242592),
      { name: 'mean inside', reference: 1.99626153, of: (b) => inLine(b) + 3 * load.of(b) },
      waitOver(0.00117475, { arrivalRate: 300 }),
    ],
  },
  {
    ...row4,
    name: '4: M/M/3, who waits',
    isLong: true,
    line: 'waiting room',
    figures: [{ ...load, reference: 2 / 3 }, delayed(0.44444444)],
  },
  {
    ...row4,
    name: '4: M/M/3, how long',
    isLong: true,
    line: 'station',
    figures: [{ ...load, reference: 2 / 3 }, waitOver(4.44444444, row4)],
  },
  {
    ...row5,
    name: '5: M/M/4, who waits',
    line: 'waiting room',
    figures: [{ ...load, reference: 0.83333 }, delayed(0.6577154), waitWithin(5, 1, 0.71416283)],
  },
  {
    ...row5,
    name: '5: M/M/4, how long',
    isLong: true,
    line: 'station',
    figures: [{ ...load, reference: 0.83333 }, waitOver(3.94621345, row5)],
  },
  {
    ...fifty,
    name: '6: M/M/50, who waits',
    isLong: true,
    line: 'waiting room',
    utilisation: 0.96,
    figures: [
      { ...load, reference: 0.96 },
      delayed(0.69445561),
      waitWithin(58.138742 / 60, 60, 0.9),
    ],
  },
  {
    ...fifty,
    name: '6: M/M/50, how long',
    isLong: true,
    line: 'station',
    utilisation: 0.96,
    figures: [{ ...load, reference: 0.96 }, waitOver(20.833668 / 60, fifty), queueOf(16.666935)],
  },
  {
    ...fifty,
    name: '7: Erlang A',
    line: 'waiting room',
    patience: exponential(2),
    utilisation: 0.93032424,
    figures: [
      { ...load, reference: 0.93032424 },
      { name: 'P(abandon)', reference: 0.03091225, of: (b) => b.abandonShare, plain: true },
      { ...waitOver(3.70947 / 60, fifty), plain: true },
      { ...queueOf(2.967576), plain: true },
    ],
  },
  {
    name: '8: Erlang A, overloaded',
    isLong: true,
    servers: 100,
    arrivalRate: 120,
    service: exponential(1),
    patience: exponential(1),
    line: 'waiting room',
    unitSec: 10,
    // c·μ·ρ = λ(1 − P(abandon)).
    utilisation: 1.2 * (1 - 0.16769296),
    figures: [
      { ...load, reference: 1.2 * (1 - 0.16769296) },
      { name: 'P(abandon)', reference: 0.16769296, of: (b) => b.abandonShare, plain: true },
      { ...queueOf(20.123155), plain: true },
    ],
  },
  general('constant service', { dist: 'constant', value: 1 }, 2),
  { ...general('Erlang-2 service', { dist: 'erlang', mean: 1, shape: 2 }, 3), isLong: true },
  { ...general('gamma service, cs² = 4', { dist: 'gamma', mean: 1, cv: 2 }, 10), isLong: true },
]

function queueOfRow(row: Row): Queue {
  const { unitSec, servers, arrivalRate, patience } = row
  const arrivalsPerSec = arrivalRate / unitSec
  return {
    arrivalsPerSec,
    forSec: Math.ceil(visitorsPerRun / arrivalsPerSec),
    stations: [{ name: 'main', slots: servers, serviceMs: stretched(row.service, unitSec * 1000) }],
    ...(row.line === 'station'
      ? {}
      : {
          lineInWaitingRoom:
            patience === undefined ? {} : { patienceSec: stretched(patience, unitSec) },
        }),
  }
}

function stretched(dist: Distribution, by: number): Distribution {
  if ('mean' in dist) return { ...dist, mean: dist.mean * by }
  if (dist.dist === 'constant') return { ...dist, value: dist.value * by }
  throw new Error(`no row has ${dist.dist} times`)
}

/** Estimates of all figures of a row, from as many runs as their precision takes. */
function measured(row: Row, limit: number) {
  const loads: number[] = []
  const values = row.figures.map((): number[] => [])
  const estimates = () =>
    row.figures.map((figure, i) => {
      const own = values[i] ?? []
      const control = { values: loads, mean: row.utilisation }
      const found = figure.plain === true ? estimate(own) : controlledEstimate(own, control)
      return { ...figure, ...found, precision: found.standardError / found.mean }
    })
  for (let seed = 1; seed <= maxRuns; seed++) {
    for (const batch of simulateBatches(queueOfRow(row), seed)) {
      loads.push(load.of(batch))
      for (const [i, figure] of row.figures.entries()) values[i]?.push(figure.of(batch))
    }
    if (seed >= minRuns && estimates().every(({ precision }) => precision < limit)) break
  }
  return estimates()
}

/** The level is corrected for all figures of all rows, whichever are looked at. */
export const figureCount = rows.reduce((sum, row) => sum + row.figures.length, 0)
export const allowed = errorsAllowed(figureCount)

/** Holds every figure of a row against its reference. */
export function expectRow(row: Row): void {
  const limit = row.utilisation > 0.9 ? 0.02 : 0.005
  for (const { name, mean, standardError, precision, reference } of measured(row, limit)) {
    const text = `${name}: ${mean} ± ${standardError}, reference ${reference}`
    expect(precision, text).toBeLessThan(limit)
    expect(Math.abs(mean - reference) / standardError, text).toBeLessThan(allowed)
  }
}
