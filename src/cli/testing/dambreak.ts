import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { readRecords } from './read-records.ts'

/** Runs the real command as a user would, for tests. */

export const bin = fileURLToPath(new URL('../bin.js', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export interface Started {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** Resolves as soon as standard error holds the text. */
  readonly saw: (text: string) => Promise<void>
  /** Resolves with standard output as soon as it matches. */
  readonly said: (form: RegExp) => Promise<string>
}

export function start(
  args: readonly string[],
  cwd: string,
  nodeArgs: readonly string[] = [],
): Started {
  const child = spawn(process.execPath, [...nodeArgs, bin, ...args], {
    cwd,
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  let out = ''
  let err = ''
  const waiting: { text: string; resolve: () => void }[] = []
  const listening: { form: RegExp; resolve: (text: string) => void }[] = []
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    out += piece
    for (const { form, resolve } of listening) if (form.test(out)) resolve(out)
  })
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    err += piece
    for (const { text, resolve } of waiting) if (err.includes(text)) resolve()
  })
  const startedMs = Date.now()
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      readRecords(args, cwd, startedMs).then(() => resolve({ code, out, err }), reject)
    })
  })
  const saw = (text: string) =>
    new Promise<void>((resolve, reject) => {
      if (err.includes(text)) resolve()
      else waiting.push({ text, resolve })
      ended.then(
        () => reject(new Error(`ended without saying "${text}": ${err}`)),
        (error: unknown) => reject(error instanceof Error ? error : new Error(String(error))),
      )
    })
  const said = (form: RegExp) =>
    new Promise<string>((resolve, reject) => {
      if (form.test(out)) resolve(out)
      else listening.push({ form, resolve })
      ended.then(
        () => reject(new Error(`ended without saying ${form}: ${out}${err}`)),
        (error: unknown) => reject(error instanceof Error ? error : new Error(String(error))),
      )
    })
  return { child, ended, saw, said }
}

export function dambreak(
  args: readonly string[],
  cwd: string,
  nodeArgs: readonly string[] = [],
): Promise<Ended> {
  return start(args, cwd, nodeArgs).ended
}
