import type { EndName, OutcomeName } from '../../core/codes.ts'
import { encodeHistogram } from '../../record/codec.ts'
import { Histogram, latencyLayout, percentilesOf, waitLayout } from '../../record/histogram.ts'
import type { RunRecord, StepSummary, Timeline } from '../../record/run.ts'
import { waitPercentiles } from '../../record/survival.ts'
import type { EvidenceRow } from '../../scenario/schema/evidence.ts'
import type { ReportRun } from '../types.ts'
import { finishedEnding } from '../../record/verdict-codes.ts'

/**
 * A record in the shape of the evening of 19 July, made up for the tests of the report alone: the
 * figures are plausible and consistent, nothing more.
 */
export interface SampleOptions {
  scenarioName?: string
  variant?: string
  opensAt?: string
  hours?: number
  bucketSec?: number
  /** Whether the stack collapses and is switched off from 20:48 to 22:00. */
  collapses?: boolean
  instances?: number
  seed?: number
}

type Required19 = Required<SampleOptions>

const defaults: Required19 = {
  scenarioName: '2021-07-19-ages-53-54',
  variant: 'base',
  opensAt: '2021-07-19T20:00:00+09:00',
  hours: 16,
  bucketSec: 60,
  collapses: true,
  instances: 4,
  seed: 1,
}

const haltSec = 48 * 60
const resumeSec = 7200
const burstPerSec = 3000

function arrivalPerSec(sec: number, collapses: boolean): number {
  if (sec < 0) return sec > -600 ? 60 : 4
  if (collapses && sec >= haltSec && sec < resumeSec) return 0
  const since = collapses && sec >= resumeSec ? sec - resumeSec : sec
  return burstPerSec * Math.exp(-since / 90) + 180 * Math.exp(-since / 5400) + 2
}

interface Flows {
  arrivals: number[]
  admitted: number[]
  booked: number[]
  abandoned: number[]
  errors: number[]
  waiting: number[]
  failing: boolean[]
  instances: number[]
}

/** Integrates the queue bucket by bucket, so that levels and flows agree. */
function flowsOf(given: Required19): Flows {
  const { bucketSec, collapses, hours } = given
  const flows: Flows = {
    arrivals: [],
    admitted: [],
    booked: [],
    abandoned: [],
    errors: [],
    waiting: [],
    failing: [],
    instances: [],
  }
  let waiting = 0
  for (let sec = -3600; sec < hours * 3600; sec += bucketSec) {
    const off = collapses && sec >= haltSec && sec < resumeSec
    const failing = collapses && sec >= 180 && sec < haltSec
    const fault = collapses && sec >= 7 * 3600 && sec < 13 * 3600
    const instances = collapses && sec >= resumeSec ? 10 : given.instances
    const arrivals = Math.round(arrivalPerSec(sec, collapses) * bucketSec)
    const opened = sec >= 0 && !off
    const admitted = Math.min(waiting + arrivals, opened ? 9 * instances * bucketSec : 0)
    const voided = off && sec - haltSec < bucketSec ? waiting : 0
    const abandoned = voided + Math.round((waiting - voided) * 0.00004 * bucketSec)
    waiting = Math.max(0, waiting + arrivals - admitted - abandoned)
    const booked = Math.round(admitted * (failing ? 0.01 : fault ? 0 : 0.94))
    flows.arrivals.push(arrivals)
    flows.admitted.push(admitted)
    flows.booked.push(booked)
    flows.errors.push(failing ? Math.round(admitted * 0.9) : 0)
    flows.abandoned.push(abandoned)
    flows.waiting.push(waiting)
    flows.failing.push(failing)
    flows.instances.push(off ? 0 : instances)
  }
  return flows
}

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0)

function timelineOf(given: Required19, flows: Flows): Timeline {
  const { bucketSec, opensAt } = given
  const requests = flows.admitted.map((count) => count * 5)
  const off = flows.instances.map((count) => count === 0)
  const busy = flows.admitted.map((count, b) =>
    flows.failing[b]
      ? 1
      : Math.min(1, count / (14 * bucketSec * Math.max(1, flows.instances[b] ?? 1))),
  )
  const series = (ok: number, bad: number) =>
    flows.failing.map((failing, b) =>
      (requests[b] ?? 0) === 0 ? null : failing ? bad : ok * (1 + 0.2 * Math.sin(b / 9)),
    )
  const zero = flows.arrivals.map(() => 0)
  const waitSec = flows.waiting.map((ahead, b) =>
    off[b] || (flows.instances[b] ?? 0) === 0 ? null : ahead / (9 * (flows.instances[b] ?? 1)),
  )
  return {
    bucketSec,
    startSec: Date.parse(opensAt) / 1000 - 3600,
    arrivals: flows.arrivals,
    reentries: flows.arrivals.map((count) => Math.round(count * 0.2)),
    queued: flows.arrivals,
    admitted: flows.admitted,
    bypassed: flows.failing.map((failing) => (failing ? 40 * bucketSec : 0)),
    booked: flows.booked,
    errors: flows.errors,
    abandoned: flows.abandoned,
    requests,
    requestErrors: requests.map((count, b) =>
      Math.round(count * (flows.failing[b] ? 0.92 : 0.004)),
    ),
    waiting: flows.waiting,
    inside: flows.admitted.map((count, b) => (flows.failing[b] ? 9000 : count / 2)),
    pollsPerSec: flows.waiting.map((count) => count / 10),
    instances: flows.instances,
    stations: {
      'web worker': {
        busy: busy.map((share) => share * 200),
        queue: flows.failing.map((failing) => (failing ? 512 : 1)),
        utilisation: busy,
      },
      database: {
        busy: busy.map((share) => share * 40),
        queue: flows.failing.map((failing) => (failing ? 60 : 0)),
        utilisation: busy.map((share) => share * 0.55),
      },
    },
    responseMs: { p50: series(120, 9800), p95: series(380, 10_000), p99: series(900, 10_000) },
    serviceMs: { p50: series(110, 9000), p95: series(330, 10_000), p99: series(850, 10_000) },
    waitSecByEntry: {
      p50: waitSec,
      p95: waitSec.map((value) => (value === null ? null : value * 1.3)),
      p99: zero.map(() => null),
    },
    histograms: {},
  }
}

interface Waits {
  admitted: Histogram
  censored: Histogram
}

function waitsOf(flows: Flows): Waits {
  const admitted = new Histogram(waitLayout)
  const censored = new Histogram(waitLayout)
  flows.admitted.forEach((count, b) => {
    const waitMs = ((flows.waiting[b] ?? 0) / (9 * Math.max(1, flows.instances[b] ?? 1))) * 1000
    if (count > 0) admitted.record(Math.round(waitMs), count)
    const gone = flows.abandoned[b] ?? 0
    if (gone > 0) censored.record(Math.round(waitMs / 2), gone)
  })
  const left = flows.waiting.at(-1) ?? 0
  if (left > 0) censored.record(36_000_000, left)
  return { admitted, censored }
}

function latenciesOf(okCount: number, badCount: number): Histogram {
  const histogram = new Histogram(latencyLayout)
  for (let k = 1; k < 200; k++)
    histogram.record(Math.round(40_000 * (1 / (1 - k / 200)) ** 0.6), Math.ceil(okCount / 199))
  if (badCount > 0) histogram.record(10_000_000, badCount)
  return histogram
}

function stepOf(name: string, requests: number, errors: number): [string, StepSummary] {
  const outcomes: Record<OutcomeName, number> = {
    ok: requests - errors,
    refused: Math.round(errors * 0.4),
    reset: 0,
    connectTimeout: 0,
    timeout: errors - Math.round(errors * 0.4),
    http4xx: 0,
    http5xx: 0,
    malformed: 0,
    dropped: 0,
  }
  const times = percentilesOf(latenciesOf(requests - errors, errors))
  return [name, { count: requests, outcomes, responseMs: times, serviceMs: times, connectMs: null }]
}

function summaryOf(flows: Flows, timeline: Timeline, waits: Waits): RunRecord['summary'] {
  const arrived = total(flows.arrivals)
  const booked = total(flows.booked)
  const errors = total(flows.errors)
  const abandoned = total(flows.abandoned)
  const unfinished = flows.waiting.at(-1) ?? 0
  const ends: Record<EndName, number> = {
    booked,
    soldOut: 0,
    ineligible: 0,
    abandoned,
    unfinished,
    dropped: 0,
    alreadyBooked: arrived - booked - errors - abandoned - unfinished,
    refused: Math.round(errors * 0.3),
    timedOut: errors - Math.round(errors * 0.3),
    failed: 0,
  }
  const [requests, requestErrors] = [total(timeline.requests), total(timeline.requestErrors)]
  const failing = flows.failing.flatMap((is, b) => (is ? [b] : []))
  const first = failing[0]
  const at = (bucket: number) => timeline.startSec + bucket * timeline.bucketSec
  return {
    visitors: {
      arrived,
      reentries: total(timeline.reentries),
      queued: arrived,
      admitted: total(flows.admitted),
      bypassed: total(timeline.bypassed),
      ...ends,
    },
    people: { eligible: 1_504_317, came: 1_400_000, booked, gaveUp: 120_000 },
    bookedShare: booked / 1_504_317,
    errorShare: errors / arrived,
    requestErrorShare: requestErrors / requests,
    waitSec: waitPercentiles(waits.admitted, waits.censored),
    admittedWaitSec: percentilesOf(waits.admitted),
    etaErrorSec: { p50: 42, p95: 610 },
    opening: {
      ticketsIn1Sec: 3000,
      ticketsIn10Sec: 28_000,
      ticketsIn60Sec: 140_000,
      admitPerSec: 36,
    },
    steps: Object.fromEntries([
      stepOf('log in', Math.round(requests / 2), Math.round(requestErrors / 2)),
      stepOf(
        'book',
        requests - Math.round(requests / 2),
        requestErrors - Math.round(requestErrors / 2),
      ),
    ]),
    findings: {
      earlyAdmission: 0,
      bypassed: total(timeline.bypassed),
      orderInversion: null,
      doubleBooking: 0,
      ineligibleBooked: 0,
      eligibleRefused: first === undefined ? 0 : 5120,
    },
    inventory: { offered: 1_600_000, left: 1_600_000 - booked },
    collapse:
      first === undefined
        ? null
        : { fromSec: at(first), toSec: at((failing.at(-1) ?? first) + 1), requestErrorShare: 0.92 },
  }
}

function eventsOf({ collapses }: Required19): RunRecord['events'] {
  if (!collapses) return []
  const event = (at: string, kind: string, detail: string) => ({
    at,
    kind,
    performed: true,
    detail: { code: 'Other' as const, text: detail },
  })
  return [
    event('2021-07-19T20:48:00+09:00', 'halt', 'switched off, queue forgotten'),
    event('2021-07-19T22:00:00+09:00', 'instances', '4 → 10 instances'),
    event('2021-07-19T22:00:00+09:00', 'resume', 'back'),
    event('2021-07-20T03:00:00+09:00', 'eligibility-fault', 'eligible people are refused'),
  ]
}

function scenarioOf({ instances, opensAt }: Required19): Record<string, unknown> {
  return {
    opensAt,
    waitingRoom: { admission: { perSecPerInstance: { value: 9, evidence: 'inferred' } } },
    stack: { instances },
    journey: [{ step: 'log in', visits: [{ station: 'web worker' }, { station: 'database' }] }],
    timeline: [{ at: '03:00', kind: 'eligibility-fault', until: '09:00' }],
  }
}

/** A whole record; `given` changes what the tests look at. */
export function sampleRun(given: SampleOptions = {}): RunRecord {
  const full = { ...defaults, ...given }
  const flows = flowsOf(full)
  const timeline = timelineOf(full, flows)
  const waits = waitsOf(flows)
  const summary = summaryOf(flows, timeline, waits)
  const requests = total(timeline.requests)
  const latencies = encodeHistogram(latenciesOf(requests, total(timeline.requestErrors)))
  return {
    schemaVersion: 2,
    header: {
      engine: 'sim',
      scenarioName: full.scenarioName,
      workloadHash: 'w',
      stackHash: 's',
      variant: full.variant,
      seed: full.seed,
      population: 1,
      speed: 1,
      startedAt: '2026-01-02T03:04:05Z',
      opensAt: full.opensAt,
      endsAt: new Date(Date.parse(full.opensAt) + full.hours * 3_600_000).toISOString(),
      timing: 'intended',
      versions: { dambreak: '0.1.0', node: '24.0.0' },
      host: { cpu: 'test', cores: 2 },
      target: null,
    },
    scenario: scenarioOf(full),
    events: eventsOf(full),
    verdict: {
      valid: true,
      saturated: false,
      ending: finishedEnding,
      reasons: [],
      notes: [],
      slo: [{ expr: 'errorShare < 0.01', observed: summary.errorShare, ok: !full.collapses }],
      reported: [
        {
          id: 'V1',
          label: 'tickets issued by 24:00 on 19 July',
          expr: 'visitors.arrived at 24:00',
          observed: 5_820_331,
          target: 6_000_000,
          tolerance: 0.1,
          ok: true,
          inSample: true,
          byConstruction: false,
          source: 'Kuki News, 20 July 2021',
        },
        {
          id: 'V2',
          label: 'admission rate at 20:00',
          expr: 'opening.admitPerSec',
          observed: 36,
          target: 36,
          tolerance: 0.02,
          ok: true,
          inSample: false,
          byConstruction: true,
          source: 'JoongAng Ilbo, 20 July 2021',
        },
        {
          id: 'V5',
          label: 'people booked before 22:00',
          expr: 'people.booked at 22:00',
          observed: null,
          target: { min: 1, max: 40_541 },
          tolerance: null,
          ok: false,
          inSample: false,
          byConstruction: false,
          source: 'JoongAng Ilbo, 20 July 2021',
        },
      ],
    },
    summary,
    timeline,
    histograms: {
      responseUs: latencies,
      serviceUs: latencies,
      admittedWaitMs: encodeHistogram(waits.admitted),
      censoredWaitMs: encodeHistogram(waits.censored),
    },
    audit: {
      intendedRate: null,
      achievedRate: null,
      latenessMs: null,
      dropped: { generator: 0, ceiling: 0 },
      eventLoopLagMs: null,
      cpuShare: 0.98,
      rssBytes: 512_000_000,
      bytesPerVisitor: 48,
      wallSec: 11.2,
      events: 40_123_456,
      eventsPerSec: 3_582_451,
    },
  }
}

const sampleEvidence: EvidenceRow[] = [
  {
    path: 'population.people',
    label: 'inferred',
    low: null,
    mid: 1_504_317,
    high: null,
    source: '810,827 / 0.539',
  },
  {
    path: 'behaviour.bypass.share',
    label: 'assumed',
    low: 0,
    mid: 0.01,
    high: 0.05,
    source: 'how many used it is unknown',
  },
  {
    path: 'stack.instances',
    label: 'reported',
    low: null,
    mid: 4,
    high: null,
    source: 'Kuki News, 20 July 2021',
  },
  {
    path: 'waitingRoom.admission.perSecPerInstance',
    label: 'inferred',
    low: null,
    mid: 9,
    high: null,
    source: '30,410 / 845 s on 4 servers (넷퍼넬 대기열)',
  },
]

/** A run of a report, made up. */
export function sampleReportRun(label: string, given: SampleOptions = {}): ReportRun {
  return { run: sampleRun(given), evidence: sampleEvidence, label }
}

/** As it happened, and the four corners: 4 or 10 instances, gate tight or leaking. */
export function sampleReportRuns(given: SampleOptions = {}): ReportRun[] {
  return [
    sampleReportRun('as it happened', given),
    sampleReportRun('4 servers, leaking gate', { ...given, collapses: false, instances: 4 }),
    sampleReportRun('4 servers, tight gate', { ...given, collapses: false, instances: 5 }),
    sampleReportRun('10 servers, leaking gate', { ...given, collapses: false, instances: 8 }),
    sampleReportRun('10 servers, tight gate', { ...given, collapses: false, instances: 10 }),
  ]
}
