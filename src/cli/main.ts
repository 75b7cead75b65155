import { Command, CommanderError } from '@commander-js/extra-typings'
import { DambreakError, faultText } from '../core/errors.ts'
import { compareCommand } from './commands/compare.ts'
import { doctorCommand } from './commands/doctor.ts'
import { exportCommand } from './commands/export.ts'
import { fitCommand } from './commands/fit.ts'
import { gateCommand } from './commands/gate.ts'
import { importCommand } from './commands/import.ts'
import { initCommand } from './commands/init.ts'
import { planCommand } from './commands/plan.ts'
import { preflightCommand } from './commands/preflight.ts'
import { rehearseCommand } from './commands/rehearse.ts'
import { reportCommand } from './commands/report.ts'
import { simulateCommand } from './commands/simulate.ts'
import { stackCommand } from './commands/stack.ts'
import { studyCommand } from './commands/study.ts'
import { validateCommand } from './commands/validate.ts'
import { version } from '../core/host.ts'
import type { CommandContext, CommandMaker } from './command.ts'
import { processEnvironment, type Environment } from './environment.ts'
import { ExitCode, exitCodeOf } from './exit.ts'
import { printable, printableLines } from './printable.ts'

/** One explicit table: a new command is a new file and a line here. */
const commands: readonly CommandMaker[] = [
  simulateCommand,
  rehearseCommand,
  preflightCommand,
  studyCommand,
  planCommand,
  reportCommand,
  compareCommand,
  gateCommand,
  stackCommand,
  exportCommand,
  fitCommand,
  importCommand,
  validateCommand,
  initCommand,
  doctorCommand,
]

const exitCodesHelp = `
Exit codes: 0 done · 1 a gate or SLO failed · 2 bad usage or bad scenario · 3 the run is invalid ·
            4 engine, target or disk failure · 130 interrupted`

/** The whole command line, to be parsed or only read: building it has no effect. */
export function buildProgram(context: CommandContext) {
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
  for (const make of commands) {
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

/** Runs one command line (without `node` and the script) and gives its exit code. */
export async function runCommand(
  args: readonly string[],
  environment: Environment,
): Promise<ExitCode> {
  let code: ExitCode = ExitCode.done
  const end = (given: ExitCode) => {
    code = given
  }
  const program = buildProgram({ environment, end })
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
