import type { EvidenceRow } from '../scenario/schema/evidence.ts'
import { formats } from './format.ts'
import type { ReportRun } from './types.ts'

/** What is least certain comes first. */
export const evidenceOrder = ['assumed', 'inferred', 'measured', 'reported'] as const

/** Width of a row's interval beside its middle; 0 where it has none. */
function relativeWidth({ low, mid, high }: EvidenceRow): number {
  if (low === null || high === null) return 0
  return (high - low) / Math.max(Math.abs(mid), 1e-12)
}

/** Rows of evidence, the assumed ones first, and the widest interval first among its kind. */
function sortedEvidence(rows: readonly EvidenceRow[]): EvidenceRow[] {
  return rows.toSorted(
    (a, b) =>
      evidenceOrder.indexOf(a.label) - evidenceOrder.indexOf(b.label) ||
      relativeWidth(b) - relativeWidth(a),
  )
}

/** Rows that say the same of several places of one list, as one. */
export interface EvidenceGroup extends EvidenceRow {
  /** How many places of the scenario it speaks of. */
  places: number
}

/**
 * As `sortedEvidence`, with rows that differ only in their place in a list drawn together:
 * `journey[0].timeoutMs` to `journey[4].timeoutMs`, if equal, become `journey[*].timeoutMs`.
 */
export function groupedEvidence(rows: readonly EvidenceRow[]): EvidenceGroup[] {
  const groups = new Map<string, EvidenceGroup>()
  for (const row of sortedEvidence(rows)) {
    const path = row.path.replace(/\[\d+\]/g, '[*]')
    const key = JSON.stringify([path, row.label, row.low, row.mid, row.high, row.source, row.file])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { ...row, places: 1 })
    else groups.set(key, { ...group, path, places: group.places + 1 })
  }
  return [...groups.values()]
}

/** The source of a number, and the file of a chain of `extends` that states it. */
export function sourceText({ source, file }: EvidenceRow, unknown: string): string {
  const text = source ?? unknown
  return file === undefined ? text : `${text} (in ${file})`
}

/** `0.01 (0 to 0.05)` */
export function valueText({ low, mid, high }: EvidenceRow): string {
  const interval =
    low === null || high === null ? '' : ` (${formats.number(low)} to ${formats.number(high)})`
  return `${formats.number(mid)}${interval}`
}

/** Parts of a scenario that are not parameters of a run; the timeline is shown as events. */
const notParameters = new Set(['variants', 'reported', 'slo', 'stopWhen', 'timeline', 'cost'])

function middleOf(quantity: object): unknown {
  if ('mid' in quantity) return quantity.mid
  return 'value' in quantity ? quantity.value : null
}

/** Every number of a recorded scenario by its path, plain or with its evidence (its middle). */
function numbersOf(node: unknown, path: string, into: Map<string, number>): void {
  if (typeof node === 'number') into.set(path, node)
  if (typeof node !== 'object' || node === null) return
  if ('evidence' in node) return numbersOf(middleOf(node), path, into)
  for (const [key, child] of Object.entries(node)) {
    if (path === '' && notParameters.has(key)) continue
    const step = Array.isArray(node) ? `[${key}]` : path === '' ? key : `.${key}`
    numbersOf(child, `${path}${step}`, into)
  }
}

/** Numbers that a run has otherwise than the base: what the variant changed. */
export function changedFrom(
  base: ReportRun,
  other: ReportRun,
): { path: string; base: number | null; here: number | null }[] {
  const [before, after] = [new Map<string, number>(), new Map<string, number>()]
  numbersOf(base.run.scenario, '', before)
  numbersOf(other.run.scenario, '', after)
  const paths = [...new Set([...before.keys(), ...after.keys()])]
  return paths.flatMap((path) => {
    const [was, is] = [before.get(path) ?? null, after.get(path) ?? null]
    return was === is ? [] : [{ path, base: was, here: is }]
  })
}

/**
 * What no run of this model can tell, whatever it prints: several combinations of these give the
 * same totals, so a fit to the totals does not settle them.
 */
export const unknowns: readonly { what: string; why: string }[] = [
  {
    what: 'How capacity grows with the number of instances',
    why: 'Only the counts before and after the scale-out are known, not what each could serve; a shared database can make the tenth instance worth less than the first.',
  },
  {
    what: 'How many tickets one person held',
    why: 'More devices for each person and more people coming back give the same number of tickets.',
  },
  {
    what: 'Whether the other tickets of a person who had booked left the queue',
    why: 'If they stay they lengthen the wait of everybody behind them and cost a short visit each; from outside both look alike.',
  },
  {
    what: 'How many bypassed the gate, and how',
    why: 'A trick used by a few and a gate that lets clients through when it is overrun leave the same trace on the totals.',
  },
]
