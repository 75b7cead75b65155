import type { CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { buildProgram } from '../../cli/main.ts'
import { systemClock } from '../../core/clock.ts'

/** The command line as `--help` describes it, only to be read. */
export function describedProgram(): Promise<CommandUnknownOpts> {
  return buildProgram({
    environment: {
      clock: systemClock,
      out: () => undefined,
      err: () => undefined,
      errIsTerminal: false,
      errColumns: () => undefined,
      cores: 1,
      signal: new AbortController().signal,
      hold: (work) => work,
    },
    end: () => undefined,
  })
}

/** `docs/reference/commands.md`: every command, argument and option, from the program itself. */
export function commandReference(program: CommandUnknownOpts): string {
  const { commands } = program
  const contents = commands.map(
    (command) => `| [\`${command.name()}\`](#${command.name()}) | ${cell(command.description())} |`,
  )
  return [
    '<!-- Written by `npm run docs` from the definitions that `--help` shows. Do not edit. -->',
    '',
    '# Commands',
    '',
    'A scenario is a file, or the name of a shipped scenario. A run is a directory with a `run.json`, or the',
    '`run.json` itself. [Exit codes](files.md#exit-codes) are the same for all commands.',
    '',
    '| command | does |',
    '|---|---|',
    ...contents,
    ...commands.flatMap(commandSection),
    '',
  ].join('\n')
}

function commandSection(command: CommandUnknownOpts): string[] {
  const name = command.name()
  const placeholders = command.registeredArguments.map((argument) => {
    const text = `${argument.name()}${argument.variadic ? '...' : ''}`
    return argument.required ? `<${text}>` : `[${text}]`
  })
  return [
    '',
    `## ${name}`,
    '',
    `\`${['dambreak', name, '[options]', ...placeholders].join(' ')}\``,
    '',
    `${sentence(command.description())}`,
    ...table(
      ['argument', 'means', 'default'],
      command.registeredArguments.map((argument) => [
        `\`${argument.name()}\``,
        argument.description,
        shownDefault(argument),
      ]),
    ),
    ...table(
      ['option', 'means', 'default'],
      command.options.filter(({ hidden }) => !hidden).map(optionRow),
    ),
  ]
}

function optionRow(option: Option): string[] {
  const choices = option.argChoices?.map((choice) => `\`${choice}\``).join(', ')
  const means = choices === undefined ? option.description : `${option.description}: ${choices}`
  return [
    `\`${option.flags}\``,
    option.mandatory ? `${means} (required)` : means,
    shownDefault(option),
  ]
}

function shownDefault({
  defaultValue,
  defaultValueDescription,
  negate,
}: {
  defaultValue?: unknown
  defaultValueDescription?: string | undefined
  negate?: boolean
}): string {
  if (defaultValueDescription !== undefined) return defaultValueDescription
  const isShown = defaultValue !== undefined && typeof defaultValue !== 'boolean' && negate !== true
  if (!isShown || (Array.isArray(defaultValue) && defaultValue.length === 0)) return ''
  return `\`${typeof defaultValue === 'string' ? defaultValue : JSON.stringify(defaultValue)}\``
}

function table(head: readonly string[], rows: readonly string[][]): string[] {
  if (rows.length === 0) return []
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`
  return ['', line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)]
}

const cell = (text: string): string =>
  text
    .replaceAll('|', '\\|')
    .replaceAll('\n', ' ')
    .replaceAll(/(^|[^`])<([\w./ -]+)>(?!`)/g, '$1`<$2>`')

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
