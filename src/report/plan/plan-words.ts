import { minutesToSec, secToMinutes } from '../../core/units.ts'
import type {
  Candidate,
  CandidateVerdict,
  MapCell,
  Plan,
  Probability,
  Range,
  SensitivityRow,
} from '../../plan/plan-record.ts'
import { formats, unknownText, type FormatName } from '../format.ts'

export const verdictWords: Record<CandidateVerdict, { sign: string; word: string }> = {
  meets: { sign: '✓', word: 'meets' },
  fails: { sign: '✕', word: 'fails' },
  undecided: { sign: '?', word: 'undecided' },
}

export const cellWords: Record<MapCell, { sign: string; word: string; meaning: string }> = {
  drains: { sign: '', word: 'drains', meaning: 'the queue empties before the end' },
  slow: { sign: '○', word: 'slow', meaning: 'holds, and is not drained before the end' },
  metastable: {
    sign: '△',
    word: 'metastable',
    meaning: 'holds by itself, and is still down ten minutes after a trigger has gone',
  },
  collapses: {
    sign: '×',
    word: 'collapses',
    meaning: 'most requests fail for ten minutes on end, without any trigger',
  },
}

export const regimeWords = {
  stable: 'stable',
  vulnerable: 'vulnerable: a trigger can tip it',
  overloaded: 'overloaded',
} as const

export const notReachedText = 'not reached'

/** `1 server`, `10 servers` */
export function serversText(count: number): string {
  return `${formats.count(count)} ${count === 1 ? 'server' : 'servers'}`
}

/** `4, 6 and 8` */
export function listText(parts: readonly (string | number)[]): string {
  if (parts.length < 2) return parts.join('')
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}

/** Every count from the least to the most was tried. */
export function isUnbroken(counts: readonly number[]): boolean {
  return counts.every((count, at) => at === 0 || count === (counts[at - 1] ?? 0) + 1)
}

/** `from 1 to 20`, `of 4, 6, 8, 10 and 20` */
export function triedText({ candidates }: Plan): string {
  const counts = candidates.map(({ instances }) => instances)
  const [least, most] = [counts[0], counts.at(-1)]
  if (least === undefined || most === undefined) return 'that were tried'
  if (counts.length > 2 && isUnbroken(counts)) return `from ${least} to ${most}`
  return `of ${listText(counts)}`
}

/** `97.5% (94.3% to 98.9%)`: a share of the replications with its 95% confidence interval. */
export function probabilityText({ value, low, high }: Probability): string {
  return `${formats.share(value)} (${formats.share(low)} to ${formats.share(high)})`
}

/** A time that a plan knows no better than to the minute: `53 min`, `1 h 30 min`, `45 s`. */
export function timeText(sec: number | null): string {
  return formats.duration(
    sec === null || sec < 600 ? sec : minutesToSec(Math.round(secToMinutes(sec))),
  )
}

type Said = (value: number) => string

/** How a range reads: its middle, and what lies around it; '' where there is nothing around. */
export function rangeParts(
  { low, mid, high }: Range,
  said: Said,
  missing = notReachedText,
): { mid: string; around: string } {
  const text = (value: number | null) => (value === null ? missing : said(value))
  if (low === mid && mid === high) return { mid: text(mid), around: '' }
  return { mid: text(mid), around: `${text(low)} to ${text(high)}` }
}

/** `53 min (32 min to 1 h 30 min)` */
export function rangeText(range: Range, said: Said, missing?: string): string {
  const { mid, around } = rangeParts(range, said, missing)
  return around === '' ? mid : `${mid} (${around})`
}

/** Millions in short. */
const amountText = (value: number) =>
  Math.abs(value) < 1e6 ? formats.number(value) : formats.compact(value)

/** `384 USD`, `160 server-hours` */
export function costText({ header: { prices } }: Plan, cost: number): string {
  const unit = prices.instancePerHour === null ? 'server-hours' : prices.currency
  return `${amountText(cost)} ${unit}`
}

export function regretText({ header: { prices } }: Plan, regret: number | null): string {
  return regret === null ? unknownText : `${amountText(regret)} ${prices.currency}`
}

/** Whether a candidate costs more an hour than may be spent; `null` where that cannot be said. */
export function isOverBudget({ header }: Plan, { instances }: Candidate): boolean | null {
  const { budgetPerHour, prices } = header
  if (budgetPerHour === null || prices.instancePerHour === null) return null
  return instances * prices.instancePerHour > budgetPerHour
}

export const measureWords: Record<
  SensitivityRow['measure'],
  { title: string; axis: string; format: FormatName }
> = {
  instances: { title: 'servers needed', axis: 'Servers needed', format: 'number' },
  pMeetsSlo: {
    title: 'the probability that all objectives hold',
    axis: 'Probability that all objectives hold',
    format: 'share',
  },
  pCollapse: {
    title: 'the probability of a collapse',
    axis: 'Probability of a collapse',
    format: 'share',
  },
  waitSecP95: {
    title: 'the wait that 95 of 100 stay under',
    axis: 'Wait that 95 of 100 stay under',
    format: 'shortDuration',
  },
}

/** `8 servers`, `none up to 20`, `41%` */
export function outcomeText(plan: Plan, row: SensitivityRow, end: 'atLow' | 'atHigh'): string {
  const { outcome } = row[end]
  if (outcome === null)
    return row.measure === 'instances' ? `none up to ${maxTried(plan)}` : unknownText
  return row.measure === 'instances'
    ? serversText(outcome)
    : row.measure === 'waitSecP95'
      ? timeText(outcome)
      : formats.share(outcome)
}

export function maxTried({ candidates }: Plan): number {
  return candidates.at(-1)?.instances ?? 0
}

/** `9`, or that none of those tried is enough. */
export function neededText(plan: Plan, count: number | null): string {
  return count === null ? `none up to ${maxTried(plan)}` : formats.count(count)
}

/** `saves 5`, `costs 2 more`, `saves none` */
function savedText(saves: number): string {
  if (saves === 0) return 'saves none'
  return saves > 0 ? `saves ${formats.count(saves)}` : `costs ${formats.count(-saves)} more`
}

/** Names of figures in disagreements, as far as they are known. */
export function figureWords(name: string): {
  label: string
  said: (value: number | null) => string
} {
  const known = new Map([
    ['waitSecP95', { label: 'wait of 95 of 100', said: timeText }],
    ['drainSec', { label: 'time to drain', said: timeText }],
    ['goodputPerSec', { label: 'bookings a second', said: formats.perSec }],
    ['abandonShare', { label: 'share who give up', said: formats.share }],
  ])
  return known.get(name) ?? { label: name, said: formats.number }
}

/** `4, saves 6`; `none up to 20` */
export function neededAndSavedText(plan: Plan, count: number | null, saves: number | null): string {
  const needed = neededText(plan, count)
  return count === null || saves === null ? needed : `${needed}, ${savedText(saves)}`
}
