import { outcomeNames } from '../core/codes.ts'
import { maxGeneratorDropShare, maxLatenessP99Ms } from '../record/assemble.ts'
import type { K6Audit, RunRecord } from '../record/run.ts'
import { formats } from './format.ts'
import { outcomeWords } from './words.ts'

const { count, ms, perSec, share } = formats

/** An imported run with what k6 tells of its runners. */
export type K6Run = RunRecord & { audit: { k6: K6Audit } }

export function k6RunsOf<R extends { run: RunRecord }>(runs: readonly R[]): (R & { run: K6Run })[] {
  return runs.filter((one): one is R & { run: K6Run } => one.run.audit.k6 !== undefined)
}

function dropped({ audit, summary }: K6Run): string {
  const n = audit.k6.droppedIterations
  return `${count(n)} (${share(summary.visitors.arrived === 0 ? 0 : n / summary.visitors.arrived)})`
}

function started({ audit }: K6Run): string {
  const late = audit.k6.startedLateMs
  return late === null ? 'not told' : `${ms(late.first)} to ${ms(late.last)} late`
}

const rows: readonly { label: string; of: (run: K6Run) => string }[] = [
  {
    label: 'Runners, and the part of the visitors of each',
    of: ({ audit }) => `${count(audit.k6.runners)}: ${audit.k6.segments.join(', ')}`,
  },
  { label: 'First visitors of the first and the last runner', of: started },
  {
    label: `Visitors without a VU (limit ${share(maxGeneratorDropShare)})`,
    of: dropped,
  },
  {
    label: `Visitors acted later than they meant to, 99% at most (limit ${maxLatenessP99Ms} ms)`,
    of: ({ audit }) => (audit.latenessMs === null ? 'not told' : ms(audit.latenessMs.p99)),
  },
  {
    label: 'VUs: most at once, of those that there were',
    of: ({ audit }) => `${count(audit.k6.maxVus)} of ${count(audit.k6.vus)}`,
  },
  {
    label: 'Requests sent, waiting room included',
    of: ({ audit }) => `${count(audit.events)} (${perSec(audit.eventsPerSec)})`,
  },
  {
    label: 'Lines read, and those that could not be',
    of: ({ audit }) => `${count(audit.k6.lines)}, ${count(audit.k6.damagedLines)}`,
  },
]

/** How the runners of k6 fared, a row a figure; calls of the waiting room by how they ended. */
export function k6Rows(runs: readonly K6Run[]): { label: string; cells: string[] }[] {
  const calls = runs.map(({ audit }) => audit.k6.gateCalls)
  const seen = outcomeNames.filter((name) => calls.some(({ outcomes }) => outcomes[name] > 0))
  const isSilent = calls.every((of) => of.count === 0)
  return [
    ...rows.map(({ label, of }) => ({ label, cells: runs.map(of) })),
    ...(isSilent
      ? []
      : [
          {
            label: 'Waiting room: calls, polls among them',
            cells: calls.map((of) => `${count(of.count)}, ${count(of.polls)}`),
          },
        ]),
    ...seen.map((name) => ({
      label: `Waiting room: ended: ${outcomeWords[name]}`,
      cells: calls.map(
        (of) => `${count(of.outcomes[name])} (${share(of.outcomes[name] / of.count)})`,
      ),
    })),
  ]
}
