import {
  InvalidArgumentError,
  Option,
  Command,
  type OptionValues,
} from '@commander-js/extra-typings'
import { daysToSec } from '../core/units.ts'
import { sizeLimits } from '../scenario/schema/limits.ts'
import { reportFormats, type ReportFormat } from '../report/types.ts'
import type { OptionsOf } from './command.ts'

/** The options that commands share, each parsed and checked in one place. */

export type ScenarioOptions = OptionsOf<typeof scenarioPart>
export type RunOptions = OptionsOf<typeof runPart>
export type OutputOptions = OptionsOf<typeof outputPart>

/** Adds the options of one command to another. */
function withOptionsOf<
  Args extends unknown[],
  Opts extends OptionValues,
  More extends OptionValues,
>(command: Command<Args, Opts>, part: Command<[], More>): Command<Args, Opts & More> {
  for (const option of part.options) command.addOption(option)
  return command as unknown as Command<Args, Opts & More>
}

function decimal(text: string): number {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : Number.NaN
}

export function wholeNumber(low: number, high: number) {
  return (text: string): number => {
    const value = decimal(text)
    if (Number.isInteger(value) && value >= low && value <= high) return value
    throw new InvalidArgumentError(`It must be a whole number from ${low} to ${high}.`)
  }
}

export function factor(text: string): number {
  const value = decimal(text)
  if (value > 0 && value <= 1e6) return value
  throw new InvalidArgumentError('It must be a number above 0, at most 1000000.')
}

/** Below the minimum, a night takes weeks of wall time; above the maximum, nobody polls any more. */
function speedFactor(text: string): number {
  const value = decimal(text)
  if (value >= 0.01 && value <= 10_000) return value
  throw new InvalidArgumentError('It must be a number from 0.01 to 10000.')
}

function formatList(text: string): ReportFormat[] {
  const names = text.split(',').map((name) => name.trim())
  const unknown = names.find((name) => !reportFormats.some((format) => format === name))
  if (unknown === undefined) return reportFormats.filter((format) => names.includes(format))
  throw new InvalidArgumentError(
    `There is no format "${unknown}"; there are ${reportFormats.join(', ')}.`,
  )
}

function collectSet(text: string, before: string[]): string[] {
  if (/^[^=\s]+=/.test(text)) return [...before, text]
  throw new InvalidArgumentError('It must be <path>=<value>, such as stack.instances=10.')
}

function scenarioPart() {
  return new Command()
    .addOption(setOption())
    .addOption(variantOption())
    .option('--instances <n>', 'fix the instance count', wholeNumber(1, sizeLimits.instances))
    .option('--keep-timeline', 'with --instances: keep the halts and scale-outs of the timeline')
    .addOption(noCodeOption())
}

/** Adds the options of a scenario that is loaded. */
export const scenarioOptions = <Args extends unknown[], Opts extends OptionValues>(
  command: Command<Args, Opts>,
): Command<Args, Opts & ScenarioOptions> => withOptionsOf(command, scenarioPart())

export function setOption() {
  return new Option('--set <path=value>', 'set any field of the scenario; repeatable')
    .argParser(collectSet)
    .default([], 'none')
}

export function variantOption() {
  return new Option('--variant <name>', "run one of the scenario's variants")
}

export function noCodeOption() {
  return new Option('--no-code', 'refuse scenarios that are TypeScript modules')
}

export function seedOption() {
  return new Option('--seed <n>', 'seed of all random draws')
    .argParser(wholeNumber(0, 0xffff_ffff))
    .default(1)
}

function scalePart() {
  return new Command()
    .option('--population <f>', 'scale counts and rates by f', factor, 1)
    .option('--speed <k>', 'run the scenario clock k times as fast', speedFactor, 1)
}

/** Adds the options of size and pace. */
export const scaleOptions = <Args extends unknown[], Opts extends OptionValues>(
  command: Command<Args, Opts>,
): Command<Args, Opts & OptionsOf<typeof scalePart>> => withOptionsOf(command, scalePart())

function runPart() {
  return scaleOptions(new Command().addOption(seedOption())).addOption(gateOption())
}

/** Adds the options of a run: its chance, size and pace, and `--gate`. */
export const runOptions = <Args extends unknown[], Opts extends OptionValues>(
  command: Command<Args, Opts>,
): Command<Args, Opts & RunOptions> => withOptionsOf(command, runPart())

export function gateOption() {
  return new Option('--gate', 'exit with 1 if the SLO is not met')
}

function outputPart() {
  return new Command()
    .option('--out <dir>', 'directory to write to (default: a new one in reports/)')
    .addOption(formatOption())
    .option('--quiet', 'no progress and no messages')
    .option('--json', 'print the summary as JSON, and nothing else, on standard output')
}

/** Adds the options of a command that writes a report. */
export const outputOptions = <Args extends unknown[], Opts extends OptionValues>(
  command: Command<Args, Opts>,
): Command<Args, Opts & OutputOptions> => withOptionsOf(command, outputPart())

export function formatOption() {
  return new Option('--format <list>', `formats to write: ${reportFormats.join(',')}`)
    .argParser(formatList)
    .default<ReportFormat[]>([...reportFormats], 'all')
}

/** For `--sweep 4,6,8,10`: each count once, in their order. */
export function countList(text: string): number[] {
  const values = text.split(',').map(decimal)
  if (
    values.every((value) => Number.isInteger(value) && value >= 1 && value <= sizeLimits.instances)
  ) {
    return [...new Set(values)].toSorted((a, b) => a - b)
  }
  throw new InvalidArgumentError(
    `It must be whole numbers from 1 to ${sizeLimits.instances} with commas between them, such as 4,6,8.`,
  )
}

/** Limit of the candidates of one plan. */
const maxCandidates = 200

/** For `--instances 1..20` or `4,6,8`: each count once, ascending. */
export function countSpan(text: string): number[] {
  const [, low, high] = /^\s*(\d+)\s*\.\.\s*(\d+)\s*$/.exec(text) ?? []
  if (low === undefined || high === undefined) return countList(text)
  const [from, to] = [Number(low), Number(high)]
  if (from > to) {
    throw new InvalidArgumentError(`There is no count from ${from} to ${to}: write ${to}..${from}.`)
  }
  if (from < 1 || to > sizeLimits.instances) {
    throw new InvalidArgumentError(`It must lie within 1..${sizeLimits.instances}.`)
  }
  if (to - from >= maxCandidates) {
    throw new InvalidArgumentError(`It must be at most ${maxCandidates} counts.`)
  }
  return Array.from({ length: to - from + 1 }, (_, i) => from + i)
}

/** For `--probability 0.95`: above 0 and below 1, because a simulation never proves certainty. */
export function openProbability(text: string): number {
  const value = decimal(text)
  if (value > 0 && value < 1) return value
  throw new InvalidArgumentError('It must be above 0 and below 1, such as 0.95.')
}

export function amount(text: string): number {
  const value = decimal(text)
  if (value > 0 && Number.isFinite(value)) return value
  throw new InvalidArgumentError('It must be a number above 0.')
}

export function seconds(text: string): number {
  const value = decimal(text)
  if (value > 0) return value
  throw new InvalidArgumentError('It must be a number of seconds above 0.')
}

/** Seconds from 0 to `most`. */
export function upToSeconds(most: number) {
  return (text: string): number => {
    const value = decimal(text)
    if (value >= 0 && value <= most) return value
    throw new InvalidArgumentError(`It must be a number of seconds from 0 to ${most}.`)
  }
}

/** `90s`, `10m`, `1h`, `500ms`, or plain seconds. */
export function durationSec(text: string): number {
  const [, number = '', unit = 's'] = /^([\d.]+)(ms|s|m|h)?$/.exec(text.trim()) ?? []
  const value =
    decimal(number) * { ms: 0.001, s: 1, m: 60, h: 3600 }[unit as 'ms' | 's' | 'm' | 'h']
  if (value > 0 && value <= daysToSec(7)) return value
  throw new InvalidArgumentError('It must be a duration such as 90s, 10m or 1h, at most a week.')
}

/** For `--connections 64,1000`: whole numbers, each once. */
export function countsOf(low: number, high: number) {
  const one = wholeNumber(low, high)
  return (text: string): number[] => [...new Set(text.split(',').map(one))]
}
