import type { Fault } from '../../core/errors.ts'
import { parsePath, pathText } from '../path.ts'
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
  /** The file that states it, where a base does (`extends`); else it is the scenario's own. */
  file?: string
}

/** By file of the chain, the parts of a document (`stack.stations`) that a base states. */
export type Inherited = Readonly<Record<string, readonly string[]>>

/**
 * Every labelled number of a document, in its order; those of variants are in the variants' own
 * documents.
 */
export function evidenceOf(document: Mapping, inherited: Inherited = {}): EvidenceRow[] {
  const rows = evidencedNodes(scenarioSchema, document).flatMap(({ path, node }) => {
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
  return withFiles(rows, inherited)
}

/** The rows with the file that states each, where a base does. */
export function withFiles(rows: readonly EvidenceRow[], inherited: Inherited): EvidenceRow[] {
  const files = new Map(
    Object.entries(inherited).flatMap(([file, paths]) => paths.map((path) => [path, file])),
  )
  return rows.map((row) => {
    const path = parsePath(row.path) ?? []
    const around = path.map((_part, i) => pathText(path.slice(0, i + 1)))
    const part = around.findLast((one) => files.has(one))
    const file = part === undefined ? undefined : files.get(part)
    return file === undefined ? row : { ...row, file }
  })
}

const numberOrNull = (value: unknown): number | null => (typeof value === 'number' ? value : null)

/** Intervals the wrong way round, and assumptions that give none. */
export function evidenceFaults(document: Mapping): Fault[] {
  return evidenceOf(document).flatMap(({ path, label, low, mid, high }) => {
    if (low === null || high === null) {
      const message =
        'an assumed number requires an interval: { low, mid, high, evidence: assumed }'
      return label === 'assumed' ? [{ path, message }] : []
    }
    if (low <= mid && mid <= high) return []
    return [{ path, message: `low ≤ mid ≤ high must hold, got ${low}, ${mid}, ${high}` }]
  })
}
