import { must } from '../core/assert.ts'
import type { Fault } from '../core/errors.ts'
import { maxGeneratorDropShare, maxLatenessP99Ms } from './assemble.ts'
import { addEncoded } from './codec.ts'
import { Histogram, layoutOf, percentilesOf } from './histogram.ts'
import type { Percentiles, PercentileSeries, RunRecord, StepSummary } from './run.ts'
import { waitPercentiles } from './survival.ts'

/**
 * How the figures of a record contradict what they were taken from: percentiles their histograms,
 * shares their counts, the verdict its own audit. `run-faults.ts` has held counts against counts
 * before, and has found every histogram readable. None in a record of ours; a gate asks, because a
 * figure that somebody wrote over would else pass for a measured one.
 */
export function consistencyFaults(run: RunRecord): Fault[] {
  return [
    ...shareFaults(run),
    ...peopleFaults(run),
    ...stepFaults(run),
    ...waitFaults(run),
    ...seriesFaults(run),
    ...verdictFaults(run),
  ]
}

type Maybe = number | null

/** Texts keep all digits of a double, sums over buckets may be added in another order. */
function alike(a: Maybe, b: Maybe): boolean {
  if (a === null || b === null) return a === b
  return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b))
}

/** A figure that must follow from others. */
function follows(path: string, is: Maybe, expected: { value: Maybe; from: string }): Fault[] {
  if (alike(is, expected.value)) return []
  return [{ path, message: `says ${is}, but ${expected.from} gives ${expected.value}` }]
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
const share = (part: number, whole: number): Maybe => (whole === 0 ? null : part / whole)

function shareFaults({ header, summary }: RunRecord): Fault[] {
  const { visitors, people, findings, steps } = summary
  const { refused, timedOut, failed, dropped, arrived } = visitors
  const errors = refused + timedOut + failed + dropped
  const counts = Object.values(steps)
  const requests = sum(counts.map(({ count }) => count))
  const failing = sum(counts.map(({ count, outcomes }) => count - outcomes.ok))
  const invited = people.booked - (findings.ineligibleBooked ?? 0)
  const shares = [
    // A log says of no visit how it ended.
    ['errorShare', header.engine === 'log' ? null : share(errors, arrived), 'visitors'],
    ['requestErrorShare', share(failing, requests), 'steps'],
    ['bookedShare', share(invited, people.eligible), 'people'],
  ] as const
  return shares.flatMap(([name, value, from]) =>
    follows(`summary.${name}`, summary[name], { value, from: `summary.${from}` }),
  )
}

function peopleFaults({ summary }: RunRecord): Fault[] {
  const { people, visitors } = summary
  const atMost = (path: string, count: number, most: { is: number; what: string }): Fault[] =>
    count <= most.is ? [] : [{ path, message: `says ${count}, but ${most.what} is ${most.is}` }]
  return [
    ...atMost('summary.people.booked', people.booked, { is: people.came, what: 'people.came' }),
    ...atMost('summary.people.came', people.came, {
      is: visitors.arrived,
      what: 'visitors.arrived',
    }),
    ...atMost('summary.visitors.reentries', visitors.reentries, {
      is: visitors.arrived,
      what: 'visitors.arrived',
    }),
  ]
}

const statistics = ['mean', 'p05', 'p50', 'p90', 'p95', 'p99', 'max'] as const

function percentileFaults(
  path: string,
  told: Partial<Percentiles>,
  expected: { values: Percentiles; from: string },
): Fault[] {
  return statistics.flatMap((name) => {
    const is = told[name]
    if (is === undefined) return []
    return follows(`${path}.${name}`, is, { value: expected.values[name], from: expected.from })
  })
}

/** The histogram of that name; an empty one where the record has none. `into` is reused. */
function histogramOf(name: string, encoded: string | undefined, into?: Histogram): Histogram {
  const histogram = into ?? new Histogram(must(layoutOf(name), 'layout of a histogram'))
  histogram.clear()
  if (encoded !== undefined && encoded !== '') addEncoded(encoded, histogram)
  return histogram
}

/** Outcomes that have a latency: an answer, or a timeout that it is censored at. */
function answered({ outcomes }: StepSummary): number {
  const { ok, http4xx, http5xx, malformed, timeout } = outcomes
  return ok + http4xx + http5xx + malformed + timeout
}

/** A coarse simulation gives requests out in shares, which rounding moves by a few in a thousand. */
const slackOf = ({ header }: RunRecord, count: number) =>
  header.engine === 'sim' ? 16 + count * 5e-3 : 0

function stepFaults(run: RunRecord): Fault[] {
  const { summary, histograms } = run
  return Object.entries(summary.steps).flatMap(([name, step]) => {
    const path = `summary.steps.${name}`
    const response = histogramOf('responseUs', histograms[`responseUs.${name}`])
    const total = response.total()
    const answers = answered(step)
    // A log may have no time for some of its requests, or for all.
    const min = run.header.engine === 'log' ? 0 : answers
    const max = answers + step.outcomes.dropped
    const isCounted = total >= min - slackOf(run, min) && total <= max + slackOf(run, max)
    const times: Fault[] = isCounted
      ? []
      : [
          {
            path: `histograms.responseUs.${name}`,
            message: `holds ${total} response times, but ${path}.outcomes tells of ${answers} answers and timeouts`,
          },
        ]
    const service = histogramOf('serviceUs', histograms[`serviceUs.${name}`])
    const connect = histogramOf('connectUs', histograms[`connectUs.${name}`])
    const held = (field: string, told: Partial<Percentiles>, of: Histogram) =>
      percentileFaults(`${path}.${field}Ms`, told, {
        values: percentilesOf(of),
        from: `histograms.${field}Us.${name}`,
      })
    return [
      ...times,
      ...held('response', step.responseMs, response),
      ...held('service', step.serviceMs, service),
      ...(step.connectMs === null ? [] : held('connect', step.connectMs, connect)),
    ]
  })
}

function waitFaults({ summary, histograms }: RunRecord): Fault[] {
  const admitted = histogramOf('admittedWaitMs', histograms['admittedWaitMs'])
  const censored = histogramOf('censoredWaitMs', histograms['censoredWaitMs'])
  const eta = percentilesOf(histogramOf('etaErrorMs', histograms['etaErrorMs']))
  return [
    ...percentileFaults('summary.waitSec', summary.waitSec, {
      values: waitPercentiles(admitted, censored),
      from: 'histograms.admittedWaitMs with censoredWaitMs',
    }),
    ...percentileFaults('summary.admittedWaitSec', summary.admittedWaitSec, {
      values: percentilesOf(admitted),
      from: 'histograms.admittedWaitMs',
    }),
    ...(['p50', 'p95'] as const).flatMap((name) =>
      follows(`summary.etaErrorSec.${name}`, summary.etaErrorSec[name], {
        value: eta[name],
        from: 'histograms.etaErrorMs',
      }),
    ),
  ]
}

const nothing: Percentiles = {
  mean: null,
  p05: null,
  p50: null,
  p90: null,
  p95: null,
  p99: null,
  max: null,
}

function seriesFaults({ timeline }: RunRecord): Fault[] {
  const { histograms, arrivals } = timeline
  const held = (
    series: { name: 'responseMs' | 'serviceMs' | 'waitSecByEntry'; from: readonly string[] },
    valuesOf: (histograms: readonly Histogram[]) => Percentiles,
  ): Fault[] => {
    const { name, from } = series
    const told: PercentileSeries = timeline[name]
    const scratch = from.map((of) => histogramOf(of, undefined))
    return arrivals.flatMap((_, bucket) => {
      const texts = from.map((of) => histograms[of]?.[bucket] ?? '')
      const isEmpty = texts.every((text) => text === '')
      const values = isEmpty
        ? nothing
        : valuesOf(from.map((of, at) => histogramOf(of, texts[at], scratch[at])))
      return (['p50', 'p95', 'p99'] as const).flatMap((quantile) =>
        follows(`timeline.${name}.${quantile}[${bucket}]`, told[quantile][bucket] ?? null, {
          value: values[quantile],
          from: `timeline.histograms.${from.join(' with ')}`,
        }),
      )
    })
  }
  const latency = ([histogram]: readonly Histogram[]) =>
    percentilesOf(must(histogram, 'histogram of a bucket'))
  return [
    ...held({ name: 'responseMs', from: ['responseUs'] }, latency),
    ...held({ name: 'serviceMs', from: ['serviceUs'] }, latency),
    ...held({ name: 'waitSecByEntry', from: ['admittedWaitMs', 'censoredWaitMs'] }, ([a, c]) =>
      waitPercentiles(must(a, 'waits that ended'), must(c, 'waits that were cut off')),
    ),
  ]
}

/** A run cannot be called valid against its own audit. */
function verdictFaults({ verdict, audit, summary }: RunRecord): Fault[] {
  if (!verdict.valid) return []
  const lateMs = audit.latenessMs?.p99 ?? 0
  const { generator } = audit.dropped
  const requests =
    sum(Object.values(summary.steps).map(({ count }) => count)) +
    ((audit.live ?? audit.k6)?.gateCalls.count ?? 0)
  const told = (message: string): Fault => ({
    path: 'verdict.valid',
    message: `says true, but ${message}`,
  })
  return [
    ...(verdict.ending.kind === 'finished'
      ? []
      : [told(`verdict.ending is ${verdict.ending.kind}`)]),
    ...(verdict.reasons.length === 0
      ? []
      : [told(`verdict.reasons has ${verdict.reasons.map(({ code }) => code).join(', ')}`)]),
    ...(lateMs <= maxLatenessP99Ms
      ? []
      : [told(`audit.latenessMs.p99 is ${lateMs}, over ${maxLatenessP99Ms}`)]),
    ...(generator <= maxGeneratorDropShare * (requests + generator)
      ? []
      : [told(`audit.dropped.generator is ${generator} of ${requests} requests, over 0.5%`)]),
  ]
}
