import type { ClockFinding } from '../logs/clock-watch.ts'
import type { ParseReport } from '../core/parse-report.ts'
import { countText } from '../fit/numbers.ts'
import { localClock } from '../scenario/clock.ts'

/** What a reader must know of how the inputs were read, a sentence each. */
export function inputNotes(
  damages: readonly ParseReport[],
  findings: readonly ClockFinding[],
  localTime: string,
): string[] {
  return [
    ...damages.filter(({ broken }) => broken > 0).map(damageNote),
    ...clockKinds.flatMap((kind) =>
      clockNotes(
        findings.filter((finding) => finding.kind === kind),
        localTime,
      ),
    ),
  ]
}

const clockKinds = ['not in order', 'several logs', 'set back', 'gap'] as const
/** A log that comes in bursts may have a thousand gaps. */
const maxTold = 3

function clockNotes(alike: readonly ClockFinding[], localTime: string): string[] {
  const told = alike.slice(0, maxTold).map((finding) => clockNote(finding, localTime))
  const more = alike.length - told.length
  return more === 0 ? told : [...told, `and so with ${countText(more)} more such stretches`]
}

function damageNote({ name, lines, broken, kinds, shown }: ParseReport): string {
  const counted = [...kinds].map(([kind, count]) => `${countText(count)} ${kind}`).join(', ')
  const examples = shown.map(({ line, text }) => `line ${line}: ${text}`).join(' · ')
  return `${name}: ${countText(broken)} of ${countText(lines)} lines could not be read and were passed over (${counted}). ${examples}`
}

function clockNote({ kind, at }: ClockFinding, localTime: string): string {
  const clock = (ms: number) => localClock(ms, localTime)
  const stretch = `${clock(at.fromMs)} to ${clock(at.untilMs)}`
  switch (kind) {
    case 'set back':
      return `the clock was set back: ${stretch} is told twice, which no fit of arrivals rests on`
    case 'several logs':
      return `times begin anew and overlap from ${stretch}: taken for logs of several machines, added up`
    case 'gap':
      return `no request from ${stretch} though many came before and after: no fit of arrivals rests on it`
    case 'not in order':
      return `the lines from ${stretch} are in no order of time: taken as they are`
  }
}
