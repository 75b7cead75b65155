import { existsSync, realpathSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { Command } from '@commander-js/extra-typings'
import { DambreakError } from '../../core/errors.ts'
import { planAt } from '../../plan/plan-file.ts'
import type { Plan } from '../../plan/plan-record.ts'
import type { RunRecord } from '../../record/run.ts'
import { planText } from '../../report/plan/plan-text.ts'
import { reportFiles, reportRunsOf } from '../../report/report-files.ts'
import { runsText } from '../../report/text.ts'
import { defineCommand, type OptionsOf } from '../command.ts'
import type { Environment } from '../environment.ts'
import { ExitCode } from '../exit.ts'
import { outputOptions } from '../options.ts'
import { defaultOutput, openOutput } from '../output.ts'
import { printable, printableLines } from '../printable.ts'
import { checkKept, readRunArgument } from '../../record/run-argument.ts'

/** A report may write again the one run that it reads. */
function isRewritten(out: string, paths: readonly string[], formats: readonly string[]): boolean {
  const [only] = paths
  if (paths.length !== 1 || only === undefined || !formats.includes('json')) return false
  if (!existsSync(out)) return false
  const real = realpathSync(only)
  return realpathSync(out) === (statSync(real).isDirectory() ? real : dirname(real))
}

async function report(
  paths: readonly string[],
  options: OptionsOf<typeof definition>,
  environment: Environment,
): Promise<ExitCode> {
  for (const path of paths) {
    const plan = await planAt(path)
    if (plan !== null) return reportPlan(plan, paths, { options, environment })
  }
  const given: RunRecord[] = []
  for (const path of paths) given.push(await readRunArgument(path))
  const runs = reportRunsOf(given)
  const name = runs[0]?.run.header.scenarioName ?? 'runs'
  const output = await openOutput(
    options.out ?? defaultOutput(environment, name, 'report'),
    environment,
  )
  const { format, title } = options
  if (!isRewritten(output.path, paths, format)) checkKept(output.path, paths)
  const titled = title === undefined ? {} : { title }
  await output.write(await reportFiles({ runs }, { formats: format, ...titled }))
  if (options.json === true) {
    const summaries = runs.map(({ run: { header, verdict, summary } }) => ({
      header,
      verdict,
      summary,
    }))
    environment.out(`${JSON.stringify({ out: output.path, runs: summaries }, null, 2)}\n`)
  } else {
    environment.out(`${runsText(runs, environment.outColumns?.())}\n`)
    if (options.quiet !== true) environment.err(`written to ${printable(output.path)}\n`)
  }
  return ExitCode.done
}

/** A plan's own report, from `plan.json` alone; it is written again in the present schema version. */
async function reportPlan(
  plan: Plan,
  paths: readonly string[],
  { options, environment }: { options: OptionsOf<typeof definition>; environment: Environment },
): Promise<ExitCode> {
  if (paths.length > 1) {
    throw new DambreakError('usage', 'a plan is reported alone: give one plan, or runs')
  }
  const { format, title, json = false, quiet = false } = options
  const output = await openOutput(
    options.out ?? defaultOutput(environment, plan.header.scenarioName, 'report'),
    environment,
  )
  if (!isRewritten(output.path, paths, format)) checkKept(output.path, paths)
  const titled = title === undefined ? {} : { title }
  await output.write(await reportFiles({ plan }, { formats: format, ...titled }))
  if (json) environment.out(`${JSON.stringify({ out: output.path, ...plan }, null, 2)}\n`)
  else {
    environment.out(`${printableLines(planText(plan, environment.outColumns?.()))}\n`)
    if (!quiet) environment.err(`written to ${printable(output.path)}\n`)
  }
  return ExitCode.done
}

function definition() {
  const command = new Command('report')
    .description('render a report of one run, of several overlaid, or of a plan')
    .argument(
      '<run...>',
      'run directories, or their run.json; a base comes before variants; or one plan',
    )
    .option('--title <text>', 'title of the report')
  return outputOptions(command)
}

export const reportCommand = defineCommand(definition, report)
