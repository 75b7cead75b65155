import { outcomeNames, type OutcomeName } from '../core/codes.ts'
import type { RunRecord } from '../record/run.ts'
import { outcomeWords } from './words.ts'

/** Outcomes of all requests of a run, over its steps. */
export function outcomeCounts(run: RunRecord): Record<OutcomeName, number> {
  const steps = Object.values(run.summary.steps)
  const sum = (name: OutcomeName) => steps.reduce((all, step) => all + step.outcomes[name], 0)
  return Object.fromEntries(outcomeNames.map((name) => [name, sum(name)])) as Record<
    OutcomeName,
    number
  >
}

/** What most failed requests came to; `null` where none failed. */
export function mainFailure(run: RunRecord): string | null {
  const counts = outcomeCounts(run)
  const [worst] = outcomeNames
    .filter((name) => name !== 'ok' && counts[name] > 0)
    .toSorted((a, b) => counts[b] - counts[a])
  return worst === undefined ? null : outcomeWords[worst]
}
