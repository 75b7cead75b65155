import type { Scenario } from '../scenario/schema/schema.ts'
import { stepMatcher, type LoggedRequest } from './step-matcher.ts'

/** Where requests go that belong to no step. */
export const otherRequests = 'other requests'
/** The steps of a log without a scenario: at most so many of its most frequent paths. */
const maxSteps = 12
/** Paths that are counted to find them; a log that has more of them has ids in its paths. */
const maxPaths = 20_000
const maxChars = 60

/** Finds the step of a request: those of a scenario, or the log's most frequent paths. */
export interface LogSteps {
  readonly names: readonly string[]
  /** Number of the step. */
  readonly of: (request: LoggedRequest) => number
  /** Steps of the scenario that are not told from one before them: their requests are the same. */
  readonly alike: readonly string[]
}

/** The steps of a scenario; the last is for all other requests. */
export function stepsOfScenario(scenario: Pick<Scenario, 'journey'>): LogSteps {
  const steps = scenario.journey.map(({ step }) => step)
  const other = steps.includes(otherRequests) ? `unmatched ${otherRequests}` : otherRequests
  const { of, alike } = stepMatcher(scenario)
  return {
    names: [...steps, other],
    of: (request) => {
      const found = of(request)
      return found < 0 ? steps.length : found
    },
    alike: alike.map((step) => steps[step] ?? ''),
  }
}

const pathOf = (target: string) => target.split(/[?#]/, 1)[0] ?? ''

/** Counts paths, to find the most frequent ones. */
export class PathCount {
  private readonly counts = new Map<string, number>()

  add(target: string): void {
    const name = nameOf(target)
    const count = this.counts.get(name)
    if (count === undefined && this.counts.size >= maxPaths) return
    this.counts.set(name, (count ?? 0) + 1)
  }

  steps(): LogSteps {
    const names = [...this.counts]
      .filter(([name]) => name !== otherRequests)
      .toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
      .slice(0, maxSteps)
      .map(([name]) => name)
    const all = [...names, otherRequests]
    const numbers = new Map(names.map((name, i) => [name, i]))
    return {
      names: all,
      of: ({ target }) => numbers.get(nameOf(target)) ?? names.length,
      alike: [],
    }
  }
}

/** A path as a name: ids in it are one and the same, and nothing stands in it that could not in a path. */
function nameOf(target: string): string {
  const name = pathOf(target)
    .replaceAll(/(?<=\/)(?:\d+|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{16,})(?=\/|$)/gi, ':id')
    .replaceAll(/[^\w./~:@%+-]/g, '_')
  if (name === '') return otherRequests
  return name.length > maxChars ? `${name.slice(0, maxChars - 1)}…` : name
}
