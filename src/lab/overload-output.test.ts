import { expect, test } from 'vitest'
import { heyCounts, metricOf, wrkCounts } from './overload-output.ts'

test('what hey prints', () => {
  const text = `
Summary:
  Total:	10.0 secs

Status code distribution:
  [200]	400 responses
  [503]	25 responses

Error distribution:
  [12]	Post "http://127.0.0.1:1/": context deadline exceeded
  [3]	Post "http://127.0.0.1:1/": EOF
`
  expect(heyCounts(text)).toEqual({ byStatus: { 200: 400, 503: 25 }, errors: 15 })
  expect(heyCounts('')).toEqual({ byStatus: {}, errors: 0 })
})

test('what wrk prints', () => {
  const text = `
  1200 requests in 10.01s, 300KB read
  Socket errors: connect 0, read 1, write 0, timeout 7
  Non-2xx or 3xx responses: 200
`
  expect(wrkCounts(text, 10)).toEqual({ goodputPerSec: 100, failedPerSec: 20, timeouts: 7 })
  expect(wrkCounts('50 requests in 10s', 10)).toEqual({
    goodputPerSec: 5,
    failedPerSec: 0,
    timeouts: 0,
  })
})

test('a metric over all servers of a station', () => {
  const text = [
    'dambreak_station_busy{server="1",station="web"} 3',
    'dambreak_station_busy{server="2",station="web"} 4',
    'dambreak_station_busy{server="all",station="db"} 9',
    'dambreak_station_busy_total{server="1",station="web"} 100',
  ].join('\n')
  expect(metricOf(text, 'dambreak_station_busy', 'web')).toBe(7)
  expect(metricOf(text, 'dambreak_station_busy', 'db')).toBe(9)
})
