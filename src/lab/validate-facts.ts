/**
 * `npm run validate`: the reported facts of 19 July 2021 again, on further seeds and over the whole
 * box of assumptions. Progress on standard error, the result as a Markdown table on standard output.
 */
import { writeFileSync } from 'node:fs'
import { Command, InvalidArgumentError } from 'commander'
import { DambreakError, faultText } from '../core/errors.ts'
import { minutesToMs, msToSec } from '../core/units.ts'
import { runJobs } from '../engine/pool.ts'
import { diskError } from '../core/files/disk-error.ts'
import { formats } from '../report/format.ts'
import { simThread } from '../engine/sim-environment.ts'
import { processEnvironment, type Environment } from '../cli/environment.ts'
import { ExitCode, exitCodeOf } from '../cli/exit.ts'
import {
  cuts,
  factsOfCase,
  factsOfRun,
  nights,
  planFacts,
  type FactCase,
  type NightFacts,
} from './facts.ts'
import { markdownTable, tabulate, type CaseFacts, type FactTable } from './facts-table.ts'
import { factor, seconds, wholeNumber } from '../cli/options.ts'
import { startSimulationProgress } from '../cli/progress.ts'

interface Options {
  readonly seeds: readonly number[]
  readonly points: number
  readonly workers: number
  readonly minutes: number
  readonly population: number
  readonly out?: string
}

/** `2-9`, `2,5,7`, or `none`. */
function seedList(text: string): number[] {
  if (text === 'none') return []
  const parse = wholeNumber(0, 0xffff_ffff)
  const [from = '', to] = text.split('-')
  if (to === undefined) return text.split(',').map(parse)
  const [low, high] = [parse(from), parse(to)]
  if (high >= low && high - low < 1000) {
    return Array.from({ length: high - low + 1 }, (_, i) => low + i)
  }
  throw new InvalidArgumentError('It must be seeds such as 2-9 or 2,5,7, or none.')
}

function parse(args: readonly string[]): Options {
  return new Command('npm run validate --')
    .description('Repeats the reported facts on further seeds and over the box of assumptions.')
    .option('--seeds <list>', 'seeds at the middle of all assumptions', seedList, seedList('2-9'))
    .option('--points <n>', 'points of the box of assumptions', wholeNumber(0, 10_000), 64)
    .option('--workers <n>', 'simulations at a time', wholeNumber(1, 1024), 2)
    .option('--minutes <n>', 'stop after this long, with what there is by then', seconds, 20)
    .option('--population <f>', 'scale the crowd by f, to try it out', factor, 1)
    .option('--out <json>', 'also write the result to this file')
    .showHelpAfterError('(--help lists the options)')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : ExitCode.usage))
    .parse(args, { from: 'user' })
    .opts<Options>()
}

/** So many cases at a time: a finished run is megabytes and stays until its batch is done. */
const batchCases = 8

interface Gathered {
  readonly cases: CaseFacts[]
  readonly outOfTime: boolean
  readonly interrupted: boolean
}

/** Runs the cases in order until they are done or the time is up. */
async function gather(
  planned: readonly FactCase[],
  options: Options,
  environment: Environment,
): Promise<Gathered> {
  const { clock, err, signal } = environment
  const startMs = clock.monotonicMs()
  const timeUp = new AbortController()
  const timer = setTimeout(() => timeUp.abort(), minutesToMs(options.minutes))
  const either = AbortSignal.any([timeUp.signal, signal])
  const progress = startSimulationProgress(environment, !environment.errIsTerminal)
  const ended = new Map<FactCase, NightFacts[]>(planned.map((one) => [one, []]))
  let done = 0
  const finishCase = (one: FactCase, facts: readonly NightFacts[]) => {
    done++
    const missed = factsOfCase(facts).filter(({ ok }) => !ok)
    const result = missed.length === 0 ? 'all hold' : `not: ${missed.map(({ id }) => id).join(' ')}`
    const sec = msToSec(clock.monotonicMs() - startMs)
    const left = formats.duration(Math.round((sec / done) * (planned.length - done)))
    const counted = `${done} of ${planned.length}, ${formats.duration(Math.round(sec))}`
    const line = `${one.kind} ${one.index}: ${result} (${counted}, about ${left} left)\n`
    progress.above(() => err(line))
  }
  try {
    for (let at = 0; at < planned.length && !either.aborted; at += batchCases) {
      const batch = planned.slice(at, at + batchCases)
      await runJobs(
        batch.flatMap(({ jobs }) => jobs),
        {
          entry: simThread,
          workers: options.workers,
          signal: either,
          onProgress: progress.update,
          onResult: ({ job, run, stopped }) => {
            progress.done(job)
            const one = batch.find(({ jobs }) => jobs.includes(job))
            const facts = one === undefined ? undefined : ended.get(one)
            const night = nights[one?.jobs.indexOf(job) ?? -1]
            if (one === undefined || facts === undefined || night === undefined || stopped) return
            facts.push(factsOfRun(night.key, job, run))
            if (facts.length === one.jobs.length) finishCase(one, facts)
          },
        },
      )
    }
  } finally {
    clearTimeout(timer)
    progress.end()
  }
  const cases = [...ended].map(([{ kind, index, jobs }, facts]): CaseFacts => {
    const complete = facts.length === jobs.length
    return { kind, index, complete, rows: factsOfCase(facts), ended: facts }
  })
  return { cases, outOfTime: timeUp.signal.aborted, interrupted: signal.aborted }
}

/** What the table does not say: what was run, in what time, and what was cut. */
function notesOf(gathered: Gathered, options: Options, wallSec: number): string[] {
  const { cases, outOfTime, interrupted } = gathered
  const count = (kind: string) => cases.filter((one) => one.kind === kind && one.complete).length
  const seeds = `${count('seed')} of ${options.seeds.length} seeds at the middle of all assumptions`
  const points = `${count('point')} of ${options.points} points of the box with seed 1`
  const took = `in ${formats.duration(Math.round(wallSec))} on ${options.workers} threads`
  return [
    `${seeds}, ${points}, ${took}.`,
    ...cuts,
    ...(outOfTime ? [`Cut short after ${options.minutes} minutes: the rest was not run.`] : []),
    ...(interrupted ? ['Interrupted: the rest was not run.'] : []),
    ...(options.population === 1
      ? []
      : [`Crowd × ${options.population}: rows of counts cannot hold, others may differ.`]),
  ]
}

/** The result for machines: the table, and every row of every case. */
function jsonOf(table: FactTable, { cases }: Gathered, notes: readonly string[]): string {
  const perCase = cases.map(({ kind, index, complete, rows }) => ({
    kind,
    index,
    complete,
    rows: rows.map(({ id, label, observed, ok }) => ({ id, label, observed, ok })),
  }))
  return `${JSON.stringify({ notes, ...table, cases: perCase }, null, 2)}\n`
}

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text)
  } catch (error) {
    throw diskError(error, `write ${path}`)
  }
}

async function validate(options: Options, environment: Environment): Promise<ExitCode> {
  // Finds out now, not in twenty minutes, whether the result can be written.
  if (options.out !== undefined) write(options.out, '')
  const startMs = environment.clock.monotonicMs()
  const planned = await planFacts(options)
  const gathered = await gather(planned, options, environment)
  const wallSec = msToSec(environment.clock.monotonicMs() - startMs)
  const table = tabulate(gathered.cases)
  const notes = notesOf(gathered, options, wallSec)
  environment.out(`${markdownTable(table)}\n\n${notes.map((note) => `- ${note}\n`).join('')}`)
  if (options.out !== undefined) write(options.out, jsonOf(table, gathered, notes))
  return gathered.interrupted ? ExitCode.interrupted : ExitCode.done
}

const options = parse(process.argv.slice(2))
try {
  process.exitCode = await validate(options, processEnvironment())
} catch (error) {
  if (!(error instanceof DambreakError)) throw error
  const faults = error.faults.map((fault) => `\n  ${faultText(fault)}`)
  process.stderr.write(`validate: ${error.message}${faults.join('')}\n`)
  process.exitCode = exitCodeOf(error.kind)
}
