import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { parse } from 'yaml'
import { must } from '../../core/assert.ts'

/** Runs the shell steps of `action.yml` as a runner would; steps that use other actions are told apart. */

interface ActionStep {
  readonly name?: string
  readonly if?: string
  readonly uses?: string
  readonly shell?: string
  readonly run?: string
  readonly env?: Readonly<Record<string, string>>
  readonly with?: Readonly<Record<string, string>>
}

export interface Action {
  readonly inputs: Readonly<Record<string, { description: string; default: string }>>
  readonly runs: { readonly using: string; readonly steps: readonly ActionStep[] }
}

export function readAction(actionPath: string): Action {
  return parse(readFileSync(join(actionPath, 'action.yml'), 'utf8')) as Action
}

export interface StepEnd {
  readonly name: string
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export interface ActionRun {
  readonly actionPath: string
  /** The checkout of the workflow that uses the action. */
  readonly workspace: string
  readonly inputs: Readonly<Record<string, string>>
  /** Names of steps that are not to be run, and what they would have left in the environment. */
  readonly without?: readonly string[]
  readonly variables?: Readonly<Record<string, string>>
}

/** `inputs.x != ''`, `always()`, joined by `&&` or `||`: all that our conditions are made of. */
function holds(condition: string, value: (name: string) => string, failed: boolean): boolean {
  const one = (text: string): boolean => {
    if (text === 'always()') return true
    const [, name] = /^(inputs\.[\w-]+) != ''$/.exec(text) ?? []
    return value(must(name, `a condition that is understood: ${text}`)) !== ''
  }
  if (failed && !condition.includes('always()')) return false
  return condition.split('||').some((part) => part.split('&&').every((piece) => one(piece.trim())))
}

/** How the shell steps ended, in their order; after one that failed only those that always run. */
export function runAction(run: ActionRun): StepEnd[] {
  const { actionPath, workspace, inputs, without = [], variables = {} } = run
  const action = readAction(actionPath)
  const value = (name: string): string => {
    if (name === 'github.action_path') return actionPath
    if (/^github\.run_(id|attempt)$/.test(name)) return '1'
    const [, input = ''] = /^inputs\.([\w-]+)$/.exec(name) ?? []
    return inputs[input] ?? must(action.inputs[input], `an input that is declared: ${name}`).default
  }
  const filled = (text: string) =>
    text.replaceAll(/\$\{\{ (\S+) \}\}/g, (_, name: string) => value(name))
  const files = {
    GITHUB_ENV: join(workspace, '.env'),
    GITHUB_STEP_SUMMARY: join(workspace, '.summary'),
  }
  for (const path of Object.values(files)) writeFileSync(path, '', { flag: 'a' })
  let failed = false
  return action.runs.steps.flatMap((step): StepEnd[] => {
    const { name = '', run: script, env = {} } = step
    if (script === undefined || without.includes(name)) return []
    if (!holds(step.if ?? 'always()', value, failed) || (failed && step.if === undefined)) return []
    // Each line of the file is a variable of the steps that follow.
    const left = readFileSync(files.GITHUB_ENV, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
    const { status, stdout, stderr } = spawnSync(
      'bash',
      ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script],
      {
        cwd: workspace,
        encoding: 'utf8',
        env: {
          PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`,
          HOME: process.env['HOME'] ?? workspace,
          GITHUB_ACTIONS: 'true',
          GITHUB_SHA: 'c0ffee',
          RUNNER_TEMP: workspace,
          ...files,
          ...variables,
          ...Object.fromEntries(
            left.map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]),
          ),
          ...Object.fromEntries(Object.entries(env).map(([key, text]) => [key, filled(text)])),
        },
      },
    )
    if (status !== 0) failed = true
    return [{ name, code: status, out: stdout, err: stderr }]
  })
}
