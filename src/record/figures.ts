import { levelsOf, summaryOf, totalsOf, type FinishInput, type Totals } from './finish.ts'
import type { Histogram } from './histogram.ts'
import type { RunHeader, Summary, TimelineLevels } from './run.ts'
import type { Tallies } from './tallies.ts'

/** Buckets of the timeline, `to` exclusive. */
interface BucketRange {
  readonly from: number
  readonly to: number
}

/**
 * What expressions are evaluated on, as a run's record has it, but with the histograms as they were
 * counted: to write out thousands of them takes longer than a coarse simulation.
 */
export interface RunFigures {
  readonly header: Pick<RunHeader, 'opensAt'>
  readonly summary: Summary
  readonly timeline: TimelineLevels
  /**
   * The histogram of that name of a record, of the whole run or of buckets of its timeline; `null`
   * where the record would not hold it.
   */
  histogramOver(name: string, range: BucketRange | 'whole'): Histogram | null
}

/**
 * Whether visitors came and none of them had to queue. Their waits are then 0, and not unknown; of a log,
 * which does not show who queued, nobody can say.
 */
export function nobodyQueued(visitors: Pick<Summary['visitors'], 'arrived' | 'queued'>): boolean {
  return visitors.arrived > 0 && visitors.queued === 0
}

/** The figures of what was recorded so far, of a run that opens at `opensAt` (ISO 8601). */
export function figuresOf(tallies: Tallies, input: FinishInput, opensAt: string): RunFigures {
  const timeline = levelsOf(tallies)
  const totals = totalsOf(tallies)
  const { series } = tallies
  return {
    header: { opensAt },
    summary: summaryOf(tallies, { timeline, totals, input }),
    timeline,
    histogramOver(name, range) {
      if (range === 'whole') return totalOf(totals, name)
      const known = Object.hasOwn(series, name) ? series[name as keyof typeof series] : undefined
      if (known === undefined || known.buckets < range.to) return null
      return known.mergeRange(range.from, range.to)
    },
  }
}

function totalOf({ steps, overall, waits }: Totals, name: string): Histogram | null {
  if (name === 'responseUs' || name === 'serviceUs') return overall[name]
  if (name === 'admittedWaitMs' || name === 'censoredWaitMs' || name === 'etaErrorMs') {
    return waits[name]
  }
  const [kind = '', ...rest] = name.split('.')
  const step = steps.find((one) => one.name === rest.join('.'))
  if (step === undefined) return null
  if (kind === 'responseUs' || kind === 'serviceUs') return step[kind]
  return kind === 'connectUs' && step.connectUs.top() >= 0 ? step.connectUs : null
}
