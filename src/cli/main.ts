import { Command, CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { DambreakError, faultText } from '../core/errors.ts'
import { version } from '../core/host.ts'
import { consoleText } from '../report/escape.ts'
import type { CommandContext, CommandMaker } from './command.ts'
import { processEnvironment, type Environment } from './environment.ts'
import { ExitCode, exitCodeOf } from './exit.ts'
import { printable, printableLines } from './printable.ts'

/**
 * One explicit table: a new command is a new file and a line here. Only the command that is asked for is
 * loaded: to load them all takes longer than to load one and check a scenario by it.
 */
const commands = {
  simulate: async () => (await import('./commands/simulate.ts')).simulateCommand,
  rehearse: async () => (await import('./commands/rehearse.ts')).rehearseCommand,
  preflight: async () => (await import('./commands/preflight.ts')).preflightCommand,
  study: async () => (await import('./commands/study.ts')).studyCommand,
  plan: async () => (await import('./commands/plan.ts')).planCommand,
  report: async () => (await import('./commands/report.ts')).reportCommand,
  compare: async () => (await import('./commands/compare.ts')).compareCommand,
  gate: async () => (await import('./commands/gate.ts')).gateCommand,
  stack: async () => (await import('./commands/stack.ts')).stackCommand,
  export: async () => (await import('./commands/export.ts')).exportCommand,
  fit: async () => (await import('./commands/fit.ts')).fitCommand,
  import: async () => (await import('./commands/import.ts')).importCommand,
  validate: async () => (await import('./commands/validate.ts')).validateCommand,
  init: async () => (await import('./commands/init.ts')).initCommand,
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand,
} satisfies Record<string, () => Promise<CommandMaker>>

type CommandName = keyof typeof commands

const commandNames = Object.keys(commands) as readonly CommandName[]

const exitCodesHelp = `
Exit codes: 0 done · 1 a gate or SLO failed · 2 bad usage or bad scenario · 3 the run is invalid ·
            4 engine, target or disk failure · 130 interrupted`

/** The command line, to be parsed or only read: whole unless `names` says which commands matter. */
export async function buildProgram(
  context: CommandContext,
  names: readonly CommandName[] = commandNames,
): Promise<CommandUnknownOpts> {
  const { environment } = context
  const program = new Command('dambreak')
    .description('Rehearse the opening hour before it happens.')
    .version(version)
    .addHelpText('after', exitCodesHelp)
    .showHelpAfterError('(--help lists the options)')
    .exitOverride()
    .configureOutput({
      writeOut: environment.out,
      writeErr: (text) => environment.err(printableLines(text)),
    })
  const makers = await Promise.all(names.map((name) => commands[name]()))
  for (const make of makers) {
    const command = make(context)
    command.copyInheritedSettings(program)
    program.addCommand(command)
  }
  return program
}

/** Prints an error; gives its exit code. */
function tell(error: unknown, environment: Environment): ExitCode {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? ExitCode.done : ExitCode.usage
  }
  if (error instanceof DambreakError) {
    const lines = error.faults.map((fault) => `\n  ${printable(faultText(fault))}`)
    environment.err(`dambreak: ${printableLines(error.message)}${lines.join('')}\n`)
    return exitCodeOf(error.kind)
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  environment.err(
    `dambreak: this is a bug of dambreak, please report it\n${printableLines(text)}\n`,
  )
  return ExitCode.failure
}

/** Nothing that a command prints is a command to whoever reads it, but for what is meant as one. */
function guarded(environment: Environment): Environment {
  const { out, err } = environment
  return {
    ...environment,
    out: (text) => out(consoleText(text)),
    err: (text) => err(consoleText(text)),
    command: err,
  }
}

/** Runs one command line (without `node` and the script) and gives its exit code. */
export async function runCommand(args: readonly string[], given: Environment): Promise<ExitCode> {
  const environment = guarded(given)
  let code: ExitCode = ExitCode.done
  const end = (ended: ExitCode) => {
    code = ended
  }
  const named = commandNames.filter((name) => name === args[0])
  const program = await buildProgram({ environment, end }, named.length === 0 ? undefined : named)
  if (args.length === 0) {
    environment.err(program.helpInformation() + exitCodesHelp + '\n')
    return ExitCode.usage
  }
  try {
    await program.parseAsync([...args], { from: 'user' })
    return code
  } catch (error) {
    return tell(error, environment)
  }
}

/**
 * The process itself, started by `bin.js`. A command that waits for what will never come leaves
 * Node with nothing to do, and Node would end with 0 and not a word.
 */
export async function runProcess(): Promise<void> {
  const environment = processEnvironment()
  // Not `exit`: that also comes of our own `process.exit`, where a reader of the output went away.
  const onNothingLeft = () => {
    environment.err('dambreak: this is a bug of dambreak, please report it: no result came\n')
    process.exitCode = ExitCode.failure
  }
  process.once('beforeExit', onNothingLeft)
  process.exitCode = await runCommand(process.argv.slice(2), environment)
  process.off('beforeExit', onNothingLeft)
}
