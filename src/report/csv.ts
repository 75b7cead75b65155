import type { PercentileSeries, RunRecord } from '../record/run.ts'
import { isoAt, runClock } from './clock.ts'
import { csvField } from './escape.ts'
import type { ReportRun } from './types.ts'

type Series = readonly (number | null)[]

const plainSeries = [
  'arrivals',
  'reentries',
  'queued',
  'admitted',
  'bypassed',
  'booked',
  'errors',
  'abandoned',
  'requests',
  'requestErrors',
  'waiting',
  'inside',
  'pollsPerSec',
  'instances',
] as const
const percentileSeries = ['responseMs', 'serviceMs', 'waitSecByEntry'] as const
const percentiles = ['p50', 'p95', 'p99'] as const satisfies (keyof PercentileSeries)[]
const stationSeries = ['busy', 'queue', 'utilisation'] as const

/** Columns of a run's timeline by name; `stations` are those of all runs, so that columns agree. */
function columnsOf({ timeline }: RunRecord, stations: readonly string[]): Map<string, Series> {
  const columns = new Map<string, Series>()
  for (const name of plainSeries) columns.set(name, timeline[name])
  for (const name of percentileSeries)
    for (const p of percentiles) columns.set(`${name}.${p}`, timeline[name][p])
  for (const station of stations)
    for (const name of stationSeries)
      columns.set(`stations.${station}.${name}`, timeline.stations[station]?.[name] ?? [])
  return columns
}

/**
 * `timeline.csv`: one row a bucket a run, RFC 4180. Flows are counts in the bucket, levels means
 * over it. What is not known is an empty field.
 */
export function timelineCsv(runs: readonly ReportRun[]): string {
  const stations = [...new Set(runs.flatMap(({ run }) => Object.keys(run.timeline.stations)))]
  const first = runs[0]
  const names = first === undefined ? [] : [...columnsOf(first.run, stations).keys()]
  const lines = [['run', 'clock', 'epochSec', ...names].map(csvField).join(',')]
  for (const { run, label } of runs) {
    const { offsetSec } = runClock(run)
    const columns = [...columnsOf(run, stations).values()]
    for (let bucket = 0; bucket < run.timeline.arrivals.length; bucket++) {
      const epochSec = run.timeline.startSec + bucket * run.timeline.bucketSec
      const values = columns.map((column) => column[bucket] ?? null)
      lines.push([label, isoAt(epochSec, offsetSec), epochSec, ...values].map(csvField).join(','))
    }
  }
  return `${lines.join('\r\n')}\r\n`
}
