import { Command, InvalidArgumentError } from '@commander-js/extra-typings'
import { DambreakError } from '../../core/errors.ts'
import { compareSides } from '../../compare/compare-sides.ts'
import {
  IncomparableError,
  mismatchKinds,
  type MismatchKind,
  type RunComparison,
} from '../../compare/compare.ts'
import { comparisonText } from '../../report/compare/comparison-text.ts'
import { comparisonJson, comparisonReportOf, reportFiles } from '../../report/report-files.ts'
import { defineCommand, type OptionsOf } from '../command.ts'
import type { Environment } from '../environment.ts'
import { ExitCode } from '../exit.ts'
import { openProbability, outputOptions } from '../options.ts'
import { defaultOutput, openOutput } from '../output.ts'
import { printable } from '../printable.ts'
import { checkKept, readSide } from '../../record/run-argument.ts'
import { incomparableInWords } from '../../report/compare/mismatch-words.ts'

type CompareOptions = OptionsOf<typeof definition>

type Sides<T> = Record<'baseline' | 'candidate', T>

function kindList(text: string, before: MismatchKind[]): MismatchKind[] {
  const names = text.split(',').map((name) => name.trim())
  const kinds = names.map((name) => mismatchKinds.find((kind) => kind === name))
  const unknown = names.find((_, at) => kinds[at] === undefined)
  if (unknown !== undefined) {
    throw new InvalidArgumentError(
      `There is nothing called "${unknown}" to allow; there are ${mismatchKinds.join(', ')}.`,
    )
  }
  return [...new Set([...before, ...kinds.flatMap((kind) => kind ?? [])])]
}

const howToGive =
  'give two runs or two directories of runs, or --baseline <run…> --candidate <run…>'

/** The paths of each side: two arguments in a row, or the runs named by options. */
function sidesOf(paths: readonly string[], options: CompareOptions): Sides<string[]> {
  const { baseline = [], candidate = [] } = options
  const isNamed = baseline.length + candidate.length > 0
  if (isNamed && paths.length === 0 && baseline.length > 0 && candidate.length > 0) {
    return { baseline, candidate }
  }
  const [first, second] = paths
  if (!isNamed && first !== undefined && second !== undefined && paths.length === 2) {
    return { baseline: [first], candidate: [second] }
  }
  const why = isNamed
    ? paths.length > 0
      ? 'some runs are named as a side and some are not'
      : `the ${baseline.length === 0 ? 'baseline' : 'candidate'} has no run`
    : paths.length > 2
      ? `with ${paths.length} runs in a row it is unknown which are the baseline`
      : 'a comparison takes a baseline and a candidate'
  throw new DambreakError('usage', `${why}: ${howToGive}`)
}

/** A sentence for each mismatch, where runs cannot be compared. */
function comparedInWords(compared: () => RunComparison): RunComparison {
  try {
    return compared()
  } catch (error) {
    throw error instanceof IncomparableError ? incomparableInWords(error) : error
  }
}

async function compare(
  paths: readonly string[],
  options: CompareOptions,
  environment: Environment,
): Promise<ExitCode> {
  const given = sidesOf(paths, options)
  const baseline = await readSide(given.baseline)
  const candidate = await readSide(given.candidate)
  const { level, allow, title } = options
  const compared = {
    comparison: comparedInWords(() => compareSides(baseline, candidate, { level, allow })),
    baseline,
    candidate,
  }
  const name = baseline[0]?.header.scenarioName ?? 'runs'
  const output = await openOutput(
    options.out ?? defaultOutput(environment, name, 'compare'),
    environment,
  )
  checkKept(output.path, [...given.baseline, ...given.candidate])
  const titled = title === undefined ? {} : { title }
  await output.write(await reportFiles(compared, { formats: options.format, ...titled }))
  if (options.json === true) {
    const json = comparisonJson(compared)
    environment.out(`${JSON.stringify({ out: output.path, ...json }, null, 2)}\n`)
  } else {
    const told = { ...comparisonReportOf(compared), ...titled }
    environment.out(`${comparisonText(told, environment.outColumns?.())}\n`)
    if (options.quiet !== true) environment.err(`written to ${printable(output.path)}\n`)
  }
  return ExitCode.done
}

function definition() {
  const command = new Command('compare')
    .description('compare two sides of runs, and test which differences are significant')
    .argument('[run...]', 'baseline and candidate: a run or a directory of runs each')
    .option('--baseline <run...>', 'runs of the baseline')
    .option('--candidate <run...>', 'runs of the candidate')
    .option(
      '--allow <list>',
      `differences to accept: ${mismatchKinds.join(',')}; the report names them`,
      kindList,
      [],
    )
    .option(
      '--level <p>',
      'probability of any false alarm, over all figures together',
      openProbability,
      0.05,
    )
    .option('--title <text>', 'title of the report')
  return outputOptions(command)
}

export const compareCommand = defineCommand(definition, compare)
