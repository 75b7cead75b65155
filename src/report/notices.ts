import type { RunRecord } from '../record/run.ts'
import { clockAt, runClock } from './clock.ts'
import { formats } from './format.ts'
import { isCutShort, recordedUntilSec } from './recorded.ts'
import { sentOnlyText } from './sent-only.ts'
import type { ReportRun } from './types.ts'
import { asSentence, endingText, noteText, reasonText } from './verdict-words.ts'

/** What a reader must know before any figure of a run. */
export interface Notice {
  /** `stop`: the figures must not be used. `mind`: they may, as the text says. */
  kind: 'stop' | 'mind'
  title: string
  text: string
}

const { count } = formats

function cutShort(run: RunRecord): Notice {
  const at = clockAt(recordedUntilSec(run), runClock(run).offsetSec)
  return {
    kind: 'stop',
    title: 'Cut short: these figures must not be used as those of the whole run',
    text: `${asSentence(endingText(run.verdict.ending))} What follows was recorded up to ${at}, and shows what had happened by then; the rest of the run is missing from every figure.`,
  }
}

function unusable(run: RunRecord): Notice {
  const reasons = run.verdict.reasons.map(reasonText)
  const why = reasons.length === 0 ? 'The run is marked invalid.' : asSentence(reasons.join('; '))
  const late = lateTexts[run.header.engine]
  return { kind: 'stop', title: 'These figures must not be used', text: `${why}${late}` }
}

const lateTexts: Record<RunRecord['header']['engine'], string> = {
  sim: '',
  live: ' What was measured is in part the slowness of the generator itself, not that of the target. Run it again with a smaller crowd, with more threads (--workers), or on a machine that does nothing else.',
  k6: ' What is missing here did not reach the target, or is not counted. Give k6 more VUs where it had none for visitors, more runners or machines where visitors were late, and import what all runners wrote together.',
  log: '',
}

function sentOnly(run: RunRecord): Notice[] {
  const text = sentOnlyText(run)
  return text === null ? [] : [{ kind: 'mind', title: 'Response times from the actual send', text }]
}

function heldBack({ audit }: RunRecord): Notice {
  const { ceiling } = audit.dropped
  const calls = ceiling === 1 ? '1 request' : `${count(ceiling)} requests`
  return {
    kind: 'mind',
    title: 'Saturated: a ceiling held requests back',
    text: `${calls} that were due did not leave, because as many were unanswered, or had left within the second, as this run may have (--max-in-flight, --max-per-sec). A target that stalls brings that about, or a ceiling that is set too low. Those of the booking pages count as failed, and in the response times as long as their timeout. The figures may be used, but do not say how the target would have borne the whole load.`,
  }
}

/** Notices of one run, the gravest first. */
export function noticesOf(run: RunRecord): Notice[] {
  const { valid, saturated, reasons } = run.verdict
  const isCut = isCutShort(run)
  return [
    ...(!valid && (!isCut || reasons.length > 0) ? [unusable(run)] : []),
    ...(isCut ? [cutShort(run)] : []),
    ...(saturated ? [heldBack(run)] : []),
    ...sentOnly(run),
  ]
}

/** Notices of all runs, each with the name of its run where there are several. */
export function allNotices(runs: readonly ReportRun[]): Notice[] {
  return runs.flatMap(({ run, label }) =>
    noticesOf(run).map((notice) =>
      runs.length === 1 ? notice : { ...notice, title: `${label}: ${notice.title}` },
    ),
  )
}

/** What the engine noted besides; what it says of the load, every report says for itself. */
export function notesOf(runs: readonly ReportRun[]): string[] {
  const all = runs.flatMap(({ run, label }) => {
    const notes = run.verdict.notes.filter(({ code }) => code !== 'LoadNotPreserved')
    const texts = notes.map((note) => noteText(note, run.header.opensAt))
    return texts.map((text) => (runs.length === 1 ? asSentence(text) : `${label}: ${text}.`))
  })
  return [...new Set(all)]
}
