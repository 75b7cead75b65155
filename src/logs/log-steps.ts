import type { Scenario } from '../scenario/schema/schema.ts'

/** Where requests go that belong to no step. */
export const otherRequests = 'other requests'
/** The steps of a log without a scenario: at most so many of its most frequent paths. */
const maxSteps = 12
/** Paths that are counted to find them; a log that has more of them has ids in its paths. */
const maxPaths = 20_000
const maxChars = 60

/** Finds the step of a request by its path: those of a scenario, or the log's most frequent paths. */
export interface LogSteps {
  readonly names: readonly string[]
  /** Number of the step. */
  readonly of: (target: string) => number
}

/** The steps of a scenario, by the paths of their requests; the last is for all others. */
export function stepsOfScenario({ journey }: Pick<Scenario, 'journey'>): LogSteps {
  const patterns = journey.map(({ step, request }) => patternOf(request?.path ?? `/${step}`))
  const steps = journey.map(({ step }) => step)
  const names = [
    ...steps,
    steps.includes(otherRequests) ? `unmatched ${otherRequests}` : otherRequests,
  ]
  return {
    names,
    of: (target) => {
      const path = pathOf(target)
      const found = patterns.findIndex((pattern) => pattern.test(path))
      return found < 0 ? names.length - 1 : found
    },
  }
}

/** A path with `${name}` in it, as a pattern of the end of a path: a proxy may have a prefix. */
function patternOf(path: string): RegExp {
  const parts = pathOf(path)
    .split(/\$?\{\{?[^}]*\}?\}/)
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
  return new RegExp(`${parts.join('[^/]*')}/?$`)
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
    return { names: all, of: (target) => numbers.get(nameOf(target)) ?? names.length }
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
