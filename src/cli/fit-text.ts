import type { Estimate, Fitted } from '../model/fit/estimate.ts'
import { countText } from '../model/fit/numbers.ts'
import { alignedTable } from '../report/text.ts'

const number = (value: number): string => Number(value.toPrecision(5)).toString()

const row = ({ path, low, mid, high, count }: Estimate): string[] => [
  path,
  number(low),
  number(mid),
  number(high),
  countText(count),
]

/** What was estimated and what was not, for a terminal. */
export function fitText(
  { estimates, settings, notIdentified }: Fitted,
  notes: readonly string[],
): string {
  const parts: string[] = []
  if (estimates.length > 0) {
    parts.push(alignedTable([['parameter', '5%', 'mid', '95%', 'from'], ...estimates.map(row)], 1))
  }
  const kinds = Object.entries(settings).map(([path, value]) => [path, JSON.stringify(value)])
  if (kinds.length > 0) parts.push(alignedTable(kinds))
  if (notIdentified.length > 0) {
    const lines = notIdentified.map(
      ({ path, reason, measure }) => `– ${path}: ${reason}. To measure: ${measure}.`,
    )
    parts.push(`Not identified, or only in part:\n${lines.join('\n')}`)
  }
  if (notes.length > 0) parts.push(notes.map((note) => `– ${note}`).join('\n'))
  return parts.join('\n\n')
}
