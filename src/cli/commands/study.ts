import { join } from 'node:path'
import { Command, Option } from '@commander-js/extra-typings'
import { DambreakError } from '../../core/errors.ts'
import { fileNamesOf } from '../../core/files/file-name.ts'
import type { Finished } from '../../engine/simulate-scenario.ts'
import type { SimJob } from '../../engine/worker.ts'
import type { RunRecord } from '../../record/run.ts'
import { serialiseRun } from '../../record/store.ts'
import { epochSecOf } from '../../report/clock.ts'
import { formats } from '../../report/format.ts'
import { answerText, carries } from '../../report/sweep-answer.ts'
import { sweepRow, type SweepRow } from '../../report/sweep.ts'
import { reportedText, summaryText } from '../../report/text.ts'
import type { ReportFormat, ReportRun } from '../../report/types.ts'
import type { ScenarioSource } from '../../scenario/load/source.ts'
import type { Scenario } from '../../scenario/schema/schema.ts'
import type { LoadedScenario } from '../../scenario/load/parse.ts'
import { baseVariant } from '../../scenario/load/variants.ts'
import { defineCommand, type OptionsOf } from '../command.ts'
import type { Environment } from '../environment.ts'
import type { ExitCode } from '../exit.ts'
import { labelOf } from '../../report/label.ts'
import { countList, noCodeOption, outputOptions, runOptions, seconds } from '../options.ts'
import { defaultOutput, openOutput, type Files } from '../output.ts'
import { printable, printableLines } from '../printable.ts'
import { parseArgument, readArgument } from '../scenario-argument.ts'
import { exitCodeOfRuns, simulateWithProgress, unmetText } from '../simulations.ts'

type StudyOptions = OptionsOf<typeof definition>

interface Gate {
  readonly name: string
  readonly set: readonly string[]
}

/** A gate is tight where nobody goes past it, neither by a trick nor because it is overrun. */
const tightGate: Gate = {
  name: 'tight',
  set: ['waitingRoom.failOpen=0', 'behaviour.bypass.share=0'],
}

/** The gate made tight, and as the scenario has it if that one leaks. */
function gatesOf({ waitingRoom, behaviour }: Scenario): Gate[] {
  const leaks = waitingRoom.failOpen > 0 || behaviour.bypass.share > 0
  return leaks ? [tightGate, { name: 'leaking', set: [] }] : [tightGate]
}

interface Candidate {
  readonly job: SimJob
  readonly instances: number
  readonly gate: string
}

interface Plan {
  readonly base: LoadedScenario
  /** The base first, then each variant. */
  readonly nights: readonly SimJob[]
  readonly candidates: readonly Candidate[]
}

function planStudy(source: ScenarioSource, options: StudyOptions): Plan {
  const { seed, population, speed } = options
  const base = parseArgument(source, {})
  const nights: SimJob[] = [{ id: baseVariant, loaded: base, seed, population, speed }]
  for (const { name } of base.scenario.variants) {
    const loaded = parseArgument(source, { variant: name })
    nights.push({ id: name, loaded, seed, population, speed })
  }
  const candidates: Candidate[] = []
  for (const gate of gatesOf(base.scenario)) {
    for (const instances of options.sweep) {
      const loaded = parseArgument(source, { set: [...gate.set], instances })
      const id = `sweep ${instances} ${gate.name}`
      const job = { id, loaded, seed, population, speed, untilSec: options.sweepSec }
      candidates.push({ job, instances, gate: gate.name })
    }
  }
  return { base, nights, candidates }
}

function sweepRows(candidates: readonly Candidate[], finished: readonly Finished[]): SweepRow[] {
  return candidates.flatMap(({ job, instances, gate }) => {
    const run = finished.find((one) => one.job === job && !one.stopped)?.run
    return run === undefined ? [] : [sweepRow(run, { instances, gate, ok: carries(run.summary) })]
  })
}

/** `the first hour`, `the first 30 min`, `the first 6 min of 0.1 times the crowd`. */
export function windowText(
  scenario: Pick<Scenario, 'opensAt' | 'endsAt'>,
  { sweepSec, population, speed }: Pick<StudyOptions, 'sweepSec' | 'population' | 'speed'>,
): string {
  const sec = Math.min(sweepSec, epochSecOf(scenario.endsAt) - epochSecOf(scenario.opensAt))
  const crowd = population === 1 ? '' : ` of ${formats.number(population)} times the crowd`
  const pace = speed === 1 ? '' : ` at ${formats.number(speed)} times the speed`
  return `the first ${sec === 3600 ? 'hour' : formats.duration(sec)}${crowd}${pace}`
}

/** What a study found, ready to be written and printed. */
interface Findings {
  readonly runs: readonly ReportRun[]
  readonly sweep: readonly SweepRow[]
  readonly answer?: string
}

function findingsOf(plan: Plan, finished: readonly Finished[], window: string): Findings {
  const runs = plan.nights.flatMap((job) => {
    const run = finished.find((one) => one.job === job)?.run
    return run === undefined ? [] : [reportRunOf(run, job.loaded, plan)]
  })
  const sweep = sweepRows(plan.candidates, finished)
  const isWhole = sweep.length > 0 && sweep.length === plan.candidates.length
  return { runs, sweep, ...(isWhole ? { answer: answerText(sweep, window) } : {}) }
}

function reportRunOf(run: RunRecord, { evidence }: LoadedScenario, { base }: Plan): ReportRun {
  return { run, evidence, label: labelOf(run.header.variant, base.scenario) }
}

async function filesOf(
  { runs, sweep, answer }: Findings,
  formats: readonly ReportFormat[],
): Promise<Files> {
  const given = answer === undefined ? {} : { answer }
  // The drawing libraries take a good part of a second to load.
  const { renderReport } = await import('../../report/report.ts')
  const files: Files = await renderReport(runs, { formats, sweep, ...given })
  if (!formats.includes('json')) return files
  const names = fileNamesOf(runs.map(({ run }) => run.header.variant))
  runs.forEach(({ run }, i) => {
    files.set(join('runs', names[i] ?? '', 'run.json'), serialiseRun(run))
  })
  return files
}

function printed(
  findings: Findings,
  { path, columns }: { path: string; columns: number | undefined },
  options: StudyOptions,
): string {
  const { runs, sweep, answer } = findings
  if (options.json === true) {
    const summaries = runs.map(({ run: { header, verdict, summary } }) => ({
      header,
      verdict,
      summary,
    }))
    return `${JSON.stringify({ out: path, answer, sweep, runs: summaries }, null, 2)}\n`
  }
  const parts = [printableLines(summaryText(runs, columns)), printableLines(reportedText(runs))]
  if (answer !== undefined) parts.push(answer)
  if (options.format.includes('html')) parts.push(`report: ${printable(join(path, 'report.html'))}`)
  return `\n${parts.join('\n\n')}\n`
}

async function study(
  argument: string,
  options: StudyOptions,
  environment: Environment,
): Promise<ExitCode> {
  const source = await readArgument(argument, options, environment.signal)
  const plan = planStudy(source, options)
  const { name } = plan.base.scenario
  const output = await openOutput(
    options.out ?? defaultOutput(environment, name, 'study'),
    environment,
  )
  const columns = environment.outColumns?.()
  // The long ones first, so that the last thread to end ends early.
  const candidates = plan.candidates.map(({ job }) => job).toReversed()
  const finished = await simulateWithProgress([...plan.nights, ...candidates], environment, {
    quiet: options.quiet ?? false,
    onFinished: ({ job, run }, progress) => {
      // The first figures, long before the last run is done.
      const first = printableLines(summaryText(reportRunOf(run, job.loaded, plan), columns))
      if (job !== plan.nights[0]) progress.say(`${printable(job.id)}: done`)
      else if (options.json !== true) progress.above(() => environment.out(`${first}\n`))
    },
  })
  const findings = findingsOf(plan, finished, windowText(plan.base.scenario, options))
  if (findings.runs.length === 0) {
    throw new DambreakError('interrupted', 'stopped before anything was recorded')
  }
  await output.write(await filesOf(findings, options.format))
  environment.out(printed(findings, { path: output.path, columns }, options))
  const { json = false, quiet = false, gate = false } = options
  const isNamed = json || options.format.includes('html')
  if (!quiet && !isNamed) environment.err(`written to ${printable(output.path)}\n`)
  if (gate) environment.err(unmetText(findings.runs))
  const runs = findings.runs.map(({ run }) => run)
  return exitCodeOfRuns(runs, gate)
}

function definition() {
  const command = new Command('study')
    .description(
      'run a scenario, all its variants and a short sweep of instance counts, as one report',
    )
    .argument('<scenario>', 'a scenario file, or the name of a shipped scenario')
    .addOption(
      new Option(
        '--sweep <list>',
        'instance counts to try, with a tight gate, and with the scenario’s own gate if it leaks',
      )
        .argParser(countList)
        .default([4, 6, 8, 10], '4,6,8,10'),
    )
    .option(
      '--sweep-sec <sec>',
      'how long after the opening each count is simulated',
      seconds,
      3600,
    )
    .addOption(noCodeOption())
  return outputOptions(runOptions(command))
}

export const studyCommand = defineCommand(definition, study)
