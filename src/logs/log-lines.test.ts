import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ParseReport } from '../core/parse-report.ts'
import { readCsvHeader, readCsvRow } from './csv-table.ts'
import { readDuration } from './duration-text.ts'
import { inputKind, unreadableInput, type CsvTable } from './input-kind.ts'
import { brokenKinds } from './log-entry.ts'
import { csvEntries, logEntries } from './read-log.ts'
import { readScreen } from './screen.ts'
import { logOf, optionsOf, readLine, tableOf } from './testing/read-lines.ts'
import { readTimestamp, type TimeContext } from './timestamp.ts'
import { Waits } from './waits.ts'

const utc: TimeContext = { zone: 'Z', clockMs: null }

const openingMs = Date.UTC(2021, 6, 19, 11)

describe('a line of an access log', () => {
  test('combined, with and without what is put after it', () => {
    const line =
      '10.0.0.1 - kim [19/Jul/2021:20:00:00 +0900] "GET /a?b=c HTTP/1.1" 503 0 "-" "Mozilla \\"5\\""'
    const plain = {
      endMs: openingMs,
      resolutionMs: 1000,
      durationMs: null,
      upstreamMs: null,
      status: 503,
      client: '10.0.0.1 Mozilla \\"5\\"',
      address: '10.0.0.1',
      person: 'kim',
      method: 'GET',
      target: '/a?b=c',
    }
    expect(readLine(line)).toEqual(plain)
    expect(readLine(`${line} rt=0.250 urt=0.1, 0.1`)).toEqual({
      ...plain,
      durationMs: 250,
      upstreamMs: 200,
    })
    expect(readLine(`${line} 1.5`)).toMatchObject({ durationMs: 1500 })
    const { read } = logOf([line])
    expect(read(line.replace('19/Jul', '31/Feb'))).toBe('NoReadableTime')
    expect(read(line.slice(0, 40))).toBe('OtherFormat')
  })

  test('the common format, and a request line that is none', () => {
    const read = readLine('::1 - - [19/Jul/2021:11:00:00 +0000] "\\x16\\x03" 400 157')
    expect(read).toMatchObject({ endMs: openingMs, status: 400, client: '::1 ', method: null })
  })

  test('JSON, each name of a field', () => {
    const common = { status: 200, request_time: 0.5, remote_addr: '::1', request: 'GET /x HTTP/2' }
    for (const time of [
      { time: '2021-07-19T20:00:00+09:00' },
      { ts: openingMs / 1000 },
      { '@timestamp': '2021-07-19T11:00:00.000Z' },
      { timestamp: openingMs },
      { timestamp: openingMs * 1e6 },
      { time_local: '19/Jul/2021:20:00:00 +0900' },
    ]) {
      expect(readLine(JSON.stringify({ ...common, ...time }))).toMatchObject({
        endMs: openingMs,
        durationMs: 500,
        status: 200,
        client: '::1 ',
        method: 'GET',
        target: '/x',
      })
    }
    const { read } = logOf([JSON.stringify({ ts: openingMs, status: 200, duration_ms: 1 })])
    const readAlso = (line: object) => read(JSON.stringify(line))
    expect(readAlso({ status: 200 })).toBe('NoReadableTime')
    expect(readAlso({ ts: openingMs })).toBe('NoStatus')
    expect(readAlso({ ts: openingMs, status: 200, duration_ms: -1 })).toBe('ImpossibleNumber')
    expect(read('[1]')).toBe('OtherFormat')
  })

  test('nothing lasts for more than a day: one line must not stretch all', () => {
    const line = (rt: string) =>
      `::1 - - [19/Jul/2021:11:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "x" rt=${rt} urt=${rt}`
    const combined = logOf([line('0.1')])
    expect(combined.read(line('86400.000'))).toMatchObject({ durationMs: 86_400_000 })
    const jsonLine = (sec: string) =>
      JSON.stringify({ ts: openingMs, status: 200, upstream_response_time: sec })
    const json = logOf([jsonLine('0.1')])
    const table = tableOf(['time,status,duration', `${openingMs},200,0.1`])
    for (const digits of ['86400.001', '9'.repeat(400)]) {
      expect(combined.read(line(digits))).toBe('ImpossibleNumber')
      expect(json.read(jsonLine(digits))).toBe('ImpossibleNumber')
      expect(readCsvRow(`${openingMs},200,${digits}`, table, utc)).toBe('ImpossibleNumber')
    }
  })

  test('a time without a zone is in that of the scenario', () => {
    const seoul = { zone: '+09:00', clockMs: null }
    expect(readTimestamp('2021-07-19 20:00:00', seoul)).toEqual({
      ms: openingMs,
      resolutionMs: 1000,
    })
    expect(readTimestamp('2021-07-19 11:00:00,250', utc)).toEqual({
      ms: openingMs + 250,
      resolutionMs: 1,
    })
    expect(readTimestamp('19/Jul/2021:20:00:00.250', seoul)).toEqual({
      ms: openingMs + 250,
      resolutionMs: 1,
    })
    expect(readTimestamp('20:00:00', seoul)).toBeNull()
  })
})

describe('lines from anywhere', () => {
  const anyLine = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.json(),
    fc.constant('10.0.0.1 - - [19/Jul/2021:20:00:00 +0900] "GET / HTTP/1.1" 200 1 "-" "x"'),
    fc.constant('{"ts": 1626692400, "status": 200}'),
    fc.constant('1626692400,200,5'),
    fc.constant('"1626692400",x,'),
    fc.stringMatching(/^[\d:/T+\-.,"{} ]{0,60}$/),
  )
  const table: CsvTable = tableOf(['time,status,duration', '1626692400,200,0.1'])
  const readers = [
    logOf(['10.0.0.1 - - [19/Jul/2021:20:00:00 +0900] "GET / HTTP/1.1" 200 1 "-" "x"']).read,
    logOf(['{"ts": 1626692400, "status": 200}']).read,
  ]

  async function* batches(lines: readonly string[]): AsyncGenerator<string[]> {
    yield lines.slice(0, lines.length >> 1)
    yield lines.slice(lines.length >> 1)
  }

  test('never throw, and every line is read or broken', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyLine, { maxLength: 30 }), async (lines) => {
        const full = lines.filter((line) => line.trim() !== '').length
        for (const read of readers) {
          const report = new ParseReport('x')
          const entries: unknown[] = []
          const source = { batches: batches(lines), read, report, aroundMs: openingMs }
          for await (const some of logEntries(source)) entries.push(...some)
          expect(report.lines).toBe(full)
          expect(report.read).toBe(entries.length)
          const kinds = [...report.kinds.values()].reduce((sum, n) => sum + n, 0)
          expect(report.read + kinds).toBe(full)
          for (const kind of report.kinds.keys()) expect(brokenKinds).toContain(kind)
        }
        const report = new ParseReport('x')
        const source = { batches: batches(['time,status,duration', ...lines]), report, table }
        const into = { waits: new Waits(), screens: [], context: utc, aroundMs: null }
        let requests = 0
        for await (const some of csvEntries({ ...source, ...into })) requests += some.length
        expect(report.lines).toBe(full)
        expect(report.read).toBe(requests)
      }),
      { numRuns: 200 },
    )
  })

  test('neither do screens, durations and headers', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          expect(readScreen(text).ahead).toBeGreaterThanOrEqual(0)
        } catch (error) {
          expect(error).toMatchObject({ kind: 'usage' })
        }
        expect(readDuration(text)?.sec ?? 0).toBeGreaterThanOrEqual(0)
        readCsvHeader(text)
        readCsvRow(text, table, utc)
        inputKind(text, true, optionsOf())
      }),
      { numRuns: 300 },
    )
  })

  test('more than half broken is a fault that says what can be read', () => {
    const report = new ParseReport('x.log')
    report.addRead()
    report.add('NoStatus', 'a')
    expect(() => report.check(unreadableInput)).not.toThrow()
    report.add('TooLong', 'b'.repeat(500))
    expect(() => report.check(unreadableInput)).toThrow(/2 of 3 lines cannot be read; an input is/)
    expect(report.shown[1]?.text).toHaveLength(120)
  })
})

describe('durations and screens', () => {
  test.each([
    ['845', 845, 1],
    ['845s', 845, 1],
    ['14m05s', 845, 1],
    ['14m', 840, 60],
    ['1h02m03s', 3723, 1],
    ['14:05', 845, 1],
    ['1:02:03', 3723, 1],
    ['0.25', 0.25, 0.01],
    ['1500ms', 1.5, 0.001],
    ['1.5h', 5400, 360],
  ])('%s', (text, sec, stepSec) => {
    const read = readDuration(text)!
    expect(read.sec).toBeCloseTo(sec, 9)
    expect(read.stepSec).toBeCloseTo(stepSec, 9)
  })

  test.each(['', 'soon', '-5', '5x', '1e3', '12:75'])('not %j', (text) => {
    expect(readDuration(text)).toBeNull()
  })

  test('a screen', () => {
    expect(readScreen('ahead=30,410 behind=41061 eta=14m05s at=20:00:00')).toEqual({
      ahead: 30_410,
      behind: 41_061,
      eta: { sec: 845, stepSec: 1 },
      at: '20:00:00',
    })
    for (const [text, message] of [
      ['ahead=many eta=5', /must say how many are ahead/],
      ['ahead=5', /must say the wait/],
      ['ahead=5 eta=5 wait=3', /may hold .*, not "wait"/],
      ['ahead=5 ahead=6 eta=5', /ahead twice/],
      ['', /must be such as/],
    ] as const) {
      expect(() => readScreen(text)).toThrow(message)
    }
  })
})

describe('what an input is', () => {
  test.each([
    ['a combined log', 'x\n::1 - - [19/Jul/2021:11:00:00 +0000] "GET / HTTP/1.1" 200 1\n', 'log'],
    ['JSON lines', '{"ts": 1626692400.5, "status": 200}\n', 'log'],
    ['a CSV', 'Wait Sec;Outcome\n5;left\n', 'csv'],
    ['a run', '{\n "schemaVersion": 2,', 'run'],
    ['a scenario', 'name: x\narrivals: []\n', 'unknown'],
    ['text', 'hello, world\n', 'unknown'],
    ['binary', 'a\0b', 'unknown'],
    ['nothing', '\n', 'unknown'],
  ])('%s', (_name, head, kind) => {
    expect(inputKind(head, true, optionsOf()).kind).toBe(kind)
  })

  test('its times and their resolution come from its first lines', () => {
    const lines = [0, 1, 2, 500].map((sec) => `{"ts": ${openingMs / 1000 + sec}.25, "status": 1}`)
    const kind = inputKind(lines.join('\n'), true, optionsOf())
    expect(kind).toMatchObject({ times: { aroundMs: openingMs + 2250, resolutionMs: 1 } })
  })

  test.each([
    [',', 'time,status,duration', '2021-07-19T11:00:00Z,200,0.25'],
    [';', 'time;status;duration', '2021-07-19T11:00:00Z;200;0,25'],
    ['\t', 'time\tstatus\tduration', '2021-07-19T11:00:00Z\t200\t0.25'],
    ['|', 'time|status|duration', '2021-07-19T11:00:00Z|200|0.25'],
  ])('a table cut by %j', (_delimiter, heading, row) => {
    const read = readCsvRow(row, tableOf([heading, row]), utc)
    expect(read).toMatchObject({ entry: { endMs: openingMs, status: 200, durationMs: 250 } })
  })
})
