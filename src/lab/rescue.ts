/**
 * `npm run rescue`: the scenario `rescue` performed live on the reference stack (PostgreSQL, bypass
 * open), simulated at the same scale, and both in one report. One JSON line; exit code 1 where the
 * stack did not collapse as it should, or was not rescued.
 */
import { readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Command } from 'commander'
import type { RunRecord } from '../record/run.ts'
import { findPostgres, startPostgres } from '../stack/ledger/testing/postgres.ts'
import { factor } from '../cli/options.ts'
import { start } from '../cli/testing/dambreak.ts'
import { startStackCommand } from '../cli/testing/live-stack.ts'
import { collapseOf, type CollapseFigures } from './rescue-figures.ts'

interface Options {
  readonly population: number
  readonly speed: number
  readonly out: string
}

/** Its last line of output stays; progress goes to where ours goes. */
async function dambreak(args: readonly string[]): Promise<void> {
  const { child, ended } = start(args, resolve('.'))
  child.stderr?.pipe(process.stderr)
  const { code, err } = await ended
  // 3: an invalid run is told below, with its reasons.
  if (code !== 0 && code !== 3) throw new Error(`dambreak ${args[0]} ended with ${code}: ${err}`)
}

const runIn = (dir: string): RunRecord =>
  JSON.parse(readFileSync(join(dir, 'run.json'), 'utf8')) as RunRecord

async function rescue({ population, speed, out }: Options): Promise<boolean> {
  const bin = findPostgres(process.env['PATH'] ?? '')
  if (bin === null) throw new Error('PostgreSQL is not installed: collapse is measured on it')
  const scale = ['--population', String(population), '--speed', String(speed)]
  const live = join(out, 'live')
  const sim = join(out, 'simulated')
  const postgres = await startPostgres(bin)
  try {
    const open = ['--fail-open', '--opens-in', '60', '--database', postgres.url]
    const stack = await startStackCommand(['rescue', ...scale, ...open])
    try {
      const where = ['--target', stack.url, '--control', stack.controlUrl]
      const observe = ['--observe', `${stack.url}/metrics`]
      await dambreak(['rehearse', 'rescue', ...scale, ...where, ...observe, '--out', live])
    } finally {
      await stack.stop()
    }
  } finally {
    await postgres.remove()
  }
  await dambreak(['simulate', 'rescue', ...scale, '--out', sim, '--quiet'])
  await dambreak(['report', live, sim, '--out', join(out, 'report')])
  const figures = { live: collapseOf(runIn(live)), simulated: collapseOf(runIn(sim)) }
  process.stdout.write(`${JSON.stringify({ population, speed, ...figures })}\n`)
  return figures.live.isValid && hasCollapsed(figures.live) && hasRecovered(figures.live)
}

/** Goodput under a fifth of capacity while most requests fail. */
function hasCollapsed({ goodputOfCapacity, requestErrorShare }: CollapseFigures): boolean {
  return goodputOfCapacity < 0.2 && (requestErrorShare ?? 0) > 0.5
}

function hasRecovered({ maxWaitingAfterResume, waitingAtEnd }: CollapseFigures): boolean {
  return waitingAtEnd < 0.1 * maxWaitingAfterResume
}

const command = new Command('rescue')
  .description('collapse and rescue: live on the reference stack, and simulated beside it')
  .option('--population <f>', 'scale counts and rates by f', factor, 0.1)
  .option('--speed <k>', 'run the scenario clock k times as fast', factor, 10)
  .option('--out <dir>', 'where to write both runs and their report', 'reports/rescue')
  .action(async (options: Options) => {
    for (const part of ['live', 'simulated', 'report']) {
      rmSync(join(options.out, part), { recursive: true, force: true })
    }
    if (!(await rescue(options))) process.exitCode = 1
  })

await command.parseAsync()
