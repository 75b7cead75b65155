import { msToSec, secToMs } from '../core/units.ts'
import type { JobProgress, SimJob } from '../engine/worker.ts'
import type { PlanProgress } from '../plan/expected-trials.ts'
import { counted } from '../report/coded-words.ts'
import { formats } from '../report/format.ts'
import { cutText } from '../report/text-columns.ts'
import { localClock } from '../scenario/clock.ts'
import { opensAtMs } from '../scenario/plan-times.ts'
import type { Environment } from './environment.ts'
import { printable } from './printable.ts'
import { lineColumns } from './terminal.ts'

/**
 * Progress on standard error: on a terminal one line that is rewritten, elsewhere plain lines every
 * few seconds, nothing with `--quiet`.
 */
export interface StatusLine {
  /** `texts` is called when it is time to show something; the texts stand beside each other. */
  readonly show: (texts: () => readonly string[]) => void
  /** Prints a line of its own; the status line comes again below it. */
  readonly say: (text: string) => void
  /** Lets something else be printed where the status line stands. */
  readonly above: (print: () => void) => void
  readonly end: () => void
}

const liveEveryMs = 200
const plainEveryMs = 10_000
const clearLine = '\r\u001b[2K'

export function startStatusLine(environment: Environment, quiet: boolean): StatusLine {
  const { clock, err, errIsTerminal, errColumns } = environment
  const isLive = errIsTerminal && !quiet
  let shownMs = -Infinity
  const end = () => {
    if (isLive) err(clearLine)
  }
  return {
    show(texts) {
      const nowMs = clock.monotonicMs()
      if (quiet || nowMs - shownMs < (isLive ? liveEveryMs : plainEveryMs)) return
      shownMs = nowMs
      const lines = texts().map(printable)
      if (isLive) err(`${clearLine}${cutText(lines.join('  |  '), lineColumns(errColumns()))}`)
      else err(lines.map((line) => `${line}\n`).join(''))
    },
    say(text) {
      if (quiet) return
      end()
      err(`${text}\n`)
    },
    above(print) {
      end()
      print()
    },
    end,
  }
}

export interface SimulationProgress extends Pick<StatusLine, 'say' | 'above' | 'end'> {
  readonly update: (job: SimJob, progress: JobProgress) => void
  readonly done: (job: SimJob) => void
}

interface Running {
  readonly job: SimJob
  readonly startMs: number
  progress: JobProgress
}

function runningText({ job, startMs, progress }: Running, nowMs: number): string {
  const { scenario } = job.loaded
  const clock = localClock(opensAtMs(scenario) + secToMs(progress.atSec), scenario.opensAt)
  const sec = msToSec(nowMs - startMs)
  const rate = sec < 0.5 ? [] : [`${formats.compact(progress.events / sec)} events/s`]
  return [
    `${job.id} ${clock}`,
    `${formats.compact(progress.tickets)} tickets`,
    `${formats.compact(progress.waiting)} waiting`,
    ...rate,
  ].join(' · ')
}

/** How far each of the simulations is that run now. */
export function startSimulationProgress(
  environment: Environment,
  quiet: boolean,
): SimulationProgress {
  const { clock } = environment
  const { show, say, above, end } = startStatusLine(environment, quiet)
  const running = new Map<string, Running>()
  return {
    update(job, progress) {
      const nowMs = clock.monotonicMs()
      const entry = running.get(job.id)
      if (entry === undefined) running.set(job.id, { job, startMs: nowMs, progress })
      else entry.progress = progress
      show(() => [...running.values()].map((one) => runningText(one, nowMs)))
    },
    done: (job) => void running.delete(job.id),
    say,
    above,
    end,
  }
}

const barColumns = 20
/** Fewer trials say little about how long the rest takes. */
const minTrialsToExtrapolate = 8

/** A bar, and about how long the rest of a plan takes. */
function planText({ phase, done, left }: PlanProgress, elapsedSec: number): string {
  const filled = Math.round((done / (done + left)) * barColumns)
  const bar = `${'█'.repeat(filled)}${'░'.repeat(barColumns - filled)}`
  const leftSec = (elapsedSec * left) / Math.max(1, done)
  const time =
    done < minTrialsToExtrapolate ? '' : ` · about ${formats.duration(Math.round(leftSec))} left`
  return `${bar} ${phase} · ${counted(done, 'run')}${time}`
}

/** How far a plan is. */
export function startPlanProgress(environment: Environment, quiet: boolean) {
  const { clock } = environment
  const { show, end } = startStatusLine(environment, quiet)
  const startMs = clock.monotonicMs()
  return {
    update: (progress: PlanProgress) =>
      show(() => [planText(progress, msToSec(clock.monotonicMs() - startMs))]),
    end,
  }
}
