import type { RunRecord } from '../record/run.ts'
import { formats } from './format.ts'
import type { ReportRun } from './types.ts'

/** `0.1 times the crowd at 10 times the speed`; '' where a run is of full size and pace. */
export function scaleText({
  population,
  speed,
}: Pick<RunRecord['header'], 'population' | 'speed'>): string {
  const crowd = population === 1 ? [] : [`${formats.number(population)} times the crowd`]
  const pace = speed === 1 ? [] : [`${formats.number(speed)} times the speed`]
  return [...crowd, ...pace].join(' at ')
}

/** Whether the world reported figures of the very variant that a run is of. */
function hasReported({ scenario, header }: RunRecord): boolean {
  const rows = scenario['reported']
  return (
    Array.isArray(rows) &&
    (rows as { variant?: unknown }[]).some(({ variant = 'base' }) => variant === header.variant)
  )
}

/** Why nothing is held against reported figures though there are some; `null` where that is not so. */
export function unreportedText(runs: readonly ReportRun[]): string | null {
  const scales = runs
    .map(({ run }) => run)
    .filter((run) => run.verdict.reported.length === 0 && hasReported(run))
    .map(({ header }) => scaleText(header))
    .filter((text) => text !== '')
  if (scales.length === 0) return null
  const which = [...new Set(scales)].join('; ')
  return `Not held against the reported figures: those are of the whole crowd at its own speed, this is ${which}.`
}

/**
 * What a reader must know of runs whose stations bear another load than the scenario's: crowd and
 * speed both multiply it, while service times and slots stay. A line a scale; none where it is the
 * same.
 */
export function loadTexts(runs: readonly ReportRun[]): string[] {
  const texts = runs.flatMap(({ run: { header } }) => {
    const factor = header.population * header.speed
    if (Math.abs(factor - 1) < 1e-9) return []
    return `At ${scaleText(header)} the stations bear ${formats.number(factor)} times the load: failures and the instances needed are not those of full size.`
  })
  return [...new Set(texts)]
}
