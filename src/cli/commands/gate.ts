import { appendFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { Command } from '@commander-js/extra-typings'
import { DambreakError } from '../../core/errors.ts'
import type { CheckOutcome } from '../../gate/check.ts'
import { isBaselineName, readBaseline, saveBaseline } from '../../gate/baselines.ts'
import { gate, type GatedRun, type GateVerdict } from '../../gate/gate.ts'
import { namesOf } from '../../gate/objective.ts'
import { diskError } from '../../core/files/disk-error.ts'
import { makeDirectory } from '../../core/files/make-directory.ts'
import type { RunRecord } from '../../record/run.ts'
import { gateAnnotations } from '../../report/gate/annotations.ts'
import { gateJunit } from '../../report/gate/gate-junit.ts'
import { gateMarkdown } from '../../report/gate/gate-markdown.ts'
import { gateText } from '../../report/gate/gate-text.ts'
import { failingChecks, verdictText } from '../../report/gate/gate-words.ts'
import { defineCommand, type OptionsOf } from '../command.ts'
import type { Environment } from '../environment.ts'
import { ExitCode, exitCodeOfAll } from '../exit.ts'
import { labelsOf } from '../../report/label.ts'
import { readObjectives } from '../../objectives/objectives-file.ts'
import { printable } from '../printable.ts'
import { readRunArgument } from '../../record/run-argument.ts'
import { tryWholeFile, writeWholeFile } from '../../core/files/whole-file.ts'

type GateOptions = OptionsOf<typeof definition>

const codeOf: Readonly<Record<CheckOutcome, ExitCode>> = {
  passed: ExitCode.done,
  skipped: ExitCode.done,
  failed: ExitCode.gateFailed,
  invalid: ExitCode.invalid,
  usage: ExitCode.usage,
  disk: ExitCode.failure,
}

async function orError<T>(work: Promise<T>): Promise<T | DambreakError> {
  try {
    return await work
  } catch (error) {
    if (error instanceof DambreakError) return error
    throw error
  }
}

/** Labels of the runs; a run that cannot be read is labelled by its path. */
async function readRuns(paths: readonly string[]): Promise<GatedRun[]> {
  const read: (RunRecord | DambreakError)[] = []
  for (const path of paths) read.push(await orError(readRunArgument(path)))
  const labels = labelsOf(read.flatMap((one) => (one instanceof DambreakError ? [] : [one])))
  let next = 0
  return read.map((record, at) => {
    if (record instanceof DambreakError) return { label: paths[at] ?? '', record }
    const label = labels[next] ?? record.header.scenarioName
    next += 1
    return { label, record }
  })
}

/** Checks a baseline's name; `wanted` is the option that takes it. */
function checkName(wanted: string, name: string | undefined): void {
  if (name === undefined || isBaselineName(name)) return
  const text = `--${wanted} must be a name of letters, digits, dots, dashes and underscores`
  throw new DambreakError('usage', text)
}

async function tryOutputs(paths: readonly (string | undefined)[]): Promise<void> {
  for (const path of paths) {
    if (path === undefined) continue
    try {
      await makeDirectory(dirname(path))
    } catch (error) {
      throw diskError(error, `write ${path}`)
    }
    tryWholeFile(path)
  }
}

interface Told {
  readonly verdict: GateVerdict
  readonly records: readonly (RunRecord | null)[]
  readonly code: ExitCode
  readonly options: GateOptions
  readonly environment: Environment
}

/** Prints the verdict and writes the files that were asked for. */
async function tell({ verdict, records, code, options, environment }: Told): Promise<void> {
  const { variables = {} } = environment
  const isOnGithub = variables['GITHUB_ACTIONS'] === 'true'
  if (options.json === true) {
    environment.out(`${JSON.stringify({ ...verdict, exitCode: code }, null, 2)}\n`)
  } else {
    const text = gateText(verdict, environment.outColumns?.())
    environment.out(`${text}\n`)
  }
  if (isOnGithub)
    environment.command?.(
      gateAnnotations(verdict)
        .map((line) => `${line}\n`)
        .join(''),
    )
  const at = new Date(environment.clock.epochMs()).toISOString()
  if (options.junit !== undefined) {
    await writeWholeFile(options.junit, gateJunit(verdict, records, at))
  }
  const markdown = gateMarkdown(verdict, records)
  const jobSummary = isOnGithub ? variables['GITHUB_STEP_SUMMARY'] : undefined
  const isJobs = (path: string) => jobSummary !== undefined && resolve(path) === resolve(jobSummary)
  if (options.summary !== undefined && !isJobs(options.summary)) {
    await writeWholeFile(options.summary, markdown)
  }
  if (jobSummary === undefined || jobSummary === '') return
  try {
    appendFileSync(jobSummary, `${markdown}\n`)
  } catch (error) {
    // The verdict does not depend on it.
    environment.err(`${printable(diskError(error, `write ${jobSummary}`).message)}\n`)
  }
}

/** The version of the target: as told, or the commit that the pipeline runs for. */
function targetVersionOf({ targetVersion }: GateOptions, { variables = {} }: Environment) {
  const commit = variables['GITHUB_SHA'] ?? variables['CI_COMMIT_SHA']
  return targetVersion ?? (commit === undefined || commit === '' ? null : commit)
}

async function keep(name: string, { verdict, records, options, environment }: Told): Promise<void> {
  const say = (text: string) => {
    if (options.quiet !== true) environment.err(`${printable(text)}\n`)
  }
  const usable = records.filter((run) => run !== null)
  const isUsable = failingChecks(verdict).every(({ check }) => check.outcome === 'failed')
  if (!isUsable || usable.length < records.length) {
    say(`not kept as baseline ${name}: not everything could be judged`)
    return
  }
  const path = await saveBaseline(options.baselines, {
    name,
    records: usable,
    targetVersion: targetVersionOf(options, environment),
    gate: { passed: verdict.passed, text: verdictText(verdict) },
    epochMs: environment.clock.epochMs(),
  })
  const but = verdict.passed ? '' : `; it did not pass, so --baseline ${name} ignores it`
  say(`kept as baseline ${name}: ${path}${but}`)
}

async function gateRuns(
  paths: readonly string[],
  options: GateOptions,
  environment: Environment,
): Promise<ExitCode> {
  checkName('save-baseline', options.saveBaseline)
  await tryOutputs([options.junit, options.summary])
  const runs = await readRuns(paths)
  const records = runs.map(({ record }) => (record instanceof DambreakError ? null : record))
  const known = records.filter((run) => run !== null)
  const objectives =
    options.slo === undefined ? undefined : readObjectives(options.slo, known.map(namesOf))
  const baseline =
    options.baseline.length === 0
      ? undefined
      : await orError(readBaseline(options.baseline, options.baselines, known[0]))
  const verdict = gate({
    runs,
    ...(objectives === undefined ? {} : { objectives }),
    ...(baseline === undefined ? {} : { baseline, baselineName: options.baseline.join(', ') }),
  })
  const outcomes = verdict.subjects.flatMap(({ checks }) => checks.map(({ outcome }) => outcome))
  const code = exitCodeOfAll(outcomes.map((outcome) => codeOf[outcome]))
  const told: Told = { verdict, records, code, options, environment }
  await tell(told)
  if (options.saveBaseline !== undefined) await keep(options.saveBaseline, told)
  return code
}

function definition() {
  return new Command('gate')
    .description('check runs against their objectives and against a baseline, for a pipeline')
    .argument('<run...>', 'run directories or run.json files; all must pass')
    .option(
      '--slo <file>',
      'file of objectives to use instead of the scenario’s: a YAML or JSON list, or one per line',
    )
    .option(
      '--baseline <runs or name>',
      'fail on a significant regression against a run, a directory of runs (repeatable), or the last good runs kept under a name',
      (text: string, before: string[]) => [...before, text],
      [],
    )
    .option('--save-baseline <name>', 'keep the runs and their verdict under this name')
    .option(
      '--target-version <text>',
      'version or commit of the target, kept with a baseline (default: the commit of the pipeline)',
    )
    .option('--baselines <dir>', 'directory of the baselines', join('reports', 'baselines'))
    .option('--junit <file>', 'write JUnit XML')
    .option(
      '--summary <file>',
      'write a Markdown summary (a GitHub Actions job shows it in any case)',
    )
    .option('--quiet', 'no messages')
    .option('--json', 'print the verdict as JSON, and nothing else, on standard output')
}

export const gateCommand = defineCommand(definition, gateRuns)
