import { plainName } from './log-field.ts'
import { mappingOf } from './json-cells.ts'
import { delimiterOf } from '../core/delimiter.ts'
import { readCsvCells, readCsvHeader } from './csv-table.ts'
import { readTimestamp, type TimeContext } from './timestamp.ts'

/** Measurements that are no requests of clients, by the program that made them. */
export type SampleSource =
  | 'k6'
  | 'Locust'
  | 'JMeter'
  | 'Gatling'
  | 'vegeta'
  | 'hey'
  /** Of some monitoring: one row each so many seconds. */
  | 'monitoring'

/** Columns by which a table of samples is known. */
const headings: readonly (readonly [SampleSource, readonly string[]])[] = [
  ['k6', ['metricname', 'metricvalue']],
  ['Locust', ['usercount', 'totalrequestcount']],
  ['Locust', ['requestcount', 'failurecount', 'medianresponsetime']],
  ['JMeter', ['timestamp', 'elapsed', 'label']],
  ['hey', ['responsetime', 'dns+dialup']],
]

/** What made the samples that a file begins with; `null`: they are none. */
export function samplesIn(lines: readonly string[], context: TimeContext): SampleSource | null {
  const [first = ''] = lines
  const delimiter = delimiterOf([first])
  const names = first.split(delimiter).map((name) => plainName(name.replaceAll('"', '')))
  const known = headings.find(([, wanted]) => wanted.every((name) => names.includes(name)))
  if (known !== undefined) return known[0]
  if (first.startsWith('RUN\t')) return 'Gatling'
  if (lines.slice(0, 3).some((line) => line.includes('<testResults'))) return 'JMeter'
  const line = first.startsWith('{') ? mappingOf(first) : null
  const holds = (...keys: readonly string[]) =>
    line !== null && keys.every((key) => Object.hasOwn(line, key))
  if (holds('type', 'metric', 'data')) return 'k6'
  if (holds('attack', 'seq', 'code', 'latency')) return 'vegeta'
  return isRegular(lines, context) ? 'monitoring' : null
}

/** Names of columns that only requests, waits and screens have. */
const ofRequests =
  /client|addr|session|person|^user|path|ur[il]$|request$|status|method|duration|wait|outcome|ahead|ip$/
const minRows = 5

/** A table of a time and numbers, its rows equally far apart: somebody looked every so many seconds. */
function isRegular([first = '', ...rows]: readonly string[], context: TimeContext): boolean {
  const header = readCsvHeader(first)
  if (header === null || header.names.length < 2 || rows.length < minRows) return false
  const [time] = header.names.filter((name) => /time|date|^ts$|^at$/.test(plainName(name)))
  const others = header.names.filter((name) => name !== time)
  if (time === undefined || others.some((name) => ofRequests.test(plainName(name)))) return false
  const cells = rows.flatMap((row) => readCsvCells(row, header) ?? [])
  const ms = cells.map((cell) => readTimestamp(cell(time) ?? '', context)?.ms ?? Number.NaN)
  const steps = ms.slice(1).map((at, i) => at - (ms[i] ?? 0))
  const step = steps.toSorted((a, b) => a - b)[steps.length >> 1] ?? 0
  // Some looks may be missing.
  const isEven = steps.filter((one) => one === step).length >= 0.8 * steps.length
  const areNumbers = cells.every((cell) =>
    others.some((name) => /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(String(cell(name) ?? ''))),
  )
  return step > 0 && isEven && areNumbers
}
