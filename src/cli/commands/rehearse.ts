import {
  Command,
  InvalidArgumentError,
  Option,
  type CommandUnknownOpts,
} from '@commander-js/extra-typings'
import { DambreakError } from '../../core/errors.ts'
import type { RehearsalView } from '../../engine/live/rehearsal-companions.ts'
import {
  prepareRehearsal,
  rehearseScenario,
  type ConnectionMode,
  type RehearsalRequest,
} from '../../engine/live/rehearse.ts'
import { transportNames } from '../../engine/live/transport/transports.ts'
import { wellKnownPath } from '../../engine/client/well-known.ts'
import { judge } from '../../objectives/verdict.ts'
import type { RunRecord } from '../../record/run.ts'
import { serialiseRun } from '../../record/store.ts'
import { eventDetailText } from '../../report/event-words.ts'
import { endingText } from '../../report/verdict-words.ts'
import type { LoadedScenario } from '../../scenario/load/parse.ts'
import { opensAtMs } from '../../scenario/plan-times.ts'
import { defineCommand, type OptionsOf } from '../command.ts'
import type { Environment } from '../environment.ts'
import { ExitCode, exitCodeOfAll } from '../exit.ts'
import { startLiveView } from '../live-view.ts'
import { durationSec, outputOptions, runOptions, scenarioOptions, wholeNumber } from '../options.ts'
import { defaultOutput, openOutput, type Output } from '../output.ts'
import { printableLines } from '../printable.ts'
import { reportRun, type FinishedRun } from '../report-run.ts'
import { loadArgument } from '../scenario-argument.ts'
import { exitCodeOfRuns } from '../simulations.ts'
import { rehearseByK6 } from './rehearse-k6.ts'

type RehearseOptions = OptionsOf<typeof definition>

function connectionOption(text: string): ConnectionMode {
  if (text === 'per-visitor') return { mode: text, max: Infinity }
  const max = /^pool:(\d{1,6})$/.exec(text)?.[1]
  if (max !== undefined && Number(max) > 0) return { mode: 'pool', max: Number(max) }
  throw new InvalidArgumentError('It must be per-visitor, or pool:<n> such as pool:64.')
}

/** The options of both engines. */
function requestOf(
  options: RehearseOptions,
  { scenario }: LoadedScenario,
  environment: Environment,
): RehearsalRequest {
  const { target, control, observe, allowHost, cleanup, population, speed, quiet } = options
  const shown = {
    name: scenario.name,
    target,
    opensAt: scenario.opensAt,
    opensAtEpochMs: opensAtMs(scenario),
  }
  return {
    target,
    ...(control === undefined ? {} : { control }),
    ...(observe === undefined ? {} : { observe }),
    ...(allowHost === undefined ? {} : { allowHost }),
    cleanUp: cleanup ?? false,
    population,
    speed,
    signal: environment.signal,
    startView: (plan): RehearsalView => {
      const { update, say, end } = startLiveView(environment, { ...shown, ...plan }, quiet ?? false)
      const performed: RehearsalView['performed'] = ({ kind, performed: isDone, detail }) =>
        say(`${kind}: ${isDone ? '' : 'not performed, '}${eventDetailText(detail)}`)
      return { update, performed, end }
    },
  }
}

async function rehearse(
  argument: string,
  options: RehearseOptions,
  environment: Environment,
): Promise<ExitCode> {
  const loaded = await loadArgument(argument, options, environment.signal)
  const output = await openOutput(
    options.out ?? defaultOutput(environment, loaded.scenario.name, options.engine),
    environment,
  )
  const request = requestOf(options, loaded, environment)
  const told = { loaded, output, options, environment }
  if (options.engine === 'k6') return byK6(told, request)
  const { seed, workers, transport, connections, maxInFlight, maxPerSec, for: forSec } = options
  const performed = rehearseScenario(loaded, {
    ...request,
    onRecorded: (run) => keepRecord(run, output, environment),
    ...(environment.again === undefined ? {} : { endCleanUp: environment.again }),
    seed,
    workers,
    transport,
    connections,
    maxInFlight,
    maxPerSec,
    ...(forSec === undefined ? {} : { forSec }),
    variables: environment.variables ?? {},
  })
  const reported = performed.then(async (run) => {
    await reportRun({ ...told, run })
    return exitCodeOfRuns([run], options.gate ?? false)
  })
  // A second Ctrl-C ends taking bookings back, and must not lose what became of them.
  return options.cleanup === true ? environment.hold(reported) : reported
}

/** Writes the bare record; where that fails, the report's own attempt is still to come. */
async function keepRecord(run: RunRecord, output: Output, environment: Environment): Promise<void> {
  try {
    await output.write(new Map([['run.json', serialiseRun(run)]]))
  } catch (error) {
    if (!(error instanceof DambreakError)) throw error
    environment.err(`warning: ${printableLines(error.message)}\n`)
  }
}

type Told = Omit<FinishedRun, 'run'> & {
  readonly loaded: LoadedScenario
  readonly options: RehearseOptions
}

async function byK6(told: Told, request: RehearsalRequest): Promise<ExitCode> {
  const { loaded, output, options, environment } = told
  const prepared = await prepareRehearsal(loaded, request)
  const { consent, target } = prepared
  if (consent.kind === 'proved' && consent.by === 'dns') {
    const text = `${target.host} agreed in DNS, which k6 cannot read: it must serve ${wellKnownPath} too`
    throw new DambreakError('usage', text)
  }
  const { seed, population, speed, visitorsPerVu, quiet = false } = options
  const { run, failure, keep } = await rehearseByK6({
    ...prepared,
    loaded,
    environment,
    seed,
    population,
    speed,
    visitorsPerVu,
    quiet,
    outPath: output.path,
  })
  const judged = judge(run, loaded.scenario)
  await reportRun({ ...told, run: judged }).finally(keep)
  const code = exitCodeOfRuns([judged], options.gate ?? false)
  if (failure === null) return code
  environment.err(`dambreak: ${printableLines(endingText(failure))}\n`)
  return exitCodeOfAll([code, ExitCode.failure])
}

/** Options of the live engine alone. */
const liveOnly = [
  'for',
  'workers',
  'transport',
  'connections',
  'cleanup',
  'maxInFlight',
  'maxPerSec',
  'allowHost',
]

/** @throws DambreakError 'usage' for options that the engine does not have */
function checkEngine(command: CommandUnknownOpts): void {
  const given = (name: string) => command.getOptionValueSource(name) === 'cli'
  const isK6 = command.getOptionValue('engine') === 'k6'
  const [name] = isK6 ? liveOnly.filter(given) : ['visitorsPerVu'].filter(given)
  if (name === undefined) return
  const flag = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
  throw new DambreakError('usage', `${flag} goes with --engine ${isK6 ? 'live' : 'k6'}`)
}

function definition() {
  const command = new Command('rehearse')
    .hook('preAction', (_program, command) => checkEngine(command))
    .description('perform a scenario over HTTP against a running stack and write a report')
    .argument('<scenario>', 'a scenario file, or the name of a shipped scenario')
    .requiredOption('--target <url>', 'URL to send to: this machine, or a host that agreed')
    .option('--control <url>', 'control URL of the reference stack, to perform the timeline')
    .option(
      '--observe <url>',
      'URL of metrics of the target (Prometheus text), to show beside those of the client',
    )
    .option('--for <duration>', 'end after this much wall time: 90s, 10m, 1h', durationSec)
    .option('--workers <n>', 'generator threads', wholeNumber(1, 64), 1)
    .addOption(
      new Option('--transport <name>', 'HTTP client').choices([...transportNames]).default('wire'),
    )
    .addOption(
      new Option('--connections <how>', 'per-visitor, as browsers do, or pool:<n>')
        .argParser(connectionOption)
        .default({ mode: 'per-visitor', max: Infinity } satisfies ConnectionMode, 'per-visitor'),
    )
    .option('--cleanup', 'take back every booking at the end')
    .option('--max-in-flight <n>', 'ceiling on requests in flight', wholeNumber(1, 1e6), 10_000)
    .option('--max-per-sec <n>', 'ceiling on requests per second', wholeNumber(1, 1e7), 1e6)
    .addOption(
      new Option('--engine <name>', 'engine that sends the requests')
        .choices(['live', 'k6'])
        .default('live'),
    )
    .option('--visitors-per-vu <n>', 'with k6: visitors per VU', wholeNumber(1, 10_000), 1)
    .option(
      '--allow-host <name>',
      'host of yours that cannot prove consent, limited to 50 requests per second',
    )
  return outputOptions(runOptions(scenarioOptions(command)))
}

export const rehearseCommand = defineCommand(definition, rehearse)
