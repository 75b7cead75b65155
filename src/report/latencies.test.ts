import { expect, test } from 'vitest'
import { latencyRows } from './latencies.ts'
import { latencyTable } from './measured-tables.ts'
import { liveRun, named } from './testing/live-run.ts'
import { sampleRun } from './testing/sample-run.ts'

test('each step by three clocks, then the waiting room', () => {
  const run = liveRun()
  const rows = latencyRows(run)
  expect(rows.map(({ what, clock }) => `${what}, ${clock}`)).toEqual([
    'identify, intended start',
    'identify, send',
    'identify, connect and TLS',
    'book, intended start',
    'book, send',
    'book, connect and TLS',
    'waiting room, send',
    'waiting room, connect and TLS',
  ])
  const { identify } = run.summary.steps
  expect(rows[0]).toMatchObject({ count: identify!.count, times: identify!.responseMs })
  expect(rows[1]).toMatchObject({ count: identify!.count, times: identify!.serviceMs })
  expect(rows[6]?.times).toEqual(run.audit.live.gateCalls.serviceMs)
  expect(rows[7]?.times).toEqual(run.audit.live.gateCalls.connectMs)
})

test('a step that opened no connection has no time to connect, and not 0', () => {
  const run = liveRun()
  run.summary.steps['book']!.connectMs = null
  expect(latencyRows(run)[5]).toMatchObject({ count: 0, times: null })
  const cells = latencyTable([named(run)])[0]!.rows[5]
  expect(cells).toEqual(['', 'connect and TLS', '0', '–', '–', '–', '–'])
})

test('only what had an answer, or a timeout, is counted', () => {
  const run = liveRun()
  run.histograms = {}
  const book = run.summary.steps['book']!
  book.outcomes = { ...book.outcomes, ok: 10, timeout: 5, refused: 7, dropped: 3 }
  expect(latencyRows(run)[3]?.count).toBe(15)
  const { gateCalls } = run.audit.live
  Object.assign(gateCalls, { count: 100 })
  Object.assign(gateCalls.outcomes, { ok: 88, refused: 7, connectTimeout: 3, dropped: 2 })
  expect(latencyRows(run)[6]?.count).toBe(88)
})

test('a simulated run beside it has one clock, and does not pretend to a network', () => {
  const [table] = latencyTable([named(liveRun(), 'live'), named(sampleRun(), 'sim')])
  expect(table?.head.slice(0, 4)).toEqual(['step', 'run', 'clock', 'counted'])
  const simulated = table?.rows.filter(([, label]) => label === 'sim')
  expect(simulated?.map(([step, , clock]) => [step, clock])).toEqual([
    ['log in', 'simulated, no network'],
    ['book', 'simulated, no network'],
  ])
  expect(latencyTable([named(sampleRun())])).toEqual([])
})
