import type { RunRecord } from '../record/run.ts'
import { dateAt, minuteAt, runClock } from './clock.ts'
import { engineWords } from './engine.ts'
import { formats } from './format.ts'
import { liveRunsOf, meansText } from './generator.ts'
import { recordedUntilSec } from './recorded.ts'
import { scaleText } from './scale.ts'
import type { ReportOptions, ReportRun } from './types.ts'

/** `19 Jul 2021, 20:00` */
export function openingText(run: RunRecord): string {
  const { opensAtSec, offsetSec } = runClock(run)
  return `${dateAt(opensAtSec, offsetSec)}, ${minuteAt(opensAtSec, offsetSec)}`
}

/** The title that was given, or the opening that the base rehearses. */
export function reportTitle(runs: readonly ReportRun[], options: ReportOptions): string {
  const base = runs[0]
  if (options.title !== undefined || base === undefined) return options.title ?? 'dambreak'
  return `The opening of ${openingText(base.run)}`
}

/** `Scenario smoke, followed for 6 min.` */
export function spanText(run: RunRecord, options: Pick<ReportOptions, 'title'>): string {
  const { opensAtSec, endsAtSec } = runClock(run)
  const whole = formats.duration(endsAtSec - opensAtSec)
  const untilSec = Math.max(opensAtSec, recordedUntilSec(run))
  const followed =
    untilSec < endsAtSec ? `${formats.duration(untilSec - opensAtSec)} of ${whole}` : whole
  // The title tells the day unless it was given.
  const day = options.title === undefined ? '' : `: ${openingText(run)}`
  return `Scenario ${run.header.scenarioName}${day}, followed for ${followed}.`
}

/** How the runs came about: engines, targets and the way there, seed and scale of the base. */
export function howText(runs: readonly ReportRun[]): string {
  const [base] = runs
  if (base === undefined) return ''
  const ways = runs.map((one) => {
    const [live] = liveRunsOf([one])
    const { engine, target } = one.run.header
    const way =
      engine === 'k6' && target !== null
        ? `${engineWords.k6} against ${target}`
        : engineWords[engine]
    return live === undefined ? way : `${way} against ${meansText(live.run)}`
  })
  const how = [...new Set(ways)].join(' and ')
  const scale = scaleText(base.run.header)
  const scaled = scale === '' ? '' : `, ${scale}`
  // A log is one of real chance.
  const seed = base.run.header.engine === 'log' ? '' : `, seed ${base.run.header.seed}`
  return `${how.slice(0, 1).toUpperCase()}${how.slice(1)}${seed}${scaled}.`
}
