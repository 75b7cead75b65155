import { quantileSorted } from 'simple-statistics'
import { formats } from '../report/format.ts'
import { targetText } from '../report/words.ts'
import type { CaseKind, FactKind, NightFacts, Observation } from './facts.ts'

/** A case as far as its runs have ended. */
export interface CaseFacts {
  readonly kind: CaseKind
  readonly index: number
  /** All its runs have ended. */
  readonly complete: boolean
  readonly rows: readonly Observation[]
  readonly ended: readonly NightFacts[]
}

export interface Share {
  readonly held: number
  readonly of: number
}

/** Quantiles of what was observed; `null` where nothing was. */
export interface Spread {
  readonly p05: number
  readonly p50: number
  readonly p95: number
}

export interface FactRow {
  readonly id: string
  readonly label: string
  readonly target: string
  readonly mark: FactKind
  readonly seeds: Share
  readonly points: Share
  readonly overSeeds: Spread | null
  readonly overPoints: Spread | null
}

export interface FactTable {
  readonly rows: readonly FactRow[]
  /** Cases in which every free row holds at once, of those whose runs have all ended. */
  readonly freeTogether: { readonly seeds: Share; readonly points: Share }
  /** Variant 10-tight: how many wait at midnight; printed, not judged. */
  readonly waitingAtMidnight: { readonly seeds: Spread | null; readonly points: Spread | null }
}

/** V2 before V10. */
const byNumber = new Intl.Collator('en', { numeric: true })

export function tabulate(cases: readonly CaseFacts[]): FactTable {
  const keyOf = ({ id, label }: Observation) => `${id} ${label}`
  const first = new Map<string, Observation>()
  for (const { rows } of cases) {
    for (const row of rows) if (!first.has(keyOf(row))) first.set(keyOf(row), row)
  }
  const of = (kind: CaseKind) => cases.filter((one) => one.kind === kind)
  const inOrder = [...first].sort(([a], [b]) => byNumber.compare(a, b))
  const rows = inOrder.map(([key, row]): FactRow => {
    const seen = (kind: CaseKind) =>
      of(kind).flatMap((one) => one.rows.filter((other) => keyOf(other) === key))
    const [seeds, points] = [seen('seed'), seen('point')]
    return {
      id: row.id,
      label: row.label,
      target: targetText(row),
      mark: row.mark,
      seeds: shareOf(seeds),
      points: shareOf(points),
      overSeeds: spreadOf(seeds.map(({ observed }) => observed)),
      overPoints: spreadOf(points.map(({ observed }) => observed)),
    }
  })
  const together = (kind: CaseKind) =>
    shareOf(
      of(kind)
        .filter(({ complete }) => complete)
        .map((one) => ({ ok: one.rows.every(({ mark, ok }) => ok || mark !== 'free') })),
    )
  const atMidnight = (kind: CaseKind) =>
    spreadOf(of(kind).flatMap(({ ended }) => ended.map((night) => night.waitingAtMidnight)))
  return {
    rows,
    freeTogether: { seeds: together('seed'), points: together('point') },
    waitingAtMidnight: { seeds: atMidnight('seed'), points: atMidnight('point') },
  }
}

function shareOf(judged: readonly { readonly ok: boolean }[]): Share {
  return { held: judged.filter(({ ok }) => ok).length, of: judged.length }
}

function spreadOf(values: readonly (number | null)[]): Spread | null {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b)
  if (sorted.length === 0) return null
  const at = (p: number) => quantileSorted(sorted, p)
  return { p05: at(0.05), p50: at(0.5), p95: at(0.95) }
}

const shareText = ({ held, of }: Share): string =>
  of === 0 ? formats.share(null) : `${held} of ${of} (${formats.share(held / of)})`

const spreadText = (spread: Spread | null): string =>
  spread === null
    ? formats.number(null)
    : [spread.p05, spread.p50, spread.p95].map(valueText).join(' · ')

function valueText(value: number): string {
  return Math.abs(value) >= 10_000 ? formats.compact(value) : formats.number(value)
}

/** The table in Markdown, one line a row of the facts. */
export function markdownTable(table: FactTable): string {
  const { rows, freeTogether, waitingAtMidnight } = table
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const spreadHead = '5th · 50th · 95th percentile'
  return [
    line([
      'row',
      'figure',
      'target',
      'kind',
      'seeds that hold',
      'points that hold',
      `over the seeds: ${spreadHead}`,
      `over the points: ${spreadHead}`,
    ]),
    `|${'---|'.repeat(8)}`,
    ...rows.map((row) =>
      line([
        row.id,
        row.label,
        row.target,
        row.mark,
        shareText(row.seeds),
        shareText(row.points),
        spreadText(row.overSeeds),
        spreadText(row.overPoints),
      ]),
    ),
    line([
      '',
      'every free row at once',
      '',
      'free',
      shareText(freeTogether.seeds),
      shareText(freeTogether.points),
      '',
      '',
    ]),
    line([
      '',
      '10-tight: waiting at midnight',
      'not judged',
      '',
      '',
      '',
      spreadText(waitingAtMidnight.seeds),
      spreadText(waitingAtMidnight.points),
    ]),
  ].join('\n')
}
