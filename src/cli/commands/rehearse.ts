import { after } from '../../core/clock.ts'
import {
  Command,
  InvalidArgumentError,
  Option,
  type CommandUnknownOpts,
} from '@commander-js/extra-typings'
import { DambreakError } from '../../core/errors.ts'
import { msToSec } from '../../core/units.ts'
import { consentOf, type Consent } from '../../engine/live/consent.ts'
import { controlClientFor } from '../../engine/live/control/control-client.ts'
import { fetchText } from '../../engine/live/control/fetch-text.ts'
import { personName } from '../../engine/client/identity.ts'
import { resolveObserved } from '../../engine/live/control/observer.ts'
import { threadsAt } from '../../engine/live/crew.ts'
import { runRehearsal, type Companions, type RehearsalOptions } from '../../engine/live/run.ts'
import { resolveTarget, systemLookup } from '../../engine/live/transport/target.ts'
import type { Target } from '../../engine/client/transport.ts'
import { transportNames } from '../../engine/live/transport/transports.ts'
import { stopRules } from '../../objectives/stop-when.ts'
import { judge } from '../../objectives/verdict.ts'
import type { LoadedScenario } from '../../scenario/load/parse.ts'
import { loadNotes } from '../../record/assemble.ts'
import type { Note } from '../../record/verdict-codes.ts'
import { endingText } from '../../report/verdict-words.ts'
import { opensAtMs } from '../../scenario/plan-times.ts'
import { scaleScenario } from '../../scenario/scale.ts'
import type { Scenario } from '../../scenario/schema/schema.ts'
import { liveThread } from '../../engine/live/live-environment.ts'
import { defaultSimEnvironment } from '../../engine/sim-environment.ts'
import { defineCommand, type OptionsOf } from '../command.ts'
import type { Environment } from '../environment.ts'
import { ExitCode, exitCodeOfAll } from '../exit.ts'
import { startLiveView } from '../live-view.ts'
import { durationSec, outputOptions, runOptions, scenarioOptions, wholeNumber } from '../options.ts'
import { defaultOutput, openOutput } from '../output.ts'
import { RehearsalCompanions } from '../rehearsal-companions.ts'
import { loadArgument } from '../scenario-argument.ts'
import { exitCodeOfRuns } from '../simulations.ts'
import { reportRun, type FinishedRun } from '../report-run.ts'
import { printableLines } from '../printable.ts'
import { rehearseByK6 } from './rehearse-k6.ts'

type RehearseOptions = OptionsOf<typeof definition>

/** `per-visitor`, or `pool:<n>`. */
interface ConnectionOption {
  readonly mode: 'per-visitor' | 'pool'
  readonly most: number
}

/** Kept beyond those in flight, so that not every request of a newcomer must close another's first. */
const idleConnections = 200

function connectionOption(text: string): ConnectionOption {
  if (text === 'per-visitor') return { mode: text, most: Infinity }
  const most = /^pool:(\d{1,6})$/.exec(text)?.[1]
  if (most !== undefined && Number(most) > 0) return { mode: 'pool', most: Number(most) }
  throw new InvalidArgumentError('It must be per-visitor, or pool:<n> such as pool:64.')
}

/**
 * Many addresses to connect from, so that ports do not run out: 28,000 a pair of addresses. On
 * loopback alone every address of 127/8 is ours.
 */
function localAddressesFor({ isLoopback, address }: Target): string[] {
  if (!isLoopback || !address.startsWith('127.')) return []
  return Array.from({ length: 64 }, (_, i) => `127.83.0.${i + 1}`)
}

function ceilingFor(options: RehearseOptions, consent: Consent): RehearsalOptions['ceiling'] {
  return {
    inFlight: options.maxInFlight,
    perSec: Math.min(options.maxPerSec, consent.maxPerSec ?? Infinity),
  }
}

function notesFor(loaded: LoadedScenario, options: RehearseOptions, consent: Consent): Note[] {
  const notes = loadNotes(options)
  if (consent.maxPerSec !== null) {
    notes.push({ code: 'RateCapped', maxPerSec: consent.maxPerSec })
  }
  if (loaded.scenario.doors.length > 0) {
    notes.push({ code: 'DoorsNotRehearsed' })
  }
  if (options.control === undefined && loaded.scenario.timeline.length > 0) {
    notes.push({ code: 'TimelineNotPerformed', cause: 'noControl' })
  }
  return notes
}

/** Where the load goes, who agreed, and who else is spoken to; all looked up before anything is sent. */
async function reach(options: RehearseOptions, { scenario }: LoadedScenario) {
  const lookup = systemLookup
  const target = await resolveTarget(options.target, { lookup })
  const { authorisation } = scenario
  const { allowHost, control, observe } = options
  return {
    target,
    consent: await consentOf(target, { authorisation, allowHost, fetchText }),
    control: control === undefined ? null : await controlClientFor(control, { lookup, fetchText }),
    observed: observe === undefined ? null : await resolveObserved(observe, { target, lookup }),
  }
}

type Reach = Awaited<ReturnType<typeof reach>>

function companionsOf(
  options: RehearseOptions,
  { scenario, ...loaded }: LoadedScenario,
  given: {
    environment: Environment
    reached: Reach
    stop: () => void
    personOf: (person: number) => string
  },
): RehearsalCompanions {
  const { environment, reached, stop, personOf } = given
  const { target, consent, control, observed } = reached
  const { population, speed, quiet = false } = options
  const shown = {
    name: scenario.name,
    target: options.target,
    opensAt: scenario.opensAt,
    opensAtEpochMs: opensAtMs(scenario),
  }
  return new RehearsalCompanions({
    scenario: scaleScenario(scenario, { population, speed }),
    control,
    observed,
    clock: environment.clock,
    after,
    startView: (plan) => startLiveView(environment, { ...shown, ...plan }, quiet),
    stopRules: stopRules(scenario.stopWhen, target.isLoopback),
    stop,
    personOf: undoesByControl(options, scenario) ? personOf : null,
    notes: notesFor({ scenario, ...loaded }, options, consent),
  })
}

function rehearsalOptions(
  options: RehearseOptions,
  { scenario }: LoadedScenario,
  { target, consent, observed }: Reach,
): Omit<RehearsalOptions, 'calls'> {
  const { seed, population, speed, workers, transport, connections, maxInFlight } = options
  const ceiling = ceilingFor(options, consent)
  return {
    seed,
    population,
    speed,
    // Each has its share of the ceilings, and none can have less than one.
    workers: Math.min(workers, ceiling.perSec, ceiling.inFlight),
    target,
    transport,
    connections: {
      mode: connections.mode,
      connections: Math.min(connections.most, maxInFlight + idleConnections),
      localAddresses: localAddressesFor(target),
    },
    ceiling,
    stations: observed === null ? [] : scenario.stack.stations.map(({ name }) => name),
    cleansUp: options.cleanup === true && scenario.undo !== undefined,
    ...(options.for === undefined ? {} : { forSec: options.for }),
  }
}

async function rehearse(
  argument: string,
  options: RehearseOptions,
  environment: Environment,
): Promise<ExitCode> {
  const loaded = await loadArgument(argument, options, environment.signal)
  const { scenario } = loaded
  checkCleanUp(options, scenario)
  const reached = await reach(options, loaded)
  const output = await openOutput(
    options.out ?? defaultOutput(environment, scenario.name, options.engine),
    environment,
  )
  const stopping = new AbortController()
  const runCode = runCodeOf(environment)
  const companions = companionsOf(options, loaded, {
    environment,
    reached,
    stop: () => stopping.abort(),
    personOf: (person) => personName(runCode, person),
  })
  const signal = AbortSignal.any([environment.signal, stopping.signal])
  const told = { loaded, output, options, environment }
  if (options.engine === 'k6') return byK6(told, { reached, runCode, companions, signal })
  const calls = {
    runCode,
    environment: environment.variables ?? {},
    tables: loaded.tables,
  }
  const run = await runRehearsal(
    loaded,
    { ...rehearsalOptions(options, loaded, reached), calls },
    {
      environment: {
        ...defaultSimEnvironment(),
        clock: environment.clock,
        startThread: threadsAt(liveThread),
        signal,
      },
      companions,
    },
  )
  const judged = judge(run, scenario)
  await reportRun({ ...told, run: judged })
  return exitCodeOfRuns([judged], options.gate ?? false)
}

type Told = Omit<FinishedRun, 'run'> & {
  readonly loaded: LoadedScenario
  readonly options: RehearseOptions
}

async function byK6(
  told: Told,
  given: { reached: Reach; runCode: string; companions: Companions; signal: AbortSignal },
): Promise<ExitCode> {
  const { loaded, output, options, environment } = told
  const { reached, ...rest } = given
  const { seed, population, speed, visitorsPerVu, quiet = false } = options
  const { run, failure, keep } = await rehearseByK6({
    ...rest,
    loaded,
    environment,
    seed,
    population,
    speed,
    visitorsPerVu,
    quiet,
    target: reached.target,
    stations:
      reached.observed === null ? [] : loaded.scenario.stack.stations.map(({ name }) => name),
    outPath: output.path,
  })
  const judged = judge(run, loaded.scenario)
  await reportRun({ ...told, run: judged }).finally(keep)
  const code = exitCodeOfRuns([judged], options.gate ?? false)
  if (failure === null) return code
  environment.err(`dambreak: ${printableLines(endingText(failure))}\n`)
  return exitCodeOfAll([code, ExitCode.failure])
}

/** What only our own generator does. */
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

/** @throws DambreakError 'usage' for options that the engine would not heed */
function checkEngine(command: CommandUnknownOpts): void {
  const given = (name: string) => command.getOptionValueSource(name) === 'cli'
  const isK6 = command.getOptionValue('engine') === 'k6'
  const [name] = isK6 ? liveOnly.filter(given) : ['visitorsPerVu'].filter(given)
  if (name === undefined) return
  const flag = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
  throw new DambreakError('usage', `${flag} goes with --engine ${isK6 ? 'live' : 'k6'}`)
}

function checkCleanUp({ cleanup, control }: RehearseOptions, { undo }: Scenario): void {
  if (cleanup !== true || undo !== undefined || control !== undefined) return
  const text =
    '--cleanup needs a request to undo a booking by: "undo" in the scenario, or --control'
  throw new DambreakError('usage', text)
}

const undoesByControl = ({ cleanup, control }: RehearseOptions, { undo }: Scenario): boolean =>
  cleanup === true && undo === undefined && control !== undefined

/** Sets the people of one rehearsal apart from those of any other against the same stack. */
function runCodeOf({ clock }: Environment): string {
  return Math.floor(msToSec(clock.epochMs())).toString(36)
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
        .default({ mode: 'per-visitor', most: Infinity } satisfies ConnectionOption, 'per-visitor'),
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
