import { findingNames } from '../core/codes.ts'
import type { RunRecord } from '../record/run.ts'
import { minuteAt, runClock } from './clock.ts'
import { collapseOf, haltsOf } from './collapse.ts'
import { isLog, isSimulated } from './engine.ts'
import { formats } from './format.ts'
import { mainFailure } from './outcomes.ts'
import { isCutShort, recordedUntilSec, waitingAtEnd } from './recorded.ts'
import { invalidTexts } from './verdict-words.ts'
import { saturation } from './saturation.ts'
import { findingWords } from './words.ts'

/** How a run went, worst first. */
export type RunState = 'invalid' | 'collapsed' | 'strained' | 'queued' | 'held'

export const stateWords: Record<RunState, { sign: string; word: string }> = {
  invalid: { sign: '?', word: 'not usable' },
  collapsed: { sign: '✕', word: 'collapsed' },
  strained: { sign: '!', word: 'strained' },
  queued: { sign: '…', word: 'held, long queue' },
  held: { sign: '✓', word: 'held' },
}

export interface Headline {
  state: RunState
  /** What happened and why, in one sentence. */
  sentence: string
  /** How many booked, how long they waited, what was left. */
  details: string
}

/** Shares of requests that failed up to which a run counts as having coped. */
const strainedShare = 0.01
/** Share of tickets still waiting at the end from which the queue is the news. */
const longQueueShare = 0.05
/** And up to which it has emptied, but for who has just come. */
const emptyShare = 0.0001

export function stateOf(run: RunRecord): RunState {
  const { verdict, summary } = run
  if (!verdict.valid) return 'invalid'
  if (collapseOf(run) !== null) return 'collapsed'
  if ((summary.errorShare ?? 0) > strainedShare) return 'strained'
  if ((summary.requestErrorShare ?? 0) > strainedShare) return 'strained'
  if (verdict.saturated) return 'strained'
  return waitingAtEnd(run) > longQueueShare * summary.visitors.arrived ? 'queued' : 'held'
}

const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0)

/** Counts of a flow between two epoch seconds, by whole buckets that start in between. */
function countBetween(
  { timeline }: RunRecord,
  counts: readonly number[],
  { fromSec, toSec }: { fromSec: number; toSec: number },
): number {
  return sum(
    counts.filter((_, bucket) => {
      const sec = timeline.startSec + bucket * timeline.bucketSec
      return sec >= fromSec && sec < toSec
    }),
  )
}

/** Most that waited at once, and when (epoch seconds). */
export function peakWaiting({ timeline }: RunRecord): { waiting: number; atSec: number } {
  let peak = { waiting: 0, atSec: timeline.startSec }
  timeline.waiting.forEach((waiting, bucket) => {
    if (waiting > peak.waiting)
      peak = { waiting, atSec: timeline.startSec + bucket * timeline.bucketSec }
  })
  return peak
}

/** People booked up to an epoch second, by the timeline. */
export function bookedUntil(run: RunRecord, toSec: number): number {
  return countBetween(run, run.timeline.booked, { fromSec: -Infinity, toSec })
}

/** How long before a collapse began the visitors are counted that brought it about. */
const inflowSec = 300

/**
 * Visitors who came into the booking pages, a second, before the collapse began: after that the
 * gate's own clients give up on it, which is an effect and no cause.
 */
function inflow(run: RunRecord, collapseSec: number): { calledPerSec: number; pastPerSec: number } {
  const { opensAtSec } = runClock(run)
  const { timeline } = run
  const { bucketSec } = timeline
  const fromSec = Math.max(
    Math.min(opensAtSec, collapseSec),
    collapseSec - Math.max(inflowSec, bucketSec),
  )
  const window = { fromSec, toSec: Math.max(collapseSec, fromSec + bucketSec) }
  const perSec = (counts: readonly number[]) =>
    countBetween(run, counts, window) / (window.toSec - fromSec)
  return { calledPerSec: perSec(timeline.admitted), pastPerSec: perSec(timeline.bypassed) }
}

/** `78 visitors a second` */
function visitorsText(perSec: number): string {
  const text = formats.compact(perSec >= 10 ? Math.round(perSec) : perSec)
  return `${text} ${text === '1' ? 'visitor' : 'visitors'} a second`
}

const quoted = (name: string) => `“${name}”`

function limitText(run: RunRecord): string {
  const first = saturation(run)[0]
  if (first === undefined) return ''
  const by = isSimulated(run) ? '' : ', as observed at the target,'
  return `${quoted(first.station)}${by} was ${formats.share(first.peakUtilisation).replace('< ', 'under ')} busy`
}

/** `in the busiest 10 s`: a peak is that of one bucket of the timeline. */
const busiestText = ({ timeline }: RunRecord): string =>
  `in the busiest ${formats.duration(timeline.bucketSec)}`

/**
 * A run that was measured from outside tells how its requests failed and who came; why they failed
 * it does not know.
 */
function measuredCollapse(
  run: RunRecord,
  {
    failed,
    came,
    called,
    isPassed,
  }: Record<'failed' | 'came' | 'called', string> & { isPassed: boolean },
): string {
  const most = mainFailure(run)
  const how = most === null ? '' : ` (mostly: ${most})`
  const who = isPassed
    ? `${came} came in where the gate let in only ${called} (the others got past it)`
    : `the gate let in ${came}`
  const limit = limitText(run)
  return `${failed} failed${how}; just before, ${who}${limit === '' ? '' : `, and meanwhile, ${busiestText(run)}, ${limit}`}.`
}

function collapseSentence(run: RunRecord): string {
  const { offsetSec } = runClock(run)
  const collapse = collapseOf(run)
  if (collapse === null) return ''
  const clock = (sec: number) => minuteAt(sec, offsetSec)
  const halt = haltsOf(run).find(({ fromSec }) => Math.abs(fromSec - collapse.toSec) <= 120)
  const until =
    halt === undefined
      ? `until ${clock(collapse.toSec)}`
      : `until it was switched off at ${clock(halt.fromSec)}`
  const { calledPerSec, pastPerSec } = inflow(run, collapse.fromSec)
  const came = visitorsText(calledPerSec + pastPerSec)
  const called = formats.compact(calledPerSec >= 10 ? Math.round(calledPerSec) : calledPerSec)
  const isPassed = pastPerSec > 0.05 * (calledPerSec + pastPerSec)
  const why = isPassed
    ? `${came} came in where the gate let in only ${called} (the others got past it)`
    : `the ${came} that the gate let in were more than the servers could serve`
  const failed =
    collapse.requestErrorShare === 1
      ? 'every page request'
      : `${formats.share(collapse.requestErrorShare).replace('> ', 'over ')} of all page requests`
  const start = `Collapsed at ${clock(collapse.fromSec)}: ${until},`
  if (!isSimulated(run))
    return `${start} ${measuredCollapse(run, { failed, came, called, isPassed })}`
  const limit = limitText(run)
  return `${start} ${failed} failed, because ${why}${limit === '' ? '' : ` and ${busiestText(run)} ${limit}`}.`
}

function failedText({ header, summary }: RunRecord): string {
  const { requestErrorShare, errorShare } = summary
  const requests =
    requestErrorShare === 0
      ? 'no request failed'
      : `${formats.share(requestErrorShare)} of requests failed`
  // The simulator's tickets fail by their requests; those of a live run at its waiting room too.
  if (header.engine === 'sim' || (errorShare ?? 0) === 0) return requests
  return `${requests}, and ${formats.share(errorShare)} of tickets ended in an error`
}

/** What set the limit: a simulation knows, of a live run it is told what was observed. */
function whyText(run: RunRecord): string {
  const first = saturation(run)[0]
  if (run.verdict.saturated)
    return `; ${formats.count(run.audit.dropped.ceiling)} that were due were held back by the run’s own ceiling`
  if (first === undefined) return ''
  const rate = run.summary.opening.admitPerSec
  const busy = limitText(run)
  if (!isSimulated(run)) {
    const gate = rate === null ? '' : `; the gate let in ${formats.perSec(rate)} at the opening`
    return `${gate}; ${busiestText(run)} ${busy}`
  }
  if (first.utilisation >= 0.9) return `; ${busy} ${busiestText(run)} and set the limit`
  if (rate === null && run.summary.visitors.queued === 0)
    return `; nothing reached its limit: ${busiestText(run)} ${busy}`
  const gate = rate === null ? 'the gate' : `the gate’s ${formats.perSec(rate)}`
  return `; the limit was ${gate}: even ${busiestText(run)} ${busy}`
}

function calmSentence(run: RunRecord, state: RunState): string {
  const [failed, why] = [failedText(run), whyText(run)]
  const left = waitingAtEnd(run)
  if (state === 'strained') return `Strained but did not collapse: ${failed}${why}.`
  if (state === 'queued')
    return `Held, but ${formats.compact(left)} were still waiting at the end: ${failed}${why}.`
  return `Held: ${failed}${why}.`
}

function bookedText(run: RunRecord): string {
  const { people, bookedShare } = run.summary
  const { offsetSec, endsAtSec } = runClock(run)
  const lastSec = Math.min(endsAtSec, recordedUntilSec(run))
  const all = `${formats.count(people.booked)} people (${formats.share(bookedShare)} of those eligible) had booked by ${minuteAt(lastSec, offsetSec)}`
  const halt = haltsOf(run)[0]
  if (halt === undefined) return `${all}.`
  const before = bookedUntil(run, halt.fromSec)
  return `${all}, ${formats.count(before)} of them before the halt.`
}

function waitText(run: RunRecord): string {
  const { waitSec, visitors } = run.summary
  const { offsetSec } = runClock(run)
  const peak = peakWaiting(run)
  if (visitors.queued === 0 || peak.waiting === 0) return 'Nobody had to queue.'
  const most = `At most ${formats.compact(peak.waiting)} waited at once (${minuteAt(peak.atSec, offsetSec)})`
  const half =
    waitSec.p50 === null
      ? 'fewer than half of those who queued were ever let in'
      : `half of those who queued waited over ${formats.duration(waitSec.p50)}`
  const left = waitingAtEnd(run)
  const end = isCutShort(run)
    ? `${formats.compact(left)} waited when it was cut short`
    : left > emptyShare * visitors.arrived
      ? `${formats.compact(left)} still waited at the end`
      : 'the queue had emptied by the end'
  return `${most}; ${half}; ${end}.`
}

function missedText({ verdict: { valid, slo } }: RunRecord): string {
  const missed = slo.filter(({ ok }) => !ok).length
  if (missed === 0 || !valid) return ''
  const objectives =
    slo.length === 1 ? 'The objective is' : `${missed} of ${slo.length} objectives are`
  return ` ${missed === 1 && slo.length > 1 ? `1 of ${slo.length} objectives is` : objectives} missed.`
}

/** What a live run found that must not be, what was not done to its target, what nobody saw of it. */
function openText(run: RunRecord): string {
  if (isSimulated(run)) return ''
  const cases = findingNames.flatMap((name) => {
    const n = run.summary.findings[name] ?? 0
    return n > 0 ? [`${findingWords[name].label.toLowerCase()} (${formats.count(n)})`] : []
  })
  const found = cases.length === 0 ? '' : ` Found: ${cases.join(', ')}.`
  const undone = run.events.filter(({ performed }) => !performed).length
  const events = undone === 0 ? '' : ` ${undone} of ${run.events.length} events were not performed.`
  const inside =
    saturation(run).length > 0 ? '' : ' What went on inside the target was not observed.'
  return `${found}${events}${inside}`
}

/** All that a log knows of its visitors. */
function logText({ summary, audit }: RunRecord): string {
  const { visitors, people } = summary
  const who = people.came === 0 ? '' : ` of ${formats.count(people.came)} clients`
  return `${formats.count(audit.events)} requests${who}, ${formats.count(visitors.arrived)} first contacts. A log does not tell who waited, was let in, booked or gave up: such figures are 0 or “unfinished” here because nobody knows them.`
}

/** What a reader must know of a run first: from its record alone. */
export function headlineOf(run: RunRecord): Headline {
  const state = stateOf(run)
  const unusable = `Not usable: ${invalidTexts(run.verdict).join('; ') || 'the run is marked invalid'}.`
  const sentence =
    state === 'invalid'
      ? unusable
      : state === 'collapsed'
        ? collapseSentence(run)
        : calmSentence(run, state)
  if (isLog(run)) return { state, sentence, details: logText(run) }
  return {
    state,
    sentence,
    details: `${bookedText(run)} ${waitText(run)}${missedText(run)}${openText(run)}`,
  }
}
