import type { EndName } from '../../../core/codes.ts'
import { streamKey, streams, uniform } from '../../../core/chance.ts'
import type { LoadedScenario } from '../../../scenario/load/parse.ts'
import { exportRun } from '../export-run.ts'
import { msBucket, usBucket } from '../buckets.ts'
import type { K6File } from '../import/k6-file.ts'
import { metrics, type RunTags, type VisitorEvent } from '../points.ts'

/** Lines as `k6 run --out json` writes them, of made-up visitors: what comes out is known exactly. */

export interface MadeRun {
  readonly loaded: LoadedScenario
  readonly tags: RunTags
}

const opensAtMs = Date.parse('2026-03-01T10:00:00.000Z')

export function madeRun(loaded: LoadedScenario, over: Partial<RunTags> = {}): MadeRun {
  return {
    loaded,
    tags: {
      format: '1',
      scenario: loaded.scenario.name,
      variant: loaded.variant,
      workload_hash: loaded.workloadHash,
      stack_hash: loaded.stackHash,
      seed: '1',
      population: '1',
      speed: '1',
      starts_at: String(opensAtMs - 60_000),
      opens_at: String(opensAtMs),
      target: 'http://127.0.0.1:8080',
      segment: '0:1',
      ...over,
    },
  }
}

/** A run of the same scenario whose whole crowd is a few visitors. */
export function madeSmallRun(
  loaded: LoadedScenario,
): MadeRun & { visitors: number; people: number } {
  const options = { seed: 1, population: 0.026, speed: 1 }
  const { data } = exportRun(loaded, { ...options, visitorsPerVu: 1, parts: 1 })
  const run = madeRun(loaded, { population: String(options.population) })
  return { ...run, visitors: data.arrivals.visitors, people: data.population.came }
}

/** `atMs` is after the opening, of the wall; nine digits of a second, as Go writes them. */
export function pointLine(
  metric: string,
  atMs: number,
  given: { tags?: object; metadata?: object; value?: number },
): string {
  const whole = Math.floor(opensAtMs + atMs)
  const time = `${new Date(whole).toISOString().slice(0, -1)}${'000123'}Z`
  const { tags = {}, metadata, value = 1 } = given
  return JSON.stringify({ metric, type: 'Point', data: { time, value, tags, metadata } })
}

export function runnerLine(
  run: MadeRun,
  segment: string,
  given: { atMs?: number; lateMs?: number; visitors?: number } = {},
): string {
  const { atMs = -60_000, lateMs = 12, visitors = 1 } = given
  return pointLine(metrics.runners, atMs, {
    tags: { ...run.tags, segment },
    metadata: { lateMs: String(lateMs), visitors: String(visitors) },
  })
}

export function visitorLine(event: VisitorEvent, atMs: number, person: number): string {
  const metadata = { person: String(person) }
  return pointLine(metrics.visitors, atMs, { tags: { event }, metadata })
}

export function metricLine(name: string): string {
  const data = { name, type: 'counter', contains: 'default', thresholds: [], submetrics: null }
  return JSON.stringify({ type: 'Metric', data, metric: name })
}

/** What k6 itself tells of a request: nothing to us. */
export function httpLines(atMs: number, durationMs: number): string[] {
  const tags = {
    expected_response: 'true',
    group: '',
    method: 'GET',
    name: 'http://127.0.0.1:8080/booking/identify',
    proto: 'HTTP/1.1',
    scenario: 'default',
    status: '200',
    url: 'http://127.0.0.1:8080/booking/identify',
  }
  return [
    'http_reqs',
    'http_req_duration',
    'http_req_blocked',
    'http_req_connecting',
    'http_req_tls_handshaking',
    'http_req_sending',
    'http_req_waiting',
    'http_req_receiving',
  ].map((name) => pointLine(name, atMs, { tags, value: durationMs }))
}

/** What the visitors of a made run did, as it must come out. */
export interface Made {
  readonly lines: string[]
  readonly ends: Partial<Record<EndName, number>>
  /** µs, as the requests took. */
  readonly responsesUs: number[]
  readonly waitsMs: number[]
}

/**
 * Visitor `i` comes, waits, is let in, asks once for each step and ends, all by chance that hangs on
 * `i` alone. The last of them are still waiting when the lines end.
 */
export function madeVisitors(
  { loaded }: MadeRun,
  given: { from: number; to: number; people: number; every?: number; stuck?: number },
): Made {
  const made: Made = { lines: [], ends: {}, responsesUs: [], waitsMs: [] }
  const { from, to, people, every = 1, stuck = 0 } = given
  for (let i = from; i < to; i += every) {
    visit(made, loaded, { i, person: i % people, isStuck: i >= to - stuck })
  }
  return made
}

function visit(
  made: Made,
  loaded: LoadedScenario,
  { i, person, isStuck }: { i: number; person: number; isStuck: boolean },
): void {
  const key = streamKey(7, streams.arrivalTime)
  const chance = (k: number) => uniform(key, i, k)
  const exponential = (mean: number, k: number) => -mean * Math.log(chance(k))
  const { lines } = made
  let atMs = Math.floor(-50_000 + 150_000 * chance(0))
  lines.push(visitorLine('arrived', atMs, person), visitorLine('queued', atMs, person))
  if (isStuck) return
  const waitMs = Math.floor(exponential(20_000, 1))
  atMs += waitMs
  made.waitsMs.push(waitMs)
  const givesUp = chance(2) < 0.1
  const state = givesUp ? 'censored' : 'admitted'
  lines.push(pointLine(metrics.waits, atMs, { tags: { state, ms: String(msBucket(waitMs)) } }))
  if (givesUp) return end(made, 'abandoned', { atMs, person })
  lines.push(visitorLine('admitted', atMs, person))
  lines.push(
    pointLine(metrics.gateCalls, atMs, { tags: { call: 'poll', outcome: 'ok', us: '1000' } }),
  )
  loaded.scenario.journey.forEach(({ step }, s) => {
    const us = Math.floor(exponential(80_000, 3 + s) + 500)
    made.responsesUs.push(us)
    atMs += Math.ceil(us / 1000)
    const tags = { step, outcome: 'ok', us: String(usBucket(us)) }
    lines.push(pointLine(metrics.requests, atMs, { tags }))
    lines.push(pointLine(metrics.services, atMs, { tags: { step, us: tags.us } }))
    lines.push(...httpLines(atMs, us / 1000))
  })
  lines.push(visitorLine('committed', atMs, person))
  return end(made, 'booked', { atMs, person })
}

function end(made: Made, name: EndName, at: { atMs: number; person: number }): void {
  made.lines.push(visitorLine(name, at.atMs, at.person))
  made.ends[name] = (made.ends[name] ?? 0) + 1
}

/** A file of those bytes, or of those lines, in chunks of a few kB. */
export function fileOf(name: string, given: readonly string[] | Uint8Array): K6File {
  const text = () => `${(given as readonly string[]).join('\n')}\n`
  const bytes = given instanceof Uint8Array ? given : new TextEncoder().encode(text())
  return {
    name,
    open: async function* () {
      for (let at = 0; at < bytes.length; at += 7001) yield bytes.subarray(at, at + 7001)
    },
  }
}
