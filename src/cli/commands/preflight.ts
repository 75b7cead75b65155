import { after } from '../../core/clock.ts'
import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings'
import { DambreakError } from '../../core/errors.ts'
import { consentOf } from '../../engine/live/consent.ts'
import { controlClientFor } from '../../engine/live/control/control-client.ts'
import { fetchText } from '../../engine/live/control/fetch-text.ts'
import { runPreflight } from '../../preflight/run.ts'
import { sideOf } from '../../preflight/side.ts'
import type { PreflightReport, PreflightRow } from '../../preflight/verdict.ts'
import { resolveTarget, systemLookup, systemLookupTxt } from '../../engine/live/transport/target.ts'
import { preflightJunit } from '../../report/preflight/preflight-junit.ts'
import { preflightText } from '../../report/preflight/preflight-text.ts'
import { rowWords } from '../../report/preflight/row-words.ts'
import type { Scenario } from '../../scenario/schema/schema.ts'
import { defineCommand, type OptionsOf } from '../command.ts'
import type { Environment } from '../environment.ts'
import { ExitCode } from '../exit.ts'
import { noCodeOption, setOption, variantOption } from '../options.ts'
import { printable } from '../printable.ts'
import { loadArgument } from '../scenario-argument.ts'
import { lineColumns } from '../terminal.ts'
import { tryWholeFile, writeWholeFile } from '../../core/files/whole-file.ts'

type PreflightCommandOptions = OptionsOf<typeof definition>

function checkUndo({ control }: PreflightCommandOptions, { undo }: Scenario): void {
  if (undo !== undefined || control !== undefined) return
  const text =
    'a preflight books, and must take it back: it requires "undo" in the scenario, or --control'
  throw new DambreakError('usage', text)
}

function testKeyOf({ testKeyEnv }: PreflightCommandOptions, { variables }: Environment): string {
  if (testKeyEnv === undefined) return ''
  const key = variables?.[testKeyEnv] ?? ''
  if (/^[\x21-\x7e]{1,1024}$/.test(key)) return key
  const text = `the environment has no variable ${testKeyEnv} with a key in it`
  throw new DambreakError('usage', text)
}

async function perform(
  argument: string,
  options: PreflightCommandOptions,
  environment: Environment,
): Promise<PreflightReport> {
  const { clock, signal } = environment
  const { scenario, tables } = await loadArgument(argument, options, signal)
  checkUndo(options, scenario)
  const testKey = testKeyOf(options, environment)
  if (options.junit !== undefined) tryWholeFile(options.junit)
  const lookup = systemLookup
  const target = await resolveTarget(options.target, { lookup })
  const { authorisation } = scenario
  const consent = await consentOf(target, {
    authorisation,
    allowHost: options.allowHost,
    fetchText,
    lookupTxt: systemLookupTxt,
  })
  const control =
    options.control === undefined
      ? null
      : await controlClientFor(options.control, { lookup, fetchText })
  const side = await sideOf(scenario, { phase: options.phase, control, nowMs: clock.epochMs() })
  const progress = progressOf(options, environment)
  const report = await runPreflight(
    scenario,
    {
      target,
      ...side,
      control,
      testKey,
      patienceMs: 10_000,
      deviceTries: 100,
      offersPath: options.offers,
      maxPerSec: consent.maxPerSec,
      allowsUnchecked: options.allowUnchecked ?? false,
      runCode: `preflight-${Math.floor(clock.epochMs()).toString(36)}`,
      variables: environment.variables ?? {},
      tables,
    },
    { clock, after, signal, onRow: progress.onRow },
  ).finally(progress.end)
  return report
}

/** A status line on a terminal; elsewhere nothing until the table at the end. */
function progressOf({ quiet }: PreflightCommandOptions, { err, errIsTerminal }: Environment) {
  const isShown = errIsTerminal && quiet !== true
  const say = (text: string) => {
    if (isShown) err(`\r\x1b[K${text}`)
  }
  let done = 0
  return {
    onRow: ({ check }: PreflightRow, of: number) =>
      say(`${++done}/${of} ${printable(rowWords(check).what)}`),
    end: () => say(''),
  }
}

async function preflight(
  argument: string,
  options: PreflightCommandOptions,
  environment: Environment,
): Promise<ExitCode> {
  const report = await environment.hold(perform(argument, options, environment))
  if (options.junit !== undefined) {
    await environment.hold(writeWholeFile(options.junit, preflightJunit(report)))
  }
  const columns = environment.outColumns?.()
  environment.out(
    options.json === true
      ? `${JSON.stringify(report, null, 2)}\n`
      : preflightText(report, columns === undefined ? null : lineColumns(columns)),
  )
  return report.verdict.ok ? ExitCode.done : ExitCode.gateFailed
}

function absolutePath(text: string): string {
  if (/^\/[\x21-\x7e]*$/.test(text)) return text
  throw new InvalidArgumentError('It must be a path such as /offers.')
}

function definition() {
  return new Command('preflight')
    .description(
      'check a target before its opening, without load: can the right people book, and only they?',
    )
    .argument('<scenario>', 'a scenario file, or the name of a shipped scenario')
    .requiredOption('--target <url>', 'URL to check: this machine, or a host that agreed')
    .option('--control <url>', 'control URL of the reference stack, to let test visitors in')
    .addOption(
      new Option('--phase <when>', 'phase that the target must be in').choices(['before', 'after']),
    )
    .option(
      '--test-key-env <name>',
      'environment variable with a key that your gate lets in for tests',
    )
    .option('--offers <path>', 'page that shows what is on offer', absolutePath, '/offers')
    .option('--allow-unchecked', 'pass although rows cannot be checked, if at least one cohort can')
    .option(
      '--allow-host <name>',
      'host of yours that cannot prove consent, limited to 50 requests per second',
    )
    .option('--junit <file>', 'write JUnit XML as well')
    .option('--json', 'print the rows as JSON, and nothing else, on standard output')
    .option('--quiet', 'no progress')
    .addOption(setOption())
    .addOption(variantOption())
    .addOption(noCodeOption())
}

export const preflightCommand = defineCommand(definition, preflight)
