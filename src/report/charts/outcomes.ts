import { endNames, outcomeNames, type EndName, type OutcomeName } from '../../core/codes.ts'
import type { RunRecord } from '../../record/run.ts'
import type { ReportRun } from '../types.ts'
import { outcomeCounts } from '../outcomes.ts'
import { endWords, outcomeWords } from '../words.ts'
import type { ChartConfig, Dataset } from './config.ts'
import { subtitleOf } from './panels.ts'
import { rounded } from './series.ts'

/** Okabe and Ito's eight, and greys; what lies side by side differs in lightness too. */
const endColours: Record<EndName, string> = {
  booked: '@booked',
  alreadyBooked: '@already',
  soldOut: '@soldOut',
  ineligible: '@yellow',
  abandoned: '@left',
  refused: '@refused',
  timedOut: '@late',
  failed: '@failed',
  dropped: '@dark',
  unfinished: '@open',
}

const outcomeColours: Record<OutcomeName, string> = {
  ok: '@booked',
  http4xx: '@already',
  refused: '@refused',
  reset: '@failed',
  connectTimeout: '@left',
  timeout: '@late',
  http5xx: '@dark',
  malformed: '@yellow',
  dropped: '@open',
}

interface Stack<Name extends string> {
  title: string
  names: readonly Name[]
  words: Record<Name, string>
  colours: Record<Name, string>
  counts: (run: RunRecord) => Record<Name, number>
}

function stackedBars<Name extends string>(
  runs: readonly ReportRun[],
  { title, names, words, colours, counts }: Stack<Name>,
): ChartConfig {
  const byRun = runs.map(({ run }) => counts(run))
  const totals = byRun.map((of) => names.reduce((sum, name) => sum + of[name], 0))
  const seen = names.filter((name) => byRun.some((of) => of[name] > 0))
  const datasets = seen.map((name): Dataset => ({
    label: words[name],
    data: byRun.map((of, at) => {
      const total = totals[at] ?? 0
      return total > 0 ? rounded(of[name] / total) : null
    }),
    borderColor: '@paper',
    backgroundColor: colours[name],
    borderWidth: 1,
    stack: 'all',
    key: name,
    legend: true,
  }))
  return {
    type: 'bar',
    data: { labels: runs.map(({ label }) => label), datasets },
    options: {
      indexAxis: 'y',
      scales: {
        x: { type: 'linear', position: 'bottom', min: 0, max: 1, stacked: true },
        y: { type: 'category', position: 'left', stacked: true },
      },
      plugins: {
        title: { text: title },
        subtitle: { text: subtitleOf(runs) },
        dambreak: {
          heightPx: 170 + 52 * runs.length,
          axes: {
            x: { format: 'share', at: [0, 0.25, 0.5, 0.75, 1] },
            y: { format: 'text' },
          },
          panels: [],
          bands: [],
          lines: [],
          segmentLabels: true,
          noData: seen.length > 0 ? null : 'nobody came',
        },
      },
    },
  }
}

/** What became of every ticket, run by run. */
export function ticketEnds(runs: readonly ReportRun[]): ChartConfig {
  return stackedBars(runs, {
    title: 'What became of the tickets',
    names: endNames,
    words: endWords,
    colours: endColours,
    counts: (run) => run.summary.visitors,
  })
}

/** How the requests to the booking pages ended, run by run. */
export function requestOutcomes(runs: readonly ReportRun[]): ChartConfig {
  return stackedBars(runs, {
    title: 'How the requests ended',
    names: outcomeNames,
    words: outcomeWords,
    colours: outcomeColours,
    counts: outcomeCounts,
  })
}
