import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ClockWatch, gapsOf } from './clock-watch.ts'
import { CountSeries } from './count-series.ts'
import { HashIndex, hashOf } from './hash-index.ts'
import type { LogEntry } from './log-entry.ts'
import { mergeEntries } from './read-log.ts'
import { RequestLog } from './request-log.ts'
import { ResponseSamples } from './response-samples.ts'
import type { LoggedRequest } from './step-matcher.ts'

const entry = (endSec: number, more: Partial<LogEntry> = {}): LogEntry => ({
  endMs: endSec * 1000,
  resolutionMs: 1,
  durationMs: 100,
  upstreamMs: null,
  status: 200,
  client: 'a',
  address: null,
  person: null,
  method: 'GET',
  target: '/',
  ...more,
})

function foldOf(entries: readonly LogEntry[], prefix: string | null = null) {
  const log = new RequestLog(1, { seed: 1, entry: prefix, steps: null, mayBeStarts: [] })
  for (const one of entries) log.add(one)
  return log.finish()
}

describe('requests folded', () => {
  test('first contacts are counted when they began, and again after half an hour of silence', () => {
    const log = foldOf([entry(10), entry(500), entry(600, { client: 'b' }), entry(2400.5)])
    expect(log.arrivals.total).toBe(2)
    expect(log.arrivals.fromMs).toBe(9900)
    expect(log.reentries.total).toBe(1)
    expect(log.clients).toBe(2)
  })

  test('with an entry, each of its requests is a first contact or a coming again', () => {
    const at = (sec: number, target: string, client = 'a') => entry(sec, { target, client })
    const requests = [at(1, '/in'), at(2, '/page'), at(3, '/in'), at(4, '/page', 'b')]
    const log = foldOf(requests, '/in')
    expect([log.arrivals.total, log.reentries.total, log.clients]).toEqual([1, 1, 2])
  })

  test('requests stand for arrivals where nothing tells clients apart', () => {
    const log = foldOf([1, 2, 3].map((sec) => entry(sec, { client: null })))
    expect([log.arrivals.total, log.clients, log.persons]).toEqual([3, null, null])
  })

  test('the same client with the same request after a failure tries again, within five minutes', () => {
    const failed = { status: 503, target: '/book' }
    const log = foldOf([
      entry(10, failed),
      entry(12.1, failed),
      entry(12.2, { target: '/style.css' }),
      entry(17.1, { target: '/book' }),
      entry(20, failed),
      entry(400, failed),
    ])
    expect([...log.failures.inARow]).toEqual([1, 2, 1, 1])
    expect([...log.failures.pauseSec].map((sec) => Math.round(sec * 10) / 10)).toEqual([
      2,
      4.9,
      Number.NaN,
      Number.NaN,
    ])
  })

  test('another method is another request: it is no second try', () => {
    const failed = { status: 503, target: '/book' }
    const log = foldOf([entry(10, failed), entry(12, { ...failed, method: 'POST' })])
    expect([...log.failures.pauseSec]).toEqual([Number.NaN, Number.NaN])
  })

  test('an entry is a path, however it is written', () => {
    const log = foldOf([entry(1, { target: '/%EC%98%88%EC%95%BD' })], '/예약')
    expect(log.arrivals.total).toBe(1)
  })

  test('addresses too few for so many requests are no people', () => {
    const from = (addresses: number, requests: number) =>
      foldOf(
        Array.from({ length: requests }, (_, i) => {
          const address = `10.0.0.${i % addresses}`
          return entry(i, { client: `${address} agent ${i}`, address })
        }),
      ).fewAddresses?.length ?? null
    expect([from(1, 1), from(1, 2), from(4, 199), from(4, 200), from(17, 5000)]).toEqual([
      null,
      1,
      null,
      4,
      null,
    ])
    // A log that has ids of clients tells them apart whatever their addresses are.
    expect(foldOf(Array.from({ length: 200 }, (_, i) => entry(i))).fewAddresses).toBeNull()
  })

  test('memory goes by clients and seconds, not by lines', () => {
    const steps = { of: ({ target }: LoggedRequest) => Number(target.slice(2, 3)), alike: [] }
    const log = new RequestLog(1000, { seed: 1, entry: null, steps, mayBeStarts: [] })
    for (let i = 0; i < 300_000; i++) {
      log.add(entry(Math.floor(i / 1000), { client: `c${i % 50}`, target: `/p${i % 100}?${i}` }))
    }
    const found = log.finish()
    expect(found.requests.total).toBe(300_000)
    expect(found.requests.counts.length).toBe(300)
    expect(found.clients).toBe(50)
    expect(found.responses.length).toBe(10)
    for (const { ms } of found.responses) expect(ms.length).toBeLessThanOrEqual(2000)
  })
})

describe('counts over time', () => {
  test('are those of a plain count, in whatever order they come', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5000, max: 5000 }), { minLength: 1 }), (times) => {
        const series = new CountSeries(10)
        const plain = new Map<number, number>()
        for (const ms of times) {
          series.add(ms)
          const bin = Math.floor(ms / 10)
          plain.set(bin, (plain.get(bin) ?? 0) + 1)
        }
        expect(series.total).toBe(times.length)
        expect(series.fromMs).toBe(Math.floor(Math.min(...times) / 10) * 10)
        series.counts.forEach((count, i) =>
          expect(count).toBe(plain.get(series.fromMs / 10 + i) ?? 0),
        )
      }),
      { numRuns: 50 },
    )
  })

  test('get coarser where they would take more than eight million bins', () => {
    const series = new CountSeries(100)
    series.add(0)
    series.add(86_400_000 * 15, 2)
    series.add(950)
    expect(series.widthMs).toBe(1000)
    expect(series.total).toBe(4)
    expect([series.counts[0], series.counts.at(-1)]).toEqual([2, 2])
  })
})

describe('clocks', () => {
  const seen = (...times: number[]) => {
    const watch = new ClockWatch()
    for (const sec of times) watch.see(sec * 1000)
    return watch.findings().map(({ kind, at, isLeftOut }) => {
      return { kind, fromSec: at.fromMs / 1000, untilSec: at.untilMs / 1000, isLeftOut }
    })
  }

  test('one that is set back tells a stretch twice, which is left out', () => {
    expect(seen(0, 100, 60, 200)).toEqual([
      { kind: 'ClockSetBack', fromSec: 60, untilSec: 101, isLeftOut: true },
    ])
  })

  test('lines of slow requests, stamped with their start, are no clock set back', () => {
    const starts = (...times: number[]) => {
      const watch = new ClockWatch(true)
      for (const sec of times) watch.see(sec * 1000)
      return watch.findings().map(({ kind, at }) => [kind, at.fromMs / 1000, at.untilMs / 1000])
    }
    expect(starts(0, 40, 5, 42)).toEqual([])
    // A hundred that began within one second and ran into a limit of a minute.
    const late = Array.from({ length: 100 }, (_, i) => 5 + i / 100)
    expect(starts(0, 65, ...late, 66)).toEqual([])
    // Quick and slow ones in turn, and the log ends with slow ones.
    const mixed = Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? 100 + i : 40 + i))
    expect(starts(...mixed)).toEqual([])
    // A clock that goes on from 60 after 100.
    const again = Array.from({ length: 50 }, (_, i) => 60 + i)
    expect(starts(...Array.from({ length: 101 }, (_, i) => i), ...again)).toEqual([
      ['ClockSetBack', 60, 101],
    ])
  })

  test('a little disorder is none, files in the wrong order neither', () => {
    expect(seen(0, 100, 90, 105)).toEqual([])
    expect(seen(1000, 2000, 0, 999)).toEqual([])
  })

  test('two machines in one file are added up', () => {
    expect(seen(0, 3600, 10, 3500)).toEqual([
      { kind: 'LogsOverlap', fromSec: 10, untilSec: 3501, isLeftOut: false },
    ])
  })

  test('a hole in a busy log is a gap, silence in a quiet one is not', () => {
    const counts = Uint32Array.from({ length: 300 }, (_, i) => (i >= 100 && i < 140 ? 0 : 5))
    expect(gapsOf(counts, 1000, 1000)).toEqual([
      { kind: 'LogGap', at: { fromMs: 101_000, untilMs: 141_000 }, isLeftOut: true },
    ])
    const quiet = Uint32Array.from({ length: 300 }, (_, i) => (i % 20 === 0 ? 1 : 0))
    expect(gapsOf(quiet, 0, 1000)).toEqual([])
  })
})

describe('parts', () => {
  test('logs side by side come in the order of their times', async () => {
    async function* log(...batches: number[][]): AsyncGenerator<LogEntry[]> {
      for (const batch of batches) yield batch.map((sec) => entry(sec))
    }
    const order: string[] = []
    await mergeEntries([log([1, 4], [9]), log([2], [3, 10]), log()], ({ endMs }, source) =>
      order.push(`${endMs / 1000}/${source}`),
    )
    expect(order).toEqual(['1/0', '2/1', '3/1', '4/0', '9/0', '10/1'])
  })

  test('names get one row each', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 3 })), (names) => {
        const index = new HashIndex()
        const rows = new Map<string, number>()
        for (const name of names) {
          const row = index.row(name)
          expect(row).toBe(rows.get(name) ?? rows.size)
          rows.set(name, row)
        }
        expect(index.size).toBe(rows.size)
      }),
      { numRuns: 50 },
    )
  })

  test('names that share a slot under one seed are spread under another', () => {
    const mask = 4095
    const names: string[] = []
    for (let i = 0; names.length < 200; i++) {
      if ((hashOf(`agent ${i}`, 1) & mask) === 0) names.push(`agent ${i}`)
    }
    const slots = (seed: number) => new Set(names.map((name) => hashOf(name, seed) & mask)).size
    expect(slots(1)).toBe(1)
    expect(slots(2)).toBeGreaterThan(180)
  })

  test('a full index takes no new name', () => {
    const full = new HashIndex(2)
    expect(['a', 'b', 'c', 'a'].map((name) => full.row(name))).toEqual([0, 1, -1, 0])
  })

  test('a sample of responses is spread over all of them', () => {
    const samples = new ResponseSamples(1)
    // One a second, so that all are of one load; the values are their own order.
    for (let i = 0; i < 20_000; i++) samples.add(i * 1000, 3, i)
    const [only, ...others] = samples.samples()
    expect(others).toEqual([])
    expect(only).toMatchObject({ step: 3, load: 0, seen: 20_000 })
    const mean = only!.ms.reduce((sum, ms) => sum + ms, 0) / only!.ms.length
    expect(Math.abs(mean - 10_000)).toBeLessThan((4 * 5774) / Math.sqrt(2000))
  })
})
