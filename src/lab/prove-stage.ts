import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join, resolve } from 'node:path'
import type { RunRecord } from '../record/run.ts'
import type { Mapping } from '../scenario/plain.ts'
import { start } from '../cli/testing/dambreak.ts'
import { startStackCommand } from '../cli/testing/live-stack.ts'
import { invalidTexts } from '../report/verdict-words.ts'

/** One measurement on the live stack. */
export interface Measurement {
  readonly run: RunRecord
  /** Share of the machine's processors that was in use, by whomever. */
  readonly machineShare: number
}

export interface StageOptions {
  /** What the stack is started with. */
  readonly stack: Mapping
  /** What the generator is given: the same scenario, its numbers a guess. */
  readonly load: Mapping
  readonly databaseUrl: string
  readonly out: string
}

/** How often a run is measured whose generator was late, or nearly so. */
const maxTries = 2
/**
 * Generator and stack share the processors: where the generator is often so late (99th percentile),
 * something else takes them away from both, and services are longer than those of the stack that is
 * proved. Alone on two processors it is late by 2 to 5 ms.
 */
const maxLateMs = 15

/**
 * Rehearses a scenario on a stack that is started for it. A run that is invalid, or that had to
 * share the machine, is measured once more; then it is given as it is.
 */
export async function measure(options: StageOptions): Promise<Measurement> {
  for (let tries = 1; ; tries++) {
    const measured = await measureOnce(options)
    const { verdict, audit } = measured.run
    const lateMs = audit.latenessMs?.p99 ?? 0
    if ((verdict.valid && lateMs <= maxLateMs) || tries === maxTries) return measured
    const why = verdict.valid
      ? `generator late by ${lateMs.toFixed(1)} ms`
      : invalidTexts(verdict).join('; ')
    process.stderr.write(`measured again: ${why}\n`)
  }
}

async function measureOnce({ stack, load, databaseUrl, out }: StageOptions): Promise<Measurement> {
  rmSync(out, { recursive: true, force: true })
  mkdirSync(out, { recursive: true })
  // Beside the run, not in it: its directory is the rehearsal's own.
  const file = (name: string, document: Mapping): string => {
    const path = resolve(`${out}-${name}.json`)
    writeFileSync(path, `${JSON.stringify(document, null, 2)}\n`)
    return path
  }
  const running = await startStackCommand([file('stack', stack), '--database', databaseUrl])
  try {
    const where = ['--target', running.url, '--control', running.controlUrl]
    const observe = ['--observe', `${running.url}/metrics`]
    const output = ['--out', out, '--format', 'json', '--quiet']
    const before = processorTimes()
    const scenario = file('load', load)
    const { ended } = start(['rehearse', scenario, ...where, ...observe, ...output], resolve('.'))
    const { code, err } = await ended
    const after = processorTimes()
    // 3: an invalid run, of which the record says why.
    if (code !== 0 && code !== 3) throw new Error(`the rehearsal ended with ${code}: ${err}`)
    const run = JSON.parse(readFileSync(join(out, 'run.json'), 'utf8')) as RunRecord
    const idle = (after.idleMs - before.idleMs) / (after.allMs - before.allMs)
    return { run, machineShare: 1 - idle }
  } finally {
    await running.stop()
  }
}

function processorTimes(): { idleMs: number; allMs: number } {
  let idleMs = 0
  let allMs = 0
  for (const { times } of cpus()) {
    idleMs += times.idle
    allMs += Object.values(times).reduce((sum, ms) => sum + ms, 0)
  }
  return { idleMs, allMs }
}
