import type { Command, CommandUnknownOpts, OptionValues } from '@commander-js/extra-typings'
import type { Environment } from './environment.ts'
import type { ExitCode } from './exit.ts'

/** What every command is given beside its command line. */
export interface CommandContext {
  readonly environment: Environment
  /** Takes the exit code of the command that ran. */
  readonly end: (code: ExitCode) => void
}

/** Makes a command that is ready to be added to a program. */
export type CommandMaker = (context: CommandContext) => CommandUnknownOpts

/** The values that a command's action gets, inferred from its definition. */
export type OptionsOf<Definition extends (...given: never[]) => { opts: () => unknown }> =
  ReturnType<ReturnType<Definition>['opts']>

/**
 * A command: its definition, which `--help` and the types of its options come from, and what it
 * does. A definition is called once per program, because commander keeps parsed values in it.
 */
export function defineCommand<Args extends unknown[], Opts extends OptionValues>(
  definition: () => Command<Args, Opts>,
  perform: (
    ...given: [...Args, options: Opts, environment: Environment]
  ) => ExitCode | Promise<ExitCode>,
): CommandMaker {
  return ({ environment, end }) => {
    const command = definition()
    return command.action(async (...given) => {
      const values = given.slice(0, -1) as [...Args, Opts]
      end(await perform(...values, environment))
    })
  }
}
