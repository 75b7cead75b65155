import { after } from '../../core/clock.ts'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Command, Option } from '@commander-js/extra-typings'
import { DambreakError } from '../../core/errors.ts'
import { diskError } from '../../core/files/disk-error.ts'
import { msToSec, secToMs } from '../../core/units.ts'
import { localIso } from '../../scenario/clock.ts'
import { scaleScenario } from '../../scenario/scale.ts'
import type { Scenario } from '../../scenario/schema/schema.ts'
import { faultNames, type StackConfig } from '../../stack/contract.ts'
import { maxInstances } from '../../stack/control/events.ts'
import type { Stack } from '../../stack/control/stack.ts'
import { lockDirectory } from '../../core/files/directory-lock.ts'
import { defineCommand, type OptionsOf } from '../command.ts'
import type { Environment } from '../environment.ts'
import { ExitCode } from '../exit.ts'
import {
  noCodeOption,
  scaleOptions,
  seedOption,
  setOption,
  upToSeconds,
  variantOption,
  wholeNumber,
} from '../options.ts'
import { printable } from '../printable.ts'
import { loadArgument } from '../scenario-argument.ts'
import { spawnChildren } from '../spawn-child.ts'

type StackCommandOptions = OptionsOf<typeof definition>

/** The scenario at the size at which it is to run. */
async function scenarioOf(
  argument: string,
  options: StackCommandOptions,
  environment: Environment,
): Promise<Scenario> {
  const { set, variant, instances, code, population, speed } = options
  const loaded = await loadArgument(
    argument,
    {
      set,
      code,
      ...(variant === undefined ? {} : { variant }),
      // Its timeline is for whoever rehearses on it to perform.
      ...(instances === undefined ? {} : { instances, keepTimeline: true }),
    },
    environment.signal,
  )
  const scenario = scaleScenario(loaded.scenario, { population, speed })
  const wanted = scenario.stack.instances
  if (wanted <= maxInstances) return scenario
  const text = `${wanted} instances are ${wanted} processes: give --instances, at most ${maxInstances}`
  throw new DambreakError('usage', text)
}

/** The database for a message, without its password. */
function databaseText(url: string | undefined, dataDir: string | undefined): string {
  if (url !== undefined) {
    const { hostname, port, pathname } = new URL(url)
    const where = `${hostname || 'this machine'}${port === '' ? '' : `:${port}`}${pathname}`
    return `PostgreSQL, ${where} (its schema dambreak starts empty)`
  }
  const where = dataDir === undefined ? 'a temporary directory' : dataDir
  return `PGlite in ${where} (one session: it serialises the instances)`
}

function checkFault({ fault, opensIn }: StackCommandOptions): void {
  if (fault !== 'early-gate' || opensIn > 0) return
  throw new DambreakError(
    'usage',
    '--fault early-gate needs an opening to be early for: --opens-in',
  )
}

function checkDatabase({ database, dataDir }: StackCommandOptions): void {
  if (database === undefined) return
  if (dataDir !== undefined) {
    throw new DambreakError('usage', '--data-dir is for PGlite, not for --database')
  }
  // The text itself is not repeated: it may hold a password.
  const isUrl = URL.canParse(database) && /^postgres(ql)?:$/.test(new URL(database).protocol)
  if (!isUrl) {
    throw new DambreakError('usage', '--database must be postgres://<user>@<host>:<port>/<name>')
  }
}

/** Where PGlite keeps its files, so that a ledger that is started again finds them. */
function dataDirOf({ database, dataDir }: StackCommandOptions): {
  path: string | null
  /** Gives back what is the user's, removes what is not. */
  leave: () => void
} {
  if (database !== undefined) return { path: null, leave: () => undefined }
  if (dataDir !== undefined) {
    const path = resolve(dataDir)
    return { path, leave: lockDirectory(path) }
  }
  try {
    const path = mkdtempSync(join(tmpdir(), 'dambreak-stack-'))
    return { path, leave: () => rmSync(path, { recursive: true, force: true }) }
  } catch (error) {
    throw diskError(error, 'make a temporary directory for the database')
  }
}

interface Started {
  readonly stack: Stack
  readonly config: StackConfig
  readonly options: StackCommandOptions
  readonly nowEpochMs: number
}

function startText({ stack, config, options, nowEpochMs }: Started): string {
  const { scenario, opensAtEpochMs, fault, failOpen } = config
  const at = localIso(opensAtEpochMs - (opensAtEpochMs % 1000), scenario.opensAt)
  const inSec = msToSec(opensAtEpochMs - nowEpochMs)
  const rows = [
    ['scenario', scenario.name],
    ['people', `${stack.url}/`],
    ['gate', `${stack.url}/ts.wseq (NetFUNNEL)`],
    ['metrics', `${stack.url}/metrics and ${stack.url}/health`],
    ['control', `${stack.controlUrl} (loopback only; whoever has it is an operator)`],
    ['database', databaseText(options.database, options.dataDir)],
    ['instances', `${scenario.stack.instances}; a new one boots ${scenario.stack.bootSec} s`],
    ['opens', inSec > 0 ? `${at}, in ${Math.ceil(inSec)} s` : `open since ${at}`],
    ...(failOpen ? [['fails open', 'keys are taken unverified']] : []),
    ...(fault === null ? [] : [['fault', fault]]),
  ]
  const lines = rows.map(([name = '', text = '']) => `${name.padEnd(10)} ${printable(text)}\n`)
  return `${lines.join('')}Ctrl-C stops it.\n`
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

/**
 * Runs until Ctrl-C, which is its proper end: 0. Stopped before it had come up it is `interrupted`.
 */
async function run(
  argument: string,
  options: StackCommandOptions,
  environment: Environment,
): Promise<ExitCode> {
  checkDatabase(options)
  checkFault(options)
  const scenario = await scenarioOf(argument, options, environment)
  const { clock, signal, err, out } = environment
  const config: StackConfig = {
    scenario,
    opensAtEpochMs: clock.epochMs() + Math.round(secToMs(options.opensIn)),
    secret: randomBytes(32).toString('hex'),
    failOpen: options.failOpen ?? false,
    fault: options.fault ?? null,
    host: options.host,
  }
  // Loaded here only: no other command has use for a server.
  const { startStack } = await import('../../stack/control/stack.ts')
  const dataDir = dataDirOf(options)
  try {
    const starting = startStack({
      config,
      port: options.port,
      adminPort: options.adminPort,
      token: randomBytes(16).toString('hex'),
      databaseUrl: options.database ?? null,
      dataDir: dataDir.path,
      clock,
      spawn: spawnChildren(options.seed),
      after,
      tell: (line) => err(`${printable(line)}\n`),
    })
    const stack = await environment.hold(starting)
    if (signal.aborted) {
      await environment.hold(stack.stop())
      throw new DambreakError('interrupted', 'stopped before it had come up')
    }
    out(startText({ stack, config, options, nowEpochMs: clock.epochMs() }))
    await aborted(signal)
    await environment.hold(stack.stop())
    err('stopped\n')
    return ExitCode.done
  } finally {
    dataDir.leave()
  }
}

const port = wholeNumber(0, 65_535)

function definition() {
  const command = new Command('stack')
    .description('start the reference booking stack: gate, balancer, instances, database')
    .argument('[scenario]', 'a scenario file, or the name of a shipped scenario', 'smoke')
    .option('--instances <n>', 'number of instances at the start', wholeNumber(1, maxInstances))
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <n>', 'public port; 0: any free port', port, 8080)
    .option('--admin-port <n>', "operators' port on loopback; 0: any free port", port, 0)
    .option('--database <url>', 'PostgreSQL URL (the password may be in PGPASSWORD)')
    .option('--data-dir <dir>', 'directory of the PGlite files (default: a temporary directory)')
    .option('--opens-in <sec>', 'seconds until turns begin', upToSeconds(86_400), 0)
    .option('--fail-open', 'instances accept keys without asking the gate')
    .addOption(new Option('--fault <name>', 'misbehave in one way').choices([...faultNames]))
    .addHelpText('after', '\nCtrl-C ends it, with exit code 0.')
  return scaleOptions(command)
    .addOption(seedOption())
    .addOption(setOption())
    .addOption(variantOption())
    .addOption(noCodeOption())
}

export const stackCommand = defineCommand(definition, run)
