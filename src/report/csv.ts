import type { PercentileSeries, RunRecord } from '../record/run.ts'
import { flowNames, levelNames } from '../record/tallies.ts'
import { isoAt, runClock } from './clock.ts'
import { stationsOf } from './engine.ts'
import { csvField } from './escape.ts'
import { recordedBuckets } from './recorded.ts'
import type { ReportRun } from './types.ts'

type Series = readonly (number | null)[]

const plainSeries = [...flowNames, ...levelNames] as const
const percentileSeries = ['responseMs', 'serviceMs', 'waitSecByEntry'] as const
const percentiles = ['p50', 'p95', 'p99'] as const satisfies (keyof PercentileSeries)[]
const observedSeries = ['waiting', 'inside'] as const
const stationSeries = ['busy', 'queue', 'utilisation'] as const

/** What some of the runs have, so that the columns of all agree. */
interface Optional {
  stations: readonly string[]
  observed: boolean
}

/** Columns of a run's timeline by name. */
function columnsOf(run: RunRecord, { stations, observed }: Optional): Map<string, Series> {
  const { timeline } = run
  const known = stationsOf(run)
  const columns = new Map<string, Series>()
  for (const name of plainSeries) columns.set(name, timeline[name])
  for (const name of percentileSeries)
    for (const p of percentiles) columns.set(`${name}.${p}`, timeline[name][p])
  if (observed)
    for (const name of observedSeries)
      columns.set(`observed.${name}`, timeline.observed?.[name] ?? [])
  for (const station of stations)
    for (const name of stationSeries)
      columns.set(`stations.${station}.${name}`, known[station]?.[name] ?? [])
  return columns
}

/**
 * `timeline.csv`: one row a bucket a run, RFC 4180. Flows are counts in the bucket, levels means
 * over it. What is not known is an empty field; so is all that follows where a run was cut short.
 */
export function timelineCsv(runs: readonly ReportRun[]): string {
  const optional = {
    stations: [...new Set(runs.flatMap(({ run }) => Object.keys(stationsOf(run))))],
    observed: runs.some(({ run }) => run.timeline.observed !== undefined),
  }
  const first = runs[0]
  const names = first === undefined ? [] : [...columnsOf(first.run, optional).keys()]
  const lines = [['run', 'clock', 'epochSec', ...names].map(csvField).join(',')]
  for (const { run, label } of runs) {
    const { offsetSec } = runClock(run)
    const columns = [...columnsOf(run, optional).values()]
    const recorded = recordedBuckets(run)
    for (let bucket = 0; bucket < run.timeline.arrivals.length; bucket++) {
      const epochSec = run.timeline.startSec + bucket * run.timeline.bucketSec
      const values = columns.map((column) => (bucket < recorded ? (column[bucket] ?? null) : null))
      lines.push([label, isoAt(epochSec, offsetSec), epochSec, ...values].map(csvField).join(','))
    }
  }
  return `${lines.join('\r\n')}\r\n`
}
