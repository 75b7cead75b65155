import { existsSync, readFileSync } from 'node:fs'
import { basename, extname } from 'node:path'
import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings'
import { DambreakError } from '../../core/errors.ts'
import { minutesToMs, msToMinutes, secToMs } from '../../core/units.ts'
import { assembled, checkAssembled, scenarioYaml } from '../../fit/assemble.ts'
import { assumedDocument } from '../../fit/assumed.ts'
import { ensemblePath } from '../../fit/ensemble-file.ts'
import { serialiseEnsemble, type Ensemble } from '../../fit/ensemble.ts'
import { readScreen, type Screen } from '../../logs/screen.ts'
import type { TimeContext } from '../../logs/timestamp.ts'
import { stationEnsemble } from '../../fit/station-ensemble.ts'
import { fitStations, type StationFit } from '../../fit/stations.ts'
import type { RunRecord } from '../../record/run.ts'
import { clockSec, isoEpochMs, localIso } from '../../scenario/clock.ts'
import { fitText } from '../../report/fit/fit-text.ts'
import type { FitReport } from '../../report/fit/fit-words.ts'
import type { ReportFormat } from '../../report/types.ts'
import { parseScenario } from '../../scenario/load/parse.ts'
import { isMapping, type Mapping } from '../../scenario/plain.ts'
import { readYaml } from '../../scenario/load/read-text.ts'
import { tryEnsemblePlace } from '../../fit/ensemble-place.ts'
import { defineCommand, type OptionsOf } from '../command.ts'
import type { Environment } from '../environment.ts'
import { ExitCode } from '../exit.ts'
import { estimateAll, type Estimated, type FitBase } from '../../fit/fit-estimates.ts'
import { readFitInputs } from '../../fit/fit-inputs.ts'
import { readRunArgument } from '../../record/run-argument.ts'
import { inputNotes } from '../fit-notes.ts'
import { formatOption, noCodeOption, seedOption } from '../options.ts'
import { openOutput, type Files } from '../output.ts'
import { printable } from '../printable.ts'
import { parseArgument, readArgument } from '../scenario-argument.ts'
import { tryWholeFile, writeWholeFile } from '../../core/files/whole-file.ts'
import { fitReported, reportedOptions } from './fit-reported.ts'
import { firstScenario } from './init.ts'

type FitOptions = OptionsOf<typeof definition>

interface Base extends FitBase {
  readonly document: Mapping
}

/** The base of `--scenario`, or the first scenario of `init`, every number of it assumed. */
async function readBase(options: FitOptions, environment: Environment): Promise<Base> {
  if (options.scenario === undefined) return firstBase(options)
  const source = await readArgument(options.scenario, options, environment.signal)
  const { scenario } = parseArgument(source, {})
  const { document } = source
  if (options.opensAt === undefined) {
    return { document, scenario, isGiven: true, opensAt: scenario.opensAt }
  }
  const sec = clockSec(options.opensAt, scenario.opensAt)
  if (sec === null) throw noClock(options.opensAt)
  // The window moves with the opening.
  const moved = (iso: string) => localIso((isoEpochMs(iso) ?? 0) + secToMs(sec), scenario.opensAt)
  const opensAt = moved(scenario.opensAt)
  const endsAt = moved(scenario.endsAt)
  return {
    document: { ...document, opensAt, endsAt },
    scenario: { ...scenario, opensAt, endsAt },
    isGiven: true,
    opensAt,
  }
}

function firstBase({ opensAt }: FitOptions): Base {
  if (opensAt !== undefined && isoEpochMs(opensAt) === null) throw noClock(opensAt)
  const read = readYaml(readFileSync(firstScenario, 'utf8'))
  const first = 'value' in read && isMapping(read.value) ? read.value : {}
  // What it says of a theatre's objectives and variants is nobody's.
  const { variants: _variants, slo: _slo, description: _description, ...rest } = first
  const document = assumedDocument(rest)
  const parsed = parseScenario(document)
  if (!parsed.ok)
    throw new DambreakError('scenario', 'the first scenario has faults', parsed.faults)
  return { document, scenario: parsed.loaded.scenario, isGiven: false, opensAt: opensAt ?? null }
}

const noClock = (text: string): DambreakError =>
  new DambreakError(
    'usage',
    `--opens-at ${text} is no time; without --scenario write it with date and offset, such as 2021-07-19T20:00:00+09:00`,
  )

function contextOf({ opensAt }: FitBase): TimeContext {
  if (opensAt === null) return { zone: 'Z', clockMs: null }
  const opensAtMs = isoEpochMs(opensAt) ?? 0
  return {
    zone: /(Z|[+-]\d\d:\d\d)$/.exec(opensAt)?.[1] ?? 'Z',
    clockMs: (text) => {
      const sec = clockSec(text, opensAt)
      return sec === null ? null : opensAtMs + secToMs(sec)
    },
  }
}

/** Without a base, the scenario is called as its file is, and opens when the data say. */
function named(
  base: Base,
  estimated: Estimated,
  { out, zone }: { out: string; zone: string },
): Mapping {
  if (base.isGiven) return base.document
  const name = basename(out, extname(out))
    .replaceAll(/[^\w.-]/g, '-')
    .replace(/^[^a-zA-Z0-9]+/, '')
  const { scenario } = base
  const opensAtMs = estimated.opensAtMs ?? isoEpochMs(base.opensAt ?? scenario.opensAt) ?? 0
  const offset = base.opensAt ?? `2000-01-01T00:00:00${zone}`
  const minMs = opensAtMs + 3_600_000
  const untilMs = minutesToMs(Math.ceil(msToMinutes(Math.max(estimated.untilMs ?? minMs, minMs))))
  return {
    ...base.document,
    name: name === '' ? 'fitted' : name,
    opensAt: localIso(opensAtMs, offset),
    endsAt: localIso(untilMs, offset),
  }
}

function checkUsage(inputs: readonly string[], options: FitOptions): void {
  const { screen, steps, scenario, out, force } = options
  if (inputs.length + screen.length + steps.length === 0) {
    const what = 'give runs, logs or CSV files, --screen or --steps'
    throw new DambreakError('usage', `nothing to fit: ${what}`)
  }
  if (steps.length > 0 && scenario === undefined) {
    throw new DambreakError('usage', '--steps needs --scenario: whose stations are they?')
  }
  if (out === undefined) return
  if (!/\.ya?ml$/i.test(out)) {
    throw new DambreakError('usage', `${out} must end in .yaml: that is what is written`)
  }
  if (existsSync(out) && force !== true) {
    throw new DambreakError('usage', `${out} is there already: --force replaces it`)
  }
  tryWholeFile(out)
  if (steps.length > 0) tryEnsemblePlace(ensemblePath(out), 'measured')
}

async function fit(
  inputs: readonly string[],
  options: FitOptions,
  environment: Environment,
): Promise<ExitCode> {
  checkUsage(inputs, options)
  const base = await readBase(options, environment)
  const { seed, entry = null, out = null, format } = options
  const page = options.report === undefined ? null : await openOutput(options.report, environment)
  const context = contextOf(base)
  const read = await readFitInputs(inputs, { context, seed, entry, signal: environment.signal })
  const zone = read.zone ?? context.zone
  const stations = await stationsOf(options, base)
  const estimated = estimateAll(read, base, { screens: options.screen, stations })
  const { fitted } = estimated
  const localTime = base.opensAt ?? `2000-01-01T00:00:00${zone}`
  const notes = [
    ...inputNotes(read.damages, read.log?.findings ?? [], localTime),
    ...estimated.notes,
  ]
  const names = [...inputs, ...options.steps, ...(options.screen.length > 0 ? ['screens'] : [])]
  const document = assembled(named(base, estimated, { out: out ?? 'fitted.yaml', zone }), fitted)
  checkAssembled(document)
  const told: FitReport = {
    title: 'What was measured, as a scenario',
    inputs: names,
    fitted,
    scenarioName: base.isGiven ? base.scenario.name : null,
    notes: notes.map(printable),
  }
  if (page !== null) await page.write(await filesOf(told, format))
  const heading = [`Fitted by dambreak from ${names.join(', ')}.`, ...notes]
  const text = scenarioYaml(document, fitted, heading)
  const ensemble = stations === null ? null : stationEnsemble(document, stations, seed)
  const files = out === null ? [] : filesBeside(out, { text, ensemble })
  for (const [path, content] of files) await environment.hold(writeWholeFile(path, content))
  if (options.json === true) {
    const { estimates, settings, notIdentified } = fitted
    const found = { out, report: page?.path ?? null, estimates, settings, notIdentified, notes }
    environment.out(`${JSON.stringify(found, null, 2)}\n`)
  } else {
    environment.out(`${fitText(told, environment.outColumns?.())}\n`)
    for (const path of [...files.map(([file]) => file), ...(page === null ? [] : [page.path])]) {
      if (options.quiet !== true) environment.err(`written to ${printable(path)}\n`)
    }
  }
  return ExitCode.done
}

/** The scenario's file, and that of the sets of values that go with its intervals. */
function filesBeside(
  out: string,
  { text, ensemble }: { text: string; ensemble: Ensemble | null },
): [path: string, content: string][] {
  const scenario: [string, string] = [out, text]
  if (ensemble === null) return [scenario]
  return [[ensemblePath(out), serialiseEnsemble(ensemble)], scenario]
}

async function stationsOf(
  { steps, seed }: FitOptions,
  { document }: Base,
): Promise<StationFit | null> {
  if (steps.length === 0) return null
  const runs: RunRecord[] = []
  for (const path of steps) runs.push(await readRunArgument(path))
  return fitStations(runs, { base: document, seed })
}

/** The report, and `fit.json` whatever the formats: it is what a fit is. */
async function filesOf(told: FitReport, formats: readonly ReportFormat[]): Promise<Files> {
  // The drawing libraries take a good part of a second to load.
  const { renderFit } = await import('../../report/fit/fit-report.ts')
  const files = await renderFit(told, { formats })
  return files.set('fit.json', `${JSON.stringify({ schemaVersion: 1, ...told }, null, 1)}\n`)
}

const collectPath = (text: string, before: readonly string[]): string[] => [...before, text]

function collectScreen(text: string, before: readonly Screen[]): Screen[] {
  const read = readScreen(text)
  if (typeof read !== 'string') return [...before, read]
  throw new InvalidArgumentError(`"${text}" ${read}.`)
}

async function reported(
  inputs: readonly string[],
  options: FitOptions,
  environment: Environment,
): Promise<ExitCode> {
  const [scenario = options.scenario, ...others] = inputs
  if (scenario !== undefined && others.length === 0) {
    return fitReported(scenario, options, environment)
  }
  throw new DambreakError(
    'usage',
    '--reported takes one scenario: dambreak fit <scenario> --reported',
  )
}

function performFit(
  inputs: readonly string[],
  options: FitOptions,
  environment: Environment,
): Promise<ExitCode> {
  return (options.reported === true ? reported : fit)(inputs, options, environment)
}

function definition() {
  const command = new Command('fit')
    .description("estimate a scenario's parameters from measurements")
    .argument(
      '[inputs...]',
      'runs, access logs and CSV files (gzip too); the format is detected from the content',
    )
    .option('--scenario <base>', 'scenario to put the estimates into')
    .option('--out <scenario.yaml>', 'file to write the scenario to (default: only print)')
    .option('--force', 'replace an existing file')
    .addOption(
      new Option(
        '--screen <text>',
        'what a waiting room showed, "ahead=30410 eta=845s at=20:00:00"; repeatable',
      )
        .argParser(collectScreen)
        .default([], 'none'),
    )
    .addOption(
      new Option('--steps <run>', 'rehearsal in steps of load, made with --observe; repeatable')
        .argParser(collectPath)
        .default([], 'none'),
    )
    .addOption(
      new Option(
        '--reported',
        'find sets of values that reproduce the reported figures of <scenario>',
      ).conflicts(['screen', 'steps', 'entry', 'opensAt', 'report', 'format', 'force']),
    )
    .option(
      '--entry <target>',
      'requests with this path prefix draw a ticket (default: the first request of each client)',
    )
    .option('--opens-at <clock>', 'opening time, if the scenario has another or there is none')
    .option('--report <dir>', 'directory for a report that shows each fit against its data')
    .addOption(formatOption())
    .option('--quiet', 'no messages')
    .option('--json', 'print the result as JSON, and nothing else, on standard output')
    .addOption(seedOption())
    .addOption(noCodeOption())
  return reportedOptions(command)
}

export const fitCommand = defineCommand(definition, performFit)
