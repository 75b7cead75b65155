import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inputKind } from './input-kind.ts'
import { noFields, type GivenFields } from './log-field.ts'
import { logOf, optionsOf, refusalOf, tableOf } from './testing/read-lines.ts'

const noonMs = Date.UTC(2026, 2, 1, 12)
const time = '2026-03-01T12:00:00.000Z'
const combined = '[01/Mar/2026:12:00:00 +0000] "GET /a?b=1 HTTP/1.1" 200 612 "-" "Mozilla/5.0"'

describe('units of durations', () => {
  const unitOf = (key: string, ...values: (string | number)[]) => {
    const lines = values.map((value) => JSON.stringify({ time, status: 200, [key]: value }))
    const { plan } = logOf(lines)
    return [plan.duration?.unit, plan.duration?.by]
  }

  test.each([
    ['duration_ms', [0.5], 'ms', 'name'],
    ['latencyMicros', [500], 'us', 'name'],
    ['request_time_seconds', [3], 's', 'name'],
    ['elapsed_s', [3], 's', 'name'],
    ['duration', [33], 'ms', 'magnitude'],
    ['request_time', ['33'], 'ms', 'magnitude'],
    ['request_time', ['0.033', '12.000'], 's', 'name'],
    ['response_time', ['33.123', '1.5', '240.1'], 'ms', 'magnitude'],
    ['duration', [0.25, 0.5], 's', 'magnitude'],
    ['duration', [250_000, 400_000], 'us', 'magnitude'],
    ['duration', ['12ms', '1.5s'], 'ms', 'name'],
  ] as const)('%s of %j: %s by %s', (key, values, unit, by) => {
    expect(unitOf(key, ...values)).toEqual([unit, by])
  })

  test.each([[[2.5, 4]], [[0.05, 33, 40]], [[20_000]], [[33_000_000]]])(
    '%j could be several',
    (values) => {
      const lines = values.map((value) =>
        JSON.stringify({ time, status: 200, response_time: value }),
      )
      expect(refusalOf(lines)).toMatchObject({ code: 'UnitUnknown', key: 'response_time' })
      const given: GivenFields = new Map([['duration', { key: 'response_time', unit: 'ms' }]])
      expect(logOf(lines, given).plan.duration).toEqual({
        key: 'response_time',
        unit: 'ms',
        by: 'given',
      })
    },
  )
})

describe('starts and ends', () => {
  const lines = [
    { ts: '2026-03-01T12:00:00Z', took_ms: 100 },
    { ts: '2026-03-01T12:00:40Z', took_ms: 100 },
    { ts: '2026-03-01T12:00:05Z', took_ms: 36_000 },
    { ts: '2026-03-01T12:00:42Z', took_ms: 100 },
  ].map((line) => JSON.stringify({ ...line, status: 200 }))

  test('times that are in order only with their durations are of starts', () => {
    const { read, isOfStarts } = logOf(lines)
    expect(isOfStarts).toBe(true)
    expect(read(lines[2]!)).toMatchObject({ endMs: noonMs + 41_000 })
    expect(logOf(lines.toSorted()).isOfStarts).toBe(false)
    const given: GivenFields = new Map([['time', { key: 'ts', unit: null }]])
    expect(logOf(lines, given).isOfStarts).toBe(false)
  })

  test('nginx writes ends, and without durations nothing says which', () => {
    const isStampKnown = (...own: string[]) => logOf(own).plan.isStampKnown
    expect(isStampKnown(...lines.slice(0, 2))).toBe(false)
    expect(isStampKnown(`203.0.113.1 - - ${combined}`)).toBe(false)
    expect(isStampKnown(`203.0.113.1 - - ${combined} rt=0.1`)).toBe(true)
    expect(isStampKnown(JSON.stringify({ time, status: 200, request_time: 0.5 }))).toBe(true)
  })
})

describe('fields with unknown names', () => {
  const line = JSON.stringify({
    when: time,
    rc: 503,
    peer_ip: '203.0.113.1',
    route: '/a',
    spent: 33,
  })

  test('what is missing is named, with what looks like it', () => {
    expect(refusalOf([line])).toMatchObject({ code: 'FieldMissing', field: 'time', like: ['when'] })
    const time: GivenFields = new Map([['time', { key: 'when', unit: null }]])
    expect(refusalOf([line], time)).toMatchObject({ field: 'status', like: ['rc'] })
    const wrong: GivenFields = new Map([['time', { key: 'wehn', unit: null }]])
    expect(refusalOf([line], wrong)).toMatchObject({ code: 'FieldUnknown', key: 'wehn' })
  })

  test('can all be given', () => {
    const given: GivenFields = new Map([
      ['start', { key: 'when', unit: null }],
      ['status', { key: 'rc', unit: null }],
      ['address', { key: 'peer_ip', unit: null }],
      ['path', { key: 'route', unit: null }],
      ['duration', { key: 'spent', unit: 'ms' }],
    ])
    expect(logOf([line], given).read(line)).toMatchObject({
      endMs: noonMs + 33,
      durationMs: 33,
      status: 503,
      address: '203.0.113.1',
      target: '/a',
    })
  })

  test('a client or a duration that is passed over is named; what belongs to others is not', () => {
    const { unused } = logOf([
      JSON.stringify({
        time,
        status: 200,
        peer: '203.0.113.1',
        upstream_addr: '10.0.0.1:80',
        upstream_status: 200,
        handling_latency: 33,
        bytes: 200,
      }),
    ])
    expect(unused).toEqual([
      { field: 'peer', looksLike: 'client' },
      { field: 'handling_latency', looksLike: 'duration' },
    ])
  })

  test('of a table likewise', () => {
    const lines = ['when;rc;waited_for', '2026-03-01T12:00:00Z;503;33']
    expect(refusalOf(lines)).toMatchObject({ code: 'Unknown' })
    const given: GivenFields = new Map([
      ['time', { key: 'when', unit: null }],
      ['status', { key: 'rc', unit: null }],
    ])
    expect(tableOf(lines, given).plan?.keys.status).toEqual(['rc'])
    expect(tableOf(['time,rc', '2026-03-01T12:00:00Z,503'], noFields).unused).toEqual([
      { field: 'rc', looksLike: 'status' },
    ])
  })
})

describe('lines of any format, damaged', () => {
  const samples = [
    `203.0.113.1 - - ${combined} rt=0.033`,
    `203.0.113.1, 10.0.0.1 - - ${combined} "203.0.113.1" 512 0.033 [a] [] b 1 0.030 200 c`,
    `203.0.113.1 - - ${combined} 1 "web@docker" "http://10.0.0.2:80" 33ms`,
    '[2026-03-01T12:00:00.000Z] "POST /a HTTP/1.1" 200 - 0 463 33 30 "-" "M" "837a" "example.com" "-"',
    '10.0.1.2:33 [01/Mar/2026:12:00:00.655] in be/s 10/0/30/69/109 200 27 - - ---- 1/1/1/1/0 0/0 {a} "GET / HTTP/1.1"',
    '#Fields: date time c-ip cs-uri-stem sc-status time-taken',
    '2026-03-01 12:00:00 203.0.113.1 /a 200 0.033',
    '{"time":"2026-03-01T12:00:00Z","status":200,"req":{"url":"/a"},"duration":"33ms"}',
    '{"log":"{\\"ts\\":1772366400.5,\\"status\\":200}\\n","stream":"stdout","time":"x"}',
    'time=2026-03-01T12:00:00Z method=GET path="/a" status=200 duration=33ms',
    'time;status;wait;outcome;ahead;eta',
    '2026-03-01T12:00:00Z;200;5;left;3;14m05s',
  ]
  const damaged = fc
    .tuple(
      fc.constantFrom(...samples),
      fc.nat(200),
      fc.nat(8),
      fc.string({ unit: 'binary', maxLength: 5 }),
    )
    .map(([line, at, length, text]) => line.slice(0, at) + text + line.slice(at + length))

  test('are read, broken or refused, and never throw', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...samples), damaged), { maxLength: 12 }),
        (lines) => {
          const kind = inputKind(lines.join('\n'), true, optionsOf())
          if (kind.kind !== 'log') return
          for (const line of lines) {
            const read = kind.log.read(line)
            if (read === null || typeof read === 'string') continue
            expect(Number.isFinite(read.endMs)).toBe(true)
            expect(read.durationMs ?? 0).toBeGreaterThanOrEqual(0)
          }
        },
      ),
      { numRuns: 500 },
    )
  })
})

describe('measurements of programs are no requests of clients', () => {
  const rows = (row: (i: number) => string) => Array.from({ length: 6 }, (_, i) => row(i))

  test.each([
    ['k6', ['metric_name,timestamp,metric_value,status', 'http_reqs,1772355600,1,200']],
    ['k6', ['{"type":"Point","metric":"http_reqs","data":{"time":"2026-03-01T12:00:00Z"}}']],
    ['Locust', ['Timestamp,User Count,Type,Name,Requests/s,Total Request Count', '1,1,,a,1,1']],
    ['JMeter', ['timeStamp,elapsed,label,responseCode', '1772355600000,250,book,200']],
    ['JMeter', ['<?xml version="1.0"?>', '<testResults version="1.2">']],
    ['Gatling', ['RUN\tsim\tx\t1772355600000\t \t3.9']],
    ['vegeta', ['{"attack":"","seq":0,"code":200,"timestamp":"2026-03-01T12:00:00Z","latency":1}']],
    ['hey', ['response-time,DNS+dialup,DNS,status-code', '0.1,0,0,200']],
    ['monitoring', ['Time,requests', ...rows((i) => `${1_772_355_600 + 15 * i},${i * 7}`)]],
  ] as const)('%s: %j', (of, lines) => {
    expect(refusalOf(lines)).toEqual({ code: 'Samples', of })
  })

  test('times that are not evenly apart are people who came, and so is a bare list', () => {
    const times = rows((i) => `${1_772_355_600 + i * i},${i}`)
    expect(tableOf(['time,weight', ...times]).plan).not.toBeNull()
    expect(tableOf(['time', ...rows((i) => `${1_772_355_600 + i}`)]).plan).not.toBeNull()
  })
})
