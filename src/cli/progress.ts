import { msToSec, secToMs } from '../core/units.ts'
import type { JobProgress, SimJob } from '../engine/worker.ts'
import { formats } from '../report/format.ts'
import { cutText } from '../report/text-columns.ts'
import { localClock } from '../scenario/clock.ts'
import { opensAtMs } from '../scenario/plan-times.ts'
import type { Environment } from './environment.ts'
import { printable } from './printable.ts'
import { lineColumns } from './terminal.ts'

export interface Progress {
  readonly update: (job: SimJob, progress: JobProgress) => void
  /** A line of its own; the live line comes again below it. */
  readonly say: (text: string) => void
  /** Lets something else be printed where the live line stands. */
  readonly above: (print: () => void) => void
  readonly done: (job: SimJob) => void
  readonly end: () => void
}

/** A live line is rewritten this often; where there is no terminal, a plain line comes this often. */
const liveEveryMs = 200
const plainEveryMs = 10_000

interface Running {
  readonly job: SimJob
  readonly startMs: number
  progress: JobProgress
}

function lineOf({ job, startMs, progress }: Running, nowMs: number): string {
  const { scenario } = job.loaded
  const clock = localClock(opensAtMs(scenario) + secToMs(progress.atSec), scenario.opensAt)
  const sec = msToSec(nowMs - startMs)
  const rate = sec < 0.5 ? [] : [`${formats.compact(progress.events / sec)} events/s`]
  return [
    `${printable(job.id)} ${clock}`,
    `${formats.compact(progress.tickets)} tickets`,
    `${formats.compact(progress.waiting)} waiting`,
    ...rate,
  ].join(' · ')
}

/**
 * Progress on standard error: one live line on a terminal (all running jobs beside each other), a
 * plain line per job every few seconds where there is none, nothing where `quiet`.
 */
export function startProgress(environment: Environment, quiet: boolean): Progress {
  const { clock, err, errIsTerminal, errColumns } = environment
  const running = new Map<string, Running>()
  let shownMs = -Infinity
  const live = errIsTerminal && !quiet
  const clear = () => {
    if (live) err('\r\u001b[2K')
  }
  const show = (nowMs: number) => {
    const lines = [...running.values()].map((entry) => lineOf(entry, nowMs))
    if (lines.length === 0 || quiet) return
    if (live) err(`\r\u001b[2K${cutText(lines.join('  |  '), lineColumns(errColumns()))}`)
    else err(lines.map((line) => `${line}\n`).join(''))
  }
  return {
    update(job, progress) {
      const nowMs = clock.monotonicMs()
      const entry = running.get(job.id)
      if (entry === undefined) running.set(job.id, { job, startMs: nowMs, progress })
      else entry.progress = progress
      if (nowMs - shownMs < (live ? liveEveryMs : plainEveryMs)) return
      shownMs = nowMs
      show(nowMs)
    },
    say(text) {
      if (quiet) return
      clear()
      err(`${text}\n`)
    },
    above(print) {
      clear()
      print()
    },
    done(job) {
      running.delete(job.id)
    },
    end: clear,
  }
}
