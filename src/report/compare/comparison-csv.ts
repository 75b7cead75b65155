import type { RunComparison } from '../../compare/compare.ts'
import { csvField } from '../escape.ts'
import { figureNames } from './figure-names.ts'

type Value = string | number | null

/**
 * `figures.csv`: one row per figure, RFC 4180, columns named as in `comparison.json`, then one column
 * per run. An unknown value is an empty field.
 */
export function comparisonCsv({ figures }: RunComparison): string {
  const rows = figures.map((one): [string, Value][] => [
    ['path', one.path],
    ['label', figureNames[one.path].label],
    ['unit', one.unit],
    ['better', one.better],
    ['verdict', one.verdict],
    ['baseline.centre', one.baseline.centre],
    ['candidate.centre', one.candidate.centre],
    ['difference.value', one.difference?.value ?? null],
    ['difference.low', one.difference?.low ?? null],
    ['difference.high', one.difference?.high ?? null],
    ['share.value', one.share?.value ?? null],
    ['share.low', one.share?.low ?? null],
    ['share.high', one.share?.high ?? null],
    ['p', one.p],
    ['pHolm', one.pHolm],
    ...one.baseline.values.map((value, at): [string, Value] => [`baseline.${at + 1}`, value]),
    ...one.candidate.values.map((value, at): [string, Value] => [`candidate.${at + 1}`, value]),
  ])
  const names = rows[0]?.map(([name]) => name) ?? []
  const lines = [names, ...rows.map((row) => row.map(([, value]) => value))]
  return `${lines.map((line) => line.map(csvField).join(',')).join('\r\n')}\r\n`
}
