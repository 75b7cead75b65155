import type { Command, OptionValues } from '@commander-js/extra-typings'
import { writeWholeFile } from '../../core/files/whole-file.ts'
import { serialiseEnsemble } from '../../fit/ensemble.ts'
import { ensemblePath } from '../../fit/ensemble-file.ts'
import { tryEnsemblePlace } from '../../fit/ensemble-place.ts'
import { fitReported, type ReportedFit } from '../../fit/fit-reported.ts'
import { ensembleText, missText } from '../../report/fit/ensemble-text.ts'
import { formats } from '../../report/format.ts'
import type { LoadedScenario } from '../../scenario/load/parse.ts'
import type { Environment } from '../environment.ts'
import { ExitCode } from '../exit.ts'
import { factor, wholeNumber } from '../options.ts'
import { printable, printableLines } from '../printable.ts'
import { startSimulationProgress } from '../progress.ts'
import { loadArgument } from '../scenario-argument.ts'

export interface ReportedOptions {
  readonly draws: number
  readonly minutes: number
  readonly seed: number
  readonly predict: number
  readonly out?: string
  readonly trials?: string
  readonly code: boolean
  readonly quiet?: boolean
  readonly json?: boolean
}

/** Adds what `fit --reported` takes beside `--seed`, `--out`, `--no-code`, `--quiet` and `--json`. */
export function reportedOptions<Args extends unknown[], Opts extends OptionValues>(
  command: Command<Args, Opts>,
) {
  return command
    .option(
      '--draws <n>',
      'with --reported: maximum number of sets of values to run',
      wholeNumber(1, 1_000_000),
      400,
    )
    .option('--minutes <m>', 'with --reported: start no run after this many minutes', factor, 30)
    .option(
      '--predict <n>',
      'with --reported: number of members that predict the reported figures of variants',
      wholeNumber(0, 10_000),
      8,
    )
    .option('--trials <file>', 'with --reported: file to keep every run in, and to resume from')
}

/**
 * Finds the ensemble of a scenario and writes it beside the scenario, or to `--out`.
 *
 * Ends with 0 where there is one. Where no set of values reproduces what is reported nothing is written
 * and it ends with 1, as a gate does. After a Ctrl-C what was found is written, and it ends with 130.
 */
export async function performFitReported(
  argument: string,
  options: ReportedOptions,
  environment: Environment,
): Promise<ExitCode> {
  const { code } = options
  const loaded = await loadArgument(argument, { code }, environment.signal)
  const path = options.out ?? ensemblePath(loaded.origin?.source.file ?? argument)
  tryEnsemblePlace(path, 'reported')
  const found = await search(loaded, options, environment)
  const codeOr = (ended: ExitCode) => (environment.signal.aborted ? ExitCode.interrupted : ended)
  const { ensemble } = found
  if (ensemble === null) {
    environment.err(printableLines(missText(found)))
    return codeOr(ExitCode.gateFailed)
  }
  await environment.hold(writeWholeFile(path, serialiseEnsemble(ensemble)))
  const { members: _members, parameters: _parameters, ...rest } = ensemble
  environment.out(
    options.json === true
      ? `${JSON.stringify({ out: path, ...rest }, null, 2)}\n`
      : `${printableLines(ensembleText(ensemble))}\nwritten to ${printable(path)}\n`,
  )
  return codeOr(ExitCode.done)
}

/** The search, with its progress on standard error. */
async function search(
  loaded: LoadedScenario,
  options: ReportedOptions,
  environment: Environment,
): Promise<ReportedFit> {
  const { quiet = false } = options
  const { clock, cores, signal, err } = environment
  const progress = startSimulationProgress(environment, quiet || !environment.errIsTerminal)
  try {
    return await fitReported(loaded, options, {
      clock,
      cores,
      signal,
      onProgress: progress.update,
      onDone: progress.done,
      onBatch: ({ kept, simulated, drawn, leftSec }) => {
        if (quiet) return
        const left = formats.duration(Math.round(leftSec))
        const text = `${kept} kept of ${simulated} simulated, ${drawn} drawn; about ${left} left\n`
        progress.above(() => err(text))
      },
    })
  } finally {
    progress.end()
  }
}
