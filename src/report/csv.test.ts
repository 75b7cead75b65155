import { describe, expect, test } from 'vitest'
import { timelineCsv } from './csv.ts'
import { sampleReportRun } from './testing/sample-run.ts'

const base = sampleReportRun('base, as it was', { bucketSec: 600, hours: 4 })
const other = sampleReportRun('=other', { bucketSec: 600, hours: 4, collapses: false })
const lines = timelineCsv([base, other]).split('\r\n')
const head = (lines[0] ?? '').split(',')

describe('timeline.csv', () => {
  test('has one row a bucket a run, below a head', () => {
    const buckets = base.run.timeline.arrivals.length
    expect(buckets).toBe(30)
    expect(lines).toHaveLength(1 + 2 * buckets + 1)
    expect(lines.at(-1)).toBe('')
  })

  test('names every series, of percentiles and stations too', () => {
    expect(head.slice(0, 6)).toEqual([
      'run',
      'clock',
      'epochSec',
      'arrivals',
      'reentries',
      'queued',
    ])
    for (const name of ['responseMs.p99', 'waitSecByEntry.p50', 'stations.database.utilisation'])
      expect(head).toContain(name)
  })

  test('gives the values of the record on the local clock', () => {
    // Ten minutes before 20:00; the label holds a comma and is quoted.
    const row = lines[1 + 5] ?? ''
    expect(row.startsWith('"base, as it was",2021-07-19T19:50:00+09:00,1626691800,')).toBe(true)
    const cells = row.replace('"base, as it was"', 'x').split(',')
    expect(cells[head.indexOf('arrivals')]).toBe(String(base.run.timeline.arrivals[5]))
    expect(cells[head.indexOf('waiting')]).toBe(String(base.run.timeline.waiting[5]))
  })

  test('leaves what is not known empty, and keeps a real zero', () => {
    const cells = (lines[1] ?? '').replace('"base, as it was"', 'x').split(',')
    expect(cells[head.indexOf('responseMs.p50')]).toBe('')
    expect(cells[head.indexOf('booked')]).toBe('0')
  })

  test('a label cannot become a formula', () => {
    expect(lines[31]?.startsWith("'=other,")).toBe(true)
  })
})
