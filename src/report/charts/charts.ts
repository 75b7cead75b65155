import { isLog } from '../engine.ts'
import type { ReportRun } from '../types.ts'
import type { SweepRow } from '../sweep.ts'
import type { ChartConfig } from './config.ts'
import { displayed } from './displayed.ts'
import { evening, night } from './evening.ts'
import { gate } from './gate.ts'
import { latency } from './latency.ts'
import { observedText, screensText, stationsText } from './observed.ts'
import { requestOutcomes, ticketEnds } from './outcomes.ts'
import { response } from './response.ts'
import { queues, utilisation } from './stations.ts'
import { sweep } from './sweep.ts'
import { waiting } from './waiting.ts'
import { waits } from './waits.ts'

export interface ChartInput {
  runs: readonly ReportRun[]
  sweep: readonly SweepRow[]
}

export interface ChartKind {
  /** A sentence or two on how to read it. */
  how: string
  /** The same of runs that are nothing but access logs; absent: they have nothing to draw. */
  howOfLogs?: string
  /** What must be said besides, of these runs. */
  also?: (runs: readonly ReportRun[]) => string
  /** `null` where there is nothing of that kind to draw. */
  draw: (input: ChartInput) => ChartConfig | null
}

/**
 * Every chart of a report, in the order in which it shows them; the key is the file name of the
 * PNG. A new chart is a new file and a line here.
 */
export const charts = {
  evening: {
    how: 'Five quantities over the local clock, one strip each; every run is one line. A healthy opening has its “booked” strip follow its “let in” strip; where people are let in and nobody books, the stack behind the gate is lost.',
    howOfLogs:
      'First contacts, and the share of requests that failed, over the local clock; every log is one line.',
    draw: ({ runs }) => evening(runs),
  },
  waiting: {
    how: 'A run that copes has its upper curve fall and its lower curve rise; a flat lower curve means that nobody books.',
    also: (runs) => observedText(runs, 'waiting'),
    draw: ({ runs }) => waiting(runs),
  },
  outcomes: {
    how: 'Each bar is all tickets of one run. Blue booked and orange gave up waiting; red, brown, pink and dark grey are failures; light grey was still there at the end.',
    draw: ({ runs }) => ticketEnds(runs),
  },
  sweep: {
    how: 'Read from left to right: where the lines turn flat, more instances buy nothing more. Where two gates differ, the gate decides and not the instances.',
    draw: ({ sweep: rows }) => (rows.length === 0 ? null : sweep(rows)),
  },
  gate: {
    how: 'Waiting people ask for their place again and again. Where the polls exceed what the gate can answer, some clients go on without a turn: the strip below shows how many.',
    also: (runs) => observedText(runs, 'inside'),
    draw: ({ runs }) => gate(runs),
  },
  requests: {
    how: 'Each bar is all requests to the booking pages, retries included.',
    howOfLogs: 'Each bar is all requests of one log, by the class of their status.',
    draw: ({ runs }) => requestOutcomes(runs),
  },
  queues: {
    how: 'Requests that wait for a free slot. A queue that stands at its upper limit refuses whoever comes next.',
    also: stationsText,
    draw: ({ runs }) => queues(runs),
  },
  utilisation: {
    how: 'The share of slots in use. The station that stays at 100% while others have room is the bottleneck; a slot that waits for another station counts as in use.',
    also: stationsText,
    draw: ({ runs }) => utilisation(runs),
  },
  response: {
    how: 'Counted from the moment a visitor meant to send the request, of imported runs from when it was sent; a thin line counts from the moment it was sent, where the two differ. Steps go by tens. A flat top is the client’s timeout.',
    howOfLogs:
      'As the log has it; a thin line counts what the servers behind took of it. Steps go by tens.',
    draw: ({ runs }) => response(runs),
  },
  latency: {
    how: 'At 99%, the height is the time that 99% of requests stayed under. Each step to the right is ten times rarer.',
    howOfLogs:
      'At 99%, the height is the time that 99% of requests stayed under. Each step to the right is ten times rarer.',
    draw: ({ runs }) => latency(runs),
  },
  waits: {
    how: 'Of 100 who queued, how many were still not let in after so long. Those who gave up are counted as not let in for as long as they waited, so a curve that stays high is a queue that most never got through.',
    draw: ({ runs }) => waits(runs),
  },
  displayed: {
    how: 'Above, what the screen promised those who came at that time; below, what half of them really waited at least. A gap in the lower line means that nobody came then, or that fewer than half of them were ever let in.',
    also: screensText,
    draw: ({ runs }) => displayed(runs),
  },
  night: {
    how: 'The strips of the first picture, over the whole run.',
    draw: ({ runs }) => night(runs),
  },
} satisfies Record<string, ChartKind>

export type ChartName = keyof typeof charts

/** A chart ready for the page or a PNG. */
export interface Figure {
  name: ChartName
  how: string
  config: ChartConfig
}

/** All charts that have something to draw. */
export function drawFigures(input: ChartInput): Figure[] {
  const figures: Figure[] = []
  const isOfLogs = input.runs.length > 0 && input.runs.every(({ run }) => isLog(run))
  for (const [name, kind] of Object.entries(charts) as [ChartName, ChartKind][]) {
    const { also, draw } = kind
    const how = isOfLogs ? kind.howOfLogs : kind.how
    if (how === undefined) continue
    const config = draw(input)
    const more = also?.(input.runs) ?? ''
    if (config !== null) figures.push({ name, how: more === '' ? how : `${how} ${more}`, config })
  }
  return figures
}
