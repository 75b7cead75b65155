import type { Fitted } from '../../fit/estimate.ts'
import { plainText } from '../escape.ts'
import { formats } from '../format.ts'
import type { PlainTable } from '../measured-tables.ts'
import { estimateSource } from './estimate-words.ts'
import { gapText } from './gap-words.ts'

export const missingTitle = 'Not identifiable from the data'

/** What was estimated: middle, and the 5th and 95th percentile of what the data leave possible. */
export function estimateTable({ estimates }: Fitted): PlainTable[] {
  if (estimates.length === 0) return []
  const { number, count } = formats
  return [
    {
      title: 'What was estimated',
      text: [],
      head: ['parameter', 'source', 'low (5%)', 'middle', 'high (95%)', 'observations'],
      rows: estimates.map((one) => [
        one.path,
        estimateSource(one),
        number(one.low),
        number(one.mid),
        number(one.high),
        count(one.count),
      ]),
      rightFrom: 2,
    },
  ]
}

function settingText(value: unknown): string {
  return plainText(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
}

/** Fields that are no numbers. */
export function settingTable({ settings }: Fitted): PlainTable[] {
  const rows = Object.entries(settings).map(([path, value]) => [path, settingText(value)])
  if (rows.length === 0) return []
  return [
    {
      title: 'What was chosen',
      text: [],
      head: ['parameter', 'set to'],
      rows,
      rightFrom: Infinity,
    },
  ]
}

/** What is not identifiable from the data, why, and what to measure. */
export function missingTable({ notIdentified }: Fitted): PlainTable[] {
  if (notIdentified.length === 0) return []
  return [
    {
      title: missingTitle,
      text: [],
      head: ['parameter', 'why', 'what to measure'],
      rows: notIdentified.map((gap) => {
        const { reason, measure } = gapText(gap)
        return [gap.path, reason, measure]
      }),
      rightFrom: Infinity,
    },
  ]
}
