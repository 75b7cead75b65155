import { readFileSync } from 'node:fs'
import { parseRun } from '../../record/run-schema.ts'
import type { RunRecord } from '../../record/run.ts'
import type { LiveRun } from '../generator.ts'
import type { ReportRun } from '../types.ts'
import { interruptedEnding, type Ending } from '../../record/verdict-codes.ts'

const text = readFileSync(new URL('../../../fixtures/live-run.json', import.meta.url), 'utf8')

/**
 * A rehearsal that was kept: `rehearse smoke --population 0.05 --speed 5` with `--observe`, against
 * the reference stack; its machine, its time and its port were made neutral. Each call gives another.
 */
export function liveRun(): LiveRun {
  return parseRun(JSON.parse(text), 'live-run.json') as LiveRun
}

/** The same without anybody having looked at its target. */
export function unobservedRun(): LiveRun {
  const run = liveRun()
  run.timeline.stations = {}
  delete run.timeline.observed
  return run
}

/** The same, cut short at so many of its buckets. */
export function cutShortRun(buckets: number, ending: Ending = interruptedEnding): LiveRun {
  const run = liveRun()
  const { timeline } = run
  run.verdict.valid = false
  run.verdict.ending = ending
  for (const name of [
    'arrivals',
    'admitted',
    'booked',
    'abandoned',
    'requests',
    'requestErrors',
    'errors',
    'waiting',
    'inside',
    'pollsPerSec',
  ] as const)
    timeline[name].fill(0, buckets)
  return run
}

/** As a report is given it. */
export function named(run: RunRecord, label = 'smoke'): ReportRun {
  return { run, evidence: [], label }
}
