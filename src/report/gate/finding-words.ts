import { minRuns, type ComparedFigure, type Interval } from '../../compare/compare.ts'
import { faultText } from '../../core/errors.ts'
import type { GateCheck, GateSubject } from '../../gate/check.ts'
import type { BaselineSource, Finding, FindingCode, Recorded } from '../../gate/finding.ts'
import type { Clause } from '../../objectives/expression.ts'
import type { ComparisonOperator } from '../../objectives/term.ts'
import type { RunHeader } from '../../record/run.ts'
import { counted } from '../coded-words.ts'
import { figureNames } from '../compare/figure-names.ts'
import { comparisonNoteText, mismatchText } from '../compare/mismatch-words.ts'
import { endingText, invalidTexts, noteText } from '../verdict-words.ts'

/** What a check is called: what it is of, or a few words. */
export function checkName({ kind, subject }: GateCheck): string {
  if (kind === 'baseline') return `baseline ${subject ?? ''}`.trimEnd()
  return subject ?? wholeNames[kind]
}

const wholeNames: Record<Exclude<GateCheck['kind'], 'baseline'>, string> = {
  record: 'the record can be used',
  valid: 'the run is whole and valid',
  arrivals: 'somebody came',
  objective: 'there is an objective',
  regression: 'no significant regression',
}

export const subjectName = ({ kind, label }: GateSubject): string =>
  kind === 'baseline' ? `against baseline ${label}` : label

/** A number in a sentence: whole ones as they are, others to four figures. */
function shown(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)))
}

const usableWords: Record<RunHeader['engine'], string> = {
  sim: 'a simulation keeps its schedule',
  live: 'its generator kept its schedule',
  k6: 'k6 kept its schedule',
  log: 'an access log has no schedule to keep',
}

const unusable = 'its figures must not be used'

function unusableText(verdict: Extract<Finding, { code: 'Unusable' }>): string {
  const { ending, reasons } = verdict
  const why = invalidTexts(verdict).join('; ') || 'no reason given'
  if (ending.kind === 'finished') return `it is invalid, ${unusable} (${why})`
  const more =
    reasons.length === 0 ? '' : `; ${invalidTexts({ ...verdict, ending: whole }).join('; ')}`
  return `it was cut short, ${unusable} as those of the whole run (${endingText(ending)}${more})`
}

const whole = { kind: 'finished', detail: null } as const

const operatorWords: Record<ComparisonOperator, string> = {
  '<': 'below',
  '<=': 'at most',
  '>': 'above',
  '>=': 'at least',
  '==': 'equal to',
  '!=': 'different from',
}

function missedText({ observed, limit }: Extract<Finding, { code: 'Missed' }>): string {
  if (limit === null) return `observed ${shown(observed)}`
  const value = limit.value === null ? 'the other side' : shown(limit.value)
  return `observed ${shown(observed)}, which is not ${operatorWords[limit.operator]} ${value}`
}

function clauseText(clause: Clause): string {
  if (clause.kind === 'during') return ` during ${clause.from}..${clause.to}`
  return clause.kind === 'at' ? ` at ${clause.at}` : ''
}

/** `2021-07-19 19:59:00 to 20:06:00`, in the run's own clock. */
function recordedText({ from, until }: Recorded): string {
  const [day, end] = [from.slice(0, 10), until.slice(0, 10)]
  return `${day} ${from.slice(11, 19)} to ${day === end ? '' : `${end} `}${until.slice(11, 19)}`
}

function noDataText(finding: Extract<Finding, { code: 'NoData' }>): string {
  const { paths, clause, cause, recorded } = finding
  const why = {
    outsideRecord: `the run recorded ${recordedText(recorded)}`,
    neverReached: 'too few of those who queued were ever admitted for it to be reached',
    notObserved: 'the run did not observe it',
  }[cause]
  return `no data for ${paths.join(', ')}${clauseText(clause)}: ${why}`
}

function sourcesText(sources: readonly BaselineSource[]): string {
  if (sources.length === 0) return 'given by path'
  const list = (values: readonly string[]) => [...new Set(values)].join(', ')
  const versions = sources.map(({ targetVersion }) => targetVersion ?? 'unknown')
  const times = sources.map(({ savedAt }) => `${savedAt.slice(0, 16).replace('T', ' ')} UTC`)
  const machines = sources.map(({ machine }) => machine)
  return `target version ${list(versions)}, kept ${list(times)} on ${list(machines)}`
}

function comparedText(finding: Extract<Finding, { code: 'Compared' }>): string {
  const { runs, isDecisive, sources } = finding
  const sides = `${counted(runs.candidate, 'run')} compared with ${counted(runs.baseline, 'run')} of it`
  const open = isDecisive
    ? ''
    : `, which decides nothing: a regression is told from chance by at least ${minRuns} runs a side`
  return `${sides}${open}; ${sourcesText(sources)}`
}

const signed = (value: number, text: (size: number) => string) =>
  `${value < 0 ? '−' : '+'}${text(Math.abs(value))}`

const percent = (share: number) =>
  signed(share, (size) => `${Number((size * 100).toPrecision(3))}%`)

function intervalText({ low, high }: Interval, text: (value: number) => string): string {
  return low === null || high === null ? '' : ` (95% interval ${text(low)} to ${text(high)})`
}

const unitText = { count: '', share: '', duration: ' s', ms: ' ms' } as const satisfies Record<
  ComparedFigure['unit'],
  string
>

const pText = (p: number) => (p < 0.001 ? '< 0.001' : `= ${Number(p.toPrecision(2))}`)

function changeText(figure: ComparedFigure): string {
  const { path, baseline, candidate, share, difference, pHolm, unit } = figure
  const sized = (value: number) => `${shown(value)}${unitText[unit]}`
  const centre = (value: number | null) => (value === null ? '–' : sized(value))
  const change =
    share !== null
      ? `, ${percent(share.value)}${intervalText(share, percent)}`
      : difference !== null
        ? `, ${signed(difference.value, sized)}${intervalText(difference, (value) => signed(value, sized))}`
        : ''
  const chance = pHolm === null ? '' : `, p ${pText(pHolm)} after Holm`
  return `${figureNames[path].label}: ${centre(baseline.centre)} → ${centre(candidate.centre)}${change}${chance}`
}

function lostText({ figure, missing }: Extract<Finding, { code: 'FigureLost' }>): string {
  const runs = figure.candidate.values.length
  const here =
    missing === runs ? 'no run here does' : `${missing} of ${counted(runs, 'run')} here do not`
  return `the baseline knows this figure (${figureNames[figure.path].label}), and ${here}: no data is no pass`
}

const words: {
  readonly [C in FindingCode]: (finding: Extract<Finding, { code: C }>) => string
} = {
  Unreadable: ({ message }) => message,
  Consistent: () => 'its figures follow from its counts',
  Contradictory: ({ contradictions }) =>
    `run.json contradicts itself: ${counted(contradictions, 'figure')} cannot be true`,
  Usable: ({ engine, heldBack }) =>
    heldBack === null
      ? usableWords[engine]
      : `it is, but a ceiling held ${counted(heldBack, 'request')} back, counted as failed`,
  Unusable: unusableText,
  Empty: () => 'the run is empty: nobody arrived, so it shows nothing',
  Arrived: ({ tickets }) => counted(tickets, 'ticket'),
  NotJudged: () => `not judged: the figures of a run must not be used`,
  ObjectiveFaulty: ({ message }) => `this objective cannot be judged: ${message}`,
  NoData: noDataText,
  NoNumber: () => 'it gives no number (a division by zero)',
  Met: ({ observed }) => `observed ${shown(observed)}`,
  Missed: missedText,
  NoObjective: () =>
    'nothing to hold the run to: its scenario has no slo and no --slo was given, and no verdict passes by default',
  BaselineUnavailable: ({ message }) => message,
  BaselineContradictory: () => 'a run of it contradicts itself',
  Incomparable: ({ mismatches }) =>
    `it cannot be compared with: ${mismatches.map(mismatchText).join('; ')}`,
  Compared: comparedText,
  FigureLost: lostText,
  SignificantlyWorse: ({ figure }) => `significantly worse: ${changeText(figure)}`,
  NoRegression: ({ tested, level, nearest }) => {
    const close =
      nearest === null ? '' : `; the nearest to it is ${nearest.path}, ${changeText(nearest)}`
    return `none of ${counted(tested, 'figure')} is significantly worse at ${shown(level * 100)}% over all together${close}`
  },
}

/** What a check found, in one sentence without a full stop. Text out of records is in it as it is. */
export function findingText({ finding }: GateCheck): string {
  const text = words[finding.code] as (finding: Finding) => string
  return text(finding)
}

/** Faults and notes, one a line. */
export function findingDetails({ finding }: GateCheck): string[] {
  switch (finding.code) {
    case 'Unreadable':
    case 'Contradictory':
    case 'BaselineUnavailable':
      return finding.faults.map(faultText)
    case 'BaselineContradictory':
      return finding.faults.map((fault) => `run ${fault.run}: ${faultText(fault)}`)
    case 'Usable':
    case 'Unusable':
      return finding.notes.map((note) => noteText(note, ''))
    case 'Compared':
      return finding.notes.map(comparisonNoteText)
    default:
      return []
  }
}
