import { minutesToSec, secToMinutes } from '../../core/units.ts'
import type { MeasureReason } from '../../plan/measure-reason.ts'
import type { CandidateVerdict, Measure, Probability, Range } from '../../plan/plan-figures.ts'
import type {
  AnalyticFigure,
  Candidate,
  MapCell,
  Plan,
  SensitivityRow,
} from '../../plan/plan-record.ts'
import type { TrialGrain } from '../../plan/trial-grain.ts'
import { formats, unknownText, type FormatName } from '../format.ts'
import { wordsFor, type WordsOf } from '../coded-words.ts'

export const verdictWords: Record<CandidateVerdict, { sign: string; word: string }> = {
  meets: { sign: '✓', word: 'meets' },
  fails: { sign: '✕', word: 'fails' },
  undecided: { sign: '?', word: 'undecided' },
}

export const cellWords: Record<MapCell, { sign: string; word: string; meaning: string }> = {
  drains: { sign: '', word: 'drains', meaning: 'the queue empties before the end' },
  slow: {
    sign: '○',
    word: 'slow',
    meaning: 'does not collapse, but is not drained before the end',
  },
  metastable: {
    sign: '△',
    word: 'metastable',
    meaning: 'does not collapse by itself, but is still down ten minutes after a trigger ended',
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

const notReachedText = 'not reached'

/** `1 server`, `10 servers` */
export function serversText(count: number): string {
  return `${formats.count(count)} ${count === 1 ? 'server' : 'servers'}`
}

/** `4, 6 and 8` */
export function listText(parts: readonly (string | number)[]): string {
  if (parts.length < 2) return parts.join('')
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}

/** Every count from the smallest to the largest was tried. */
export function isUnbroken(counts: readonly number[]): boolean {
  return counts.every((count, at) => at === 0 || count === (counts[at - 1] ?? 0) + 1)
}

/** `from 1 to 20`, `of 4, 6, 8, 10 and 20` */
export function triedText({ candidates }: Plan): string {
  const counts = candidates.map(({ instances }) => instances)
  const [smallest, largest] = [counts[0], counts.at(-1)]
  if (smallest === undefined || largest === undefined) return 'that were tried'
  if (counts.length > 2 && isUnbroken(counts)) return `from ${smallest} to ${largest}`
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

/** An amount of money; millions in short. */
export const amountText = (value: number) =>
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

export const measureWords: Record<Measure, { title: string; axis: string; format: FormatName }> = {
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
    title: 'the p95 wait',
    axis: 'p95 wait',
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

/** Names of the figures that closed forms and simulation are compared by. */
export const figureWords: Record<
  AnalyticFigure,
  { label: string; said: (value: number | null) => string }
> = {
  waitSecP95: { label: 'p95 wait', said: timeText },
  drainSec: { label: 'time to drain', said: timeText },
  goodputPerSec: { label: 'bookings a second', said: formats.perSec },
  abandonShare: { label: 'share who abandon', said: formats.share },
}

const swings: Record<Measure, (size: number) => string> = {
  instances: formats.number,
  pMeetsSlo: formats.share,
  pCollapse: formats.share,
  waitSecP95: formats.duration,
}

const measureReasons: WordsOf<MeasureReason> = {
  Swing: ({ measure, swing, low, high }) =>
    `between ${formats.number(low)} and ${formats.number(high)} it changes ` +
    `${measureWords[measure].title} by ${swings[measure](Math.abs(swing))}`,
  Text: ({ text }) => text,
}

export const measureReasonText = (reason: MeasureReason): string => wordsFor(measureReasons, reason)

const grains: WordsOf<TrialGrain> = {
  Bundled: ({ rows }) =>
    `a larger crowd is simulated as about ${formats.count(rows)} rows, and time is skipped while ` +
    'nothing changes in the stack; the runs that confirm the answer simulate every visitor',
  Text: ({ text }) => text,
}

export const grainText = (grain: TrialGrain): string => wordsFor(grains, grain)

/** `4, saves 6`; `none up to 20` */
export function neededAndSavedText(plan: Plan, count: number | null, saves: number | null): string {
  const needed = neededText(plan, count)
  return count === null || saves === null ? needed : `${needed}, ${savedText(saves)}`
}
