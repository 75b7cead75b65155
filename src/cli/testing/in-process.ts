import { isAbsolute, join } from 'node:path'
import { systemClock } from '../../core/clock.ts'
import { runCommand } from '../main.ts'
import type { Ended } from './dambreak.ts'
import { readRecords } from './read-records.ts'

/**
 * Runs a command without a process of its own, which takes half a second: `--out` is taken to be in
 * `cwd`, and the environment has these variables only.
 */
export async function runHere(
  args: readonly string[],
  cwd: string,
  variables: Readonly<Record<string, string | undefined>> = {},
): Promise<Ended> {
  let out = ''
  let err = ''
  const given = args.map((arg, i) => {
    return args[i - 1] === '--out' && !isAbsolute(arg) ? join(cwd, arg) : arg
  })
  const startedMs = Date.now()
  const code = await runCommand(given, {
    clock: systemClock,
    out: (text) => (out += text),
    err: (text) => (err += text),
    errIsTerminal: false,
    errColumns: () => undefined,
    cores: 1,
    variables,
    signal: new AbortController().signal,
    hold: (work) => work,
  })
  await readRecords(given, cwd, startedMs)
  return { code, out, err }
}
