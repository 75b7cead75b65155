import { daysToSec, hoursToSec, minutesToSec, secToDays } from '../../core/units.ts'
import type { RunRecord } from '../../record/run.ts'
import { clockAt, epochSecOf, minuteAt, runClock } from '../clock.ts'
import { collapseSpan, haltsOf } from '../collapse.ts'
import { isCutShort, recordedUntilSec } from '../recorded.ts'
import type { Band, ChartLine } from './config.ts'
import type { Window } from './series.ts'
import { eventDetailText } from '../event-words.ts'

export interface Marks {
  bands: Band[]
  lines: ChartLine[]
}

/** Epoch seconds of `20:48` (the first one not before `afterSec`) or of an ISO 8601 time. */
function clockTimeSec(text: string, afterSec: number, offsetSec: number): number {
  const match = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text)
  if (match === null) return epochSecOf(text)
  const ofDay =
    hoursToSec(Number(match[1])) + minutesToSec(Number(match[2])) + Number(match[3] ?? 0)
  const midnight = daysToSec(Math.floor(secToDays(afterSec + offsetSec))) - offsetSec
  const first = midnight + ofDay
  return first >= afterSec ? first : first + 86_400
}

/** When each eligibility fault of the scenario's timeline ended, by the order of the faults. */
function faultEnds(run: RunRecord): (string | undefined)[] {
  const timeline = run.scenario['timeline']
  if (!Array.isArray(timeline)) return []
  return (timeline as { kind?: unknown; until?: unknown }[])
    .filter((event) => event.kind === 'eligibility-fault')
    .map((event) => (typeof event.until === 'string' ? event.until : undefined))
}

/**
 * What people did and what befell the run, as bands and lines of a chart: collapse, halt, fault;
 * opening, scale-out, closing of the bypass. Those outside the window are left out.
 */
export function marksOf(run: RunRecord, window: Window): Marks {
  const { opensAtSec, offsetSec } = runClock(run)
  const clock = (sec: number) => minuteAt(sec, offsetSec)
  const bands: Band[] = []
  const lines: ChartLine[] = [{ at: 0, label: `opens ${clock(opensAtSec)}`, colour: '@ink' }]
  const band = (fromSec: number, toSec: number, [word, colour]: [string, string]) =>
    bands.push({
      from: fromSec - opensAtSec,
      to: toSec - opensAtSec,
      label: `${word} ${clock(fromSec)}–${clock(toSec)}`,
      colour,
    })
  const collapse = collapseSpan(run)
  if (collapse !== null) band(collapse.fromSec, collapse.toSec, ['collapsed', '@bad'])
  for (const halt of haltsOf(run)) band(halt.fromSec, halt.toSec, ['switched off', '@halt'])
  const ends = faultEnds(run)
  for (const event of run.events) {
    if (!event.performed) {
      if (event.kind === 'eligibility-fault') ends.shift()
      continue
    }
    const atSec = epochSecOf(event.at)
    const line = (label: string) => lines.push({ at: atSec - opensAtSec, label, colour: '@ink' })
    if (event.kind === 'eligibility-fault') {
      const until = ends.shift()
      if (until !== undefined)
        band(atSec, clockTimeSec(until, atSec, offsetSec), ['eligibility fault', '@fault'])
    } else if (!['halt', 'resume'].includes(event.kind)) {
      line(eventDetailText(event.detail) || `${event.kind} ${clockAt(atSec, offsetSec)}`)
    }
  }
  if (isCutShort(run)) {
    const atSec = recordedUntilSec(run)
    lines.push({ at: atSec - opensAtSec, label: `cut short ${clock(atSec)}`, colour: '@bad' })
  }
  const visible = (from: number, to: number) => to > window.fromSec && from < window.toSec
  return {
    bands: bands.filter((b) => visible(b.from, b.to)),
    lines: lines.filter((l) => visible(l.at, l.at)),
  }
}
