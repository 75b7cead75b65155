import { secToMinutes } from '../../core/units.ts'
import type { RunRecord } from '../../record/run.ts'
import { minuteAt, runClock } from '../clock.ts'
import { formats } from '../format.ts'
import { recordedBuckets } from '../recorded.ts'

/**
 * The evening as text, for job summaries: they take no pictures from files and none written into
 * the page. Lines of blocks show everywhere, a diagram where Mermaid is known.
 */
const points = 40
const blocks = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const

/** Values in at most so many groups: the highest of each for a level, the last for a running total. */
function folded(values: readonly number[], of: 'highest' | 'last'): number[] {
  const size = Math.max(1, Math.ceil(values.length / points))
  return Array.from({ length: Math.ceil(values.length / size) }, (_, group) => {
    const part = values.slice(group * size, (group + 1) * size)
    return of === 'last' ? (part.at(-1) ?? 0) : part.reduce((a, b) => Math.max(a, b), 0)
  })
}

function runningTotal(values: readonly number[]): number[] {
  let total = 0
  return values.map((value) => (total += value))
}

/** `▁▂▅█▆▃▁`; the lowest block is nothing. */
function sparkline(values: readonly number[]): string {
  const most = values.reduce((a, b) => Math.max(a, b), 0)
  return values
    .map((value) => blocks[most === 0 ? 0 : Math.ceil((value / most) * (blocks.length - 1))])
    .join('')
}

interface Line {
  readonly name: string
  readonly values: number[]
  readonly text: string
}

function linesOf(run: RunRecord): Line[] {
  const { timeline } = run
  const buckets = recordedBuckets(run)
  const { offsetSec } = runClock(run)
  const seen = (values: readonly number[]) => values.slice(0, buckets)
  const peak = (name: string, series: readonly number[]): Line => {
    const values = seen(series)
    const most = values.reduce((a, b) => Math.max(a, b), 0)
    const at = timeline.startSec + values.indexOf(most) * timeline.bucketSec
    const text =
      most === 0
        ? 'none'
        : `at most ${formats.compact(Math.round(most))} (${minuteAt(at, offsetSec)})`
    return { name, values: folded(values, 'highest'), text }
  }
  const booked = runningTotal(seen(timeline.booked))
  return [
    peak('waiting', timeline.waiting),
    {
      name: 'booked so far',
      values: folded(booked, 'last'),
      text: `${formats.count(booked.at(-1) ?? 0)} in the end`,
    },
    peak(`failed requests, by ${formats.duration(timeline.bucketSec)}`, timeline.requestErrors),
  ]
}

/** Rows of a table: what, its course as blocks, its figure. */
export function sparkRows(run: RunRecord): string[][] {
  return linesOf(run).map(({ name, values, text }) => [name, sparkline(values), text])
}

/** A Mermaid diagram of who waited and who had booked; '' where there is nothing to draw. */
export function mermaidChart(run: RunRecord): string {
  const [waiting, booked] = linesOf(run)
  if (waiting === undefined || booked === undefined || waiting.values.length < 2) return ''
  const { timeline } = run
  const { opensAtSec, offsetSec } = runClock(run)
  const minutes = (sec: number) => Number(secToMinutes(sec - opensAtSec).toFixed(1))
  const endSec = timeline.startSec + recordedBuckets(run) * timeline.bucketSec
  const list = (values: readonly number[]) => values.map((value) => Math.round(value)).join(', ')
  return [
    '```mermaid',
    '%%{init: {"themeVariables": {"xyChart": {"plotColorPalette": "#2a78d6, #008300"}}}}%%',
    'xychart-beta',
    '  title "Blue: people waiting. Green: booked so far"',
    `  x-axis "minutes after ${minuteAt(opensAtSec, offsetSec)}" ${minutes(timeline.startSec)} --> ${minutes(endSec)}`,
    '  y-axis "people"',
    `  line [${list(waiting.values)}]`,
    `  line [${list(booked.values)}]`,
    '```',
  ].join('\n')
}
