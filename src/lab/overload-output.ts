/** What wrk, hey and the stack's metrics print, as numbers. */

export interface HeyCounts {
  readonly byStatus: Readonly<Record<string, number>>
  /** Requests without an answer: timeouts, connections refused or reset. */
  readonly errors: number
}

/** Of hey's summary: `[200]	123 responses` and, below "Error distribution", `[5]	Post …`. */
export function heyCounts(text: string): HeyCounts {
  const [answers = '', errors = ''] = text.split('Error distribution:')
  const byStatus = Object.fromEntries(
    [...answers.matchAll(/\[(\d+)\]\s+(\d+) responses/g)].map(([, status = '', count = '0']) => [
      status,
      Number(count),
    ]),
  )
  const failed = [...errors.matchAll(/^\s*\[(\d+)\]/gm)].map(([, count]) => Number(count))
  return { byStatus, errors: failed.reduce((sum, count) => sum + count, 0) }
}

export interface WrkCounts {
  readonly goodputPerSec: number
  readonly failedPerSec: number
  readonly timeouts: number
}

/** Of wrk's summary: `N requests in 10.01s`, `Non-2xx or 3xx responses: N`, `timeout N`. */
export function wrkCounts(text: string, sec: number): WrkCounts {
  const numberOf = (form: RegExp): number => Number(form.exec(text)?.[1] ?? 0)
  const all = numberOf(/(\d+) requests in/)
  const failed = numberOf(/Non-2xx or 3xx responses: (\d+)/)
  return {
    goodputPerSec: (all - failed) / sec,
    failedPerSec: failed / sec,
    timeouts: numberOf(/timeout (\d+)/),
  }
}

/** Sum of a metric over the servers that have this station. */
export function metricOf(text: string, name: string, station: string): number {
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) && line.includes(`station="${station}"`))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
}
