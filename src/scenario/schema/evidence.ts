import type { Fault } from '../../core/errors.ts'
import { pathText } from '../path.ts'
import type { Mapping } from '../plain.ts'
import { evidenceLabels } from './quantity.ts'
import type { Evidence } from './quantity.ts'
import { scenarioSchema } from './schema.ts'
import { evidencedNodes } from './shape.ts'

/** One number of a scenario with where it comes from; low and high are 5th and 95th percentile. */
export interface EvidenceRow {
  path: string
  label: Evidence
  low: number | null
  mid: number
  high: number | null
  source: string | null
}

/** Every labelled number of a document, in its order. Variants are told by their own documents. */
export function evidenceOf(document: Mapping): EvidenceRow[] {
  return evidencedNodes(scenarioSchema, document).flatMap(({ path, node }) => {
    const mid = node['mid'] ?? node['value']
    const label = evidenceLabels.find((name) => name === node['evidence'])
    if (typeof mid !== 'number' || label === undefined) return []
    return [
      {
        path: pathText(path),
        label,
        low: numberOrNull(node['low']),
        mid,
        high: numberOrNull(node['high']),
        source: typeof node['source'] === 'string' ? node['source'] : null,
      },
    ]
  })
}

const numberOrNull = (value: unknown): number | null => (typeof value === 'number' ? value : null)

/** Intervals the wrong way round, and assumptions that give none. */
export function evidenceFaults(document: Mapping): Fault[] {
  return evidenceOf(document).flatMap(({ path, label, low, mid, high }) => {
    if (low === null || high === null) {
      const message = 'an assumed number needs its interval: { low, mid, high, evidence: assumed }'
      return label === 'assumed' ? [{ path, message }] : []
    }
    if (low <= mid && mid <= high) return []
    return [{ path, message: `low ≤ mid ≤ high must hold, got ${low}, ${mid}, ${high}` }]
  })
}
