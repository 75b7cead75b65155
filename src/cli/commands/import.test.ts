import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { histogramOfBuckets } from '../../engine/k6/import/bucket-counts.ts'
import {
  madeSmallRun,
  madeRun,
  madeVisitors,
  pointLine,
  runnerLine,
  visitorLine,
} from '../../engine/k6/testing/k6-output.ts'
import type { RunRecord } from '../../record/run.ts'
import { loadScenario } from '../../scenario/load/load.ts'
import { temporaryDirectory } from '../../core/testing/temporary-directory.ts'
import { runHere } from '../testing/in-process.ts'

const fixture = (name: string) =>
  fileURLToPath(new URL(`../../../fixtures/${name}`, import.meta.url))

const loaded = await loadScenario('smoke', { allowCode: false })
const run = madeSmallRun(loaded)
const { visitors, people } = run
const { lines } = madeVisitors(run, { from: 0, to: visitors, people })
const lastLine = pointLine('vus', 6 * 60_000, { value: 0 })
const text = `${[runnerLine(run, '0:1'), ...lines, lastLine].join('\n')}\n`

let folder: { path: string; remove: () => void }
beforeEach(() => (folder = temporaryDirectory()))
afterEach(() => folder.remove())
const inFolder = (name: string) => join(folder.path, name)
const write = (name: string, content: string | Uint8Array) => {
  writeFileSync(inFolder(name), content)
  return inFolder(name)
}

function imported(...args: string[]) {
  return runHere(['import', ...args, '--out', inFolder('out')], folder.path)
}

const record = () => JSON.parse(readFileSync(inFolder('out/run.json'), 'utf8')) as RunRecord
const k6 = (...args: string[]) =>
  imported('--from', 'k6', ...args, '--scenario', 'smoke', '--format', 'json,md')

describe('import --from k6', () => {
  test('packed and plain outputs become one run and its report', async () => {
    const half = Math.floor(lines.length / 2)
    const first = [runnerLine(run, '0:1'), ...lines.slice(0, half)].join('\n')
    const second = [...lines.slice(half), lastLine].join('\n')
    const paths = [write('a.json.gz', gzipSync(`${first}\n`)), write('b.json', `${second}\n`)]
    const { code, out, err } = await k6(...paths)
    expect({ code, err }).toEqual({ code: 0, err: `written to ${inFolder('out')}\n` })
    expect(record()).toMatchObject({
      header: { engine: 'k6', timing: 'sent-only' },
      verdict: { valid: true },
      summary: { visitors: { arrived: visitors, unfinished: 0 } },
    })
    const report = readFileSync(inFolder('out/summary.md'), 'utf8')
    for (const told of [out, report]) {
      expect(told).toContain('Response times from the actual send')
      expect(told).toContain('coordinated omission is possible')
      expect(told).toContain('actual send, connecting')
      expect(told).not.toContain('intended start')
    }
  })

  test('finds the scenario that the export left, beside its output or above it', async () => {
    write('scenario.json', JSON.stringify(loaded.document))
    const path = write('a.json', text)
    const { code } = await imported('--from', 'k6', path, '--format', 'json')
    expect(code).toBe(0)
    const { code: lost, err } = await imported('--from', 'k6', fixture('access.log'))
    expect(lost).toBe(2)
    expect(err).toContain('no run of a dambreak script is in')
  })

  test('an output whose packing is cut short keeps what was read, and is invalid', async () => {
    const packed = gzipSync(text)
    const { code } = await k6(write('cut.json.gz', packed.subarray(0, packed.length - 200)))
    expect(code).toBe(3)
    const { verdict, summary } = record()
    expect(verdict.ending).toEqual({
      kind: 'cutShort',
      detail: { code: 'FilesCut', files: [expect.stringContaining('cut.json.gz') as string] },
    })
    expect(summary.visitors.arrived).toBeGreaterThan(0)
  })

  test('a refusal leaves nothing behind, and prints no control character', async () => {
    const evil = madeRun(loaded, { scenario: '\u001B[31m<b>evil', workload_hash: 'x' })
    const { code, out, err } = await k6(write('a.json', `${runnerLine(evil, '0:1')}\n`))
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).not.toContain('\u001B')
    expect(err).toContain('workload hash')
    expect(readdirSync(folder.path)).toEqual(['a.json'])
  })

  test('what stands in tags is in no report', async () => {
    const evil = madeRun(loaded, {
      target: 'javascript:<script>\u001B[31m',
      population: run.tags.population,
    })
    const odd = visitorLine('<i>\u001B[31m' as 'arrived', 0, 0)
    const path = write(
      'a.json',
      `${[runnerLine(evil, '0:1'), odd, ...lines, lastLine].join('\n')}\n`,
    )
    const { code, out } = await k6(path)
    expect(code).toBe(0)
    const all = out + readFileSync(inFolder('out/summary.md'), 'utf8') + JSON.stringify(record())
    // Not `toMatch`, which would print all of it.
    expect(['\u001B', '<script>', '<i>'].filter((bad) => all.includes(bad))).toEqual([])
    expect(record().header.target).toBeNull()
  })

  test('no such file, and a directory, are told before anything is done', async () => {
    expect((await k6(inFolder('none.json'))).err).toContain('there is no such file')
    expect((await k6(folder.path)).err).toContain('is no file; k6 writes one')
    expect(existsSync(inFolder('out'))).toBe(false)
  })

  test('objectives that are not met end it with 1 where a gate is asked for', async () => {
    const twice = [visitorLine('committed', 1000, 1), visitorLine('committed', 1000, 1)]
    const path = write(
      'a.json',
      `${[runnerLine(run, '0:1'), ...twice, ...lines, lastLine].join('\n')}\n`,
    )
    expect((await k6(path, '--gate')).code).toBe(1)
    expect((await k6(path)).code).toBe(0)
  })
})

/** Recorded: k6 2.2 with the shipped script on the reference stack, a tenth of smoke at 60 times the speed. */
describe('a recorded run of k6', () => {
  const recorded = fixture('k6/smoke.json.gz')
  const points = gunzipSync(readFileSync(recorded))
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { metric: string; data: Point })
    .filter(({ data }) => data.time !== undefined)

  interface Point {
    time?: string
    value: number
    tags?: Record<string, string>
  }
  const tagsOf = (...names: string[]) =>
    points.flatMap(({ metric, data }) => (names.includes(metric) ? [data.tags ?? {}] : []))
  const count = (tag: string, value: string) =>
    tagsOf('dambreak_visitors').filter((tags) => tags[tag] === value).length

  test('comes back whole, by the scenario that lies beside it', async () => {
    const { code } = await imported('--from', 'k6', recorded, '--format', 'json')
    expect(code).toBe(0)
    const { summary, audit, header, verdict } = record()
    expect(verdict).toMatchObject({ valid: true, reasons: [] })
    expect(header).toMatchObject({ population: 0.1, speed: 60, seed: 1 })
    expect(summary.visitors).toMatchObject({
      arrived: 192,
      queued: 192,
      admitted: 186,
      booked: 157,
      alreadyBooked: 29,
      abandoned: 6,
      unfinished: 0,
    })
    for (const end of ['booked', 'alreadyBooked', 'abandoned'] as const) {
      expect(summary.visitors[end]).toBe(count('event', end))
    }
    expect(summary.people).toMatchObject({ came: 160, booked: 157 })
    expect(summary.findings.doubleBooking).toBe(0)
    expect(audit.k6).toMatchObject({ runners: 1, damagedLines: 0, gateCalls: { polls: 353 } })
    expect(audit.events).toBe(points.filter(({ metric }) => metric === 'http_reqs').length)
  })

  test('has in its buckets what k6 itself measured, to within their error', () => {
    const exact = points
      .flatMap(({ metric, data }) => (metric === 'http_req_duration' ? [data.value * 1000] : []))
      .toSorted((a, b) => a - b)
    const pairs = tagsOf('dambreak_services', 'dambreak_gate_calls').map(
      ({ us }): [number, number] => [Number(us), 1],
    )
    const merged = histogramOfBuckets(pairs, 'us')
    expect(merged.total()).toBe(exact.length)
    for (const q of [0.5, 0.95, 0.99]) {
      const us = exact[Math.ceil(q * exact.length) - 1] ?? 0
      expect(Math.abs((merged.quantile(q) ?? 0) / us - 1)).toBeLessThanOrEqual(1 / 256 + 1e-3)
    }
  })
})

const log = (...args: string[]) => imported('--from', 'access-log', ...args, '--format', 'json,md')

describe('import --from access-log', () => {
  test('gives requests by status, their times, and arrivals to replay', async () => {
    const { code, out } = await log(fixture('access.log'))
    expect(code).toBe(0)
    const { header, summary, timeline, verdict } = record()
    expect(header).toMatchObject({
      engine: 'log',
      timing: 'sent-only',
      opensAt: '2021-07-19T19:59:00+09:00',
    })
    expect(summary.steps['/booking/login']).toMatchObject({
      count: 98,
      outcomes: { ok: 62, http5xx: 36, http4xx: 0 },
    })
    expect(summary.steps['/booking/login']?.responseMs.p50).toBeCloseTo(46, 0)
    expect(summary).toMatchObject({ errorShare: null, bookedShare: null })
    expect(Object.values(summary.findings)).toEqual(Array(6).fill(null))
    expect(timeline.arrivals.reduce((sum, n) => sum + n, 0)).toBe(69)
    expect(verdict.valid).toBe(true)
    expect(out).toContain('From an access log.')
    expect(out).toContain('A log does not tell who waited')
    expect(['seed', 'had booked', '\u001B'].filter((bad) => out.includes(bad))).toEqual([])
    const arrivals = JSON.parse(readFileSync(inFolder('out/arrivals.json'), 'utf8')) as [
      { kind: string; timesSec: number[] },
    ]
    expect(arrivals[0].kind).toBe('replay')
    expect(arrivals[0].timesSec.length).toBe(69)
    expect(arrivals[0].timesSec[0]).toBe(11.5)
  })

  test('packed JSON lines of a scenario leave one that replays them', async () => {
    const { code } = await log(fixture('access.jsonl.gz'), '--scenario', 'smoke')
    expect(code).toBe(0)
    const again = await loadScenario(inFolder('out/scenario.json'), { allowCode: false })
    expect(again.scenario.arrivals).toMatchObject([{ kind: 'replay' }])
    expect(record().header).toMatchObject({
      scenarioName: 'smoke',
      opensAt: loaded.scenario.opensAt,
    })
  })

  test('a log without times has requests and no response times', async () => {
    const line = (n: number, status: number) =>
      `10.0.0.${n} - - [19/Jul/2021:20:00:0${n} +0900] "GET /a/${n} HTTP/1.1" ${status} 9 "-" "x"`
    const { code, out } = await log(write('plain.log', [line(1, 200), line(2, 404)].join('\n')))
    expect(code).toBe(0)
    expect(record().summary.steps['/a/:id']).toMatchObject({
      count: 2,
      outcomes: { ok: 1, http4xx: 1 },
      responseMs: { p50: null, p95: null, max: null },
    })
    expect(out).toContain('those of 0 of 2 requests: the log has no time for the rest')
  })

  test('gives a record that a gate accepts, whatever steps are called', async () => {
    const line = (n: number, request: string) =>
      `10.0.0.${n} - - [19/Jul/2021:20:00:0${n} +0900] "${request}" 200 9 "-" "x" rt=0.073`
    const lines = [line(1, 'GET __proto__ HTTP/1.1'), line(2, 'GET /in HTTP/1.1')]
    writeFileSync(inFolder('slo.txt'), 'requestErrorShare < 0.1\n')
    // With an entry, one client of two made a first contact.
    for (const more of [[], ['--entry', '/in']]) {
      expect((await log(write('a.log', lines.join('\n')), ...more)).code).toBe(0)
      expect(Object.entries(record().summary.steps)).toContainEqual([
        '__proto__',
        expect.objectContaining({ count: 1 }),
      ])
      const gate = ['gate', inFolder('out'), '--slo', inFolder('slo.txt')]
      expect(await runHere(gate, folder.path)).toMatchObject({ code: 0 })
    }
  })

  test('says what it inferred, what it passed over, and that all came through a balancer', async () => {
    const lines = Array.from({ length: 60 }, (_, i) =>
      JSON.stringify({
        time: new Date(Date.UTC(2021, 6, 19, 11, 0, i)).toISOString(),
        status: 200,
        url: '/a',
        remote_addr: '10.0.0.5',
        user_agent: `agent ${i}`,
        duration: 33,
        peer: `203.0.113.${i}`,
      }),
    )
    const path = write('a.jsonl', lines.join('\n'))
    const { code, out } = await log(path)
    expect(code).toBe(0)
    expect(record().verdict.notes).toEqual(
      expect.arrayContaining([
        { code: 'DurationUnitInferred', file: path, field: 'duration', unit: 'ms' },
        { code: 'FieldUnused', file: path, field: 'peer', looksLike: 'client' },
        { code: 'FewAddresses', addresses: ['10.0.0.5'], count: 1, requests: 60 },
      ]),
    )
    expect(out.replaceAll(/\s+/g, ' ')).toContain('--field client=peer uses it')
    expect(
      (await log(path, '--field', 'client=peer', '--field', 'duration=duration:us')).code,
    ).toBe(0)
    const { verdict, summary } = record()
    expect(verdict.notes.map((note) => note.code)).toEqual(['ArrivalsCounted'])
    expect(summary.people.came).toBe(60)
    expect(summary.steps['/a']?.responseMs.max).toBeCloseTo(0.033, 3)
  })

  test('asks for what it cannot know, by name', async () => {
    const refused = async (line: object, ...more: string[]) => {
      const { code, err } = await log(write('a.jsonl', JSON.stringify(line)), ...more)
      expect(code).toBe(2)
      return err.replaceAll(/\s+/g, ' ')
    }
    const time = '2021-07-19T11:00:00Z'
    expect(await refused({ time, rc: 200 })).toContain(
      'has no field that is known as the status of a request (it has "time", "rc"); "rc" may be it: name it by --field status=rc',
    )
    expect(await refused({ time, status: 200, took: 4.5 })).toContain(
      'the unit of "took" is unknown: 4.5 in the middle could be several; name it by --field duration=took:ms',
    )
    expect(await refused({ time, status: 200 }, '--field', 'client=ip')).toContain(
      'has no field "ip"',
    )
    expect(await refused({ type: 'Point', metric: 'http_reqs', data: {} })).toContain(
      'holds measurements of k6, no requests of clients; import --from k6 reads',
    )
    const { code, err } = await log(fixture('access.log'), '--field', 'colour=red')
    expect(code).toBe(2)
    expect(err).toContain('the fields are time, start, client')
  })

  test('what is no access log, or of another day, is refused and leaves nothing', async () => {
    const csv = write('a.csv', 'wait,outcome\n3,admitted\n')
    expect(await log(csv)).toMatchObject({ code: 2, out: '' })
    const other = ['--scenario', 'smoke', '--set', 'opensAt=2022-01-01T20:00:00+09:00']
    const late = await log(
      fixture('access.log'),
      ...other,
      '--set',
      'endsAt=2022-01-01T21:00:00+09:00',
    )
    expect(late.code).toBe(2)
    expect(late.err).toContain('say when it opened that day')
    expect(existsSync(inFolder('out'))).toBe(false)
  })
})
