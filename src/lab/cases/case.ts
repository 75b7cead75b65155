import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { bin, type Ended } from '../../cli/testing/dambreak.ts'
import type { RunRecord } from '../../record/run.ts'

/** One folder of the cases: what is right, and how to see what comes. */
export interface Case {
  /** The folder's number. */
  readonly number: number
  /** What is right, as a short text that `observe` gives where it comes. */
  readonly expected: string
  readonly observe: (bench: CaseBench) => Promise<string>
}

interface CommandOptions {
  /** Read from standard input; default: nothing. */
  readonly stdin?: string | Uint8Array
}

interface Rehearsed extends Ended {
  /** The requests that the server got, a line each: `POST /b HTTP/1.1 | cookie: sid=1 | body`. */
  readonly requests: readonly string[]
  readonly run: RunRecord | null
}

/** What a case runs its commands with. */
export interface CaseBench {
  /** The case's folder. */
  readonly folder: string
  /** An empty directory. */
  readonly scratch: string
  /** Path of an input of the case. */
  readonly file: (name: string) => string
  /** Path of something in the empty directory. */
  readonly out: (name: string) => string
  /** Runs the command in the empty directory. What does not end within two minutes is killed (code `null`). */
  readonly dambreak: (args: readonly string[], options?: CommandOptions) => Promise<Ended>
  /** The record that a command wrote there; `null`: there is none. */
  readonly record: (directory: string) => RunRecord | null
  /** Rehearses a scenario of the case against the tiny server `lib/server.mjs <kind>`. */
  readonly rehearse: (
    kind: string,
    scenario: string,
    args?: readonly string[],
  ) => Promise<Rehearsed>
}

const maxCommandMs = 120_000

export function caseBench(folder: string, scratch: string): CaseBench {
  const file = (name: string) => join(folder, name)
  const out = (name: string) => join(scratch, name)
  const dambreak = (args: readonly string[], { stdin = '' }: CommandOptions = {}) =>
    runProgram([bin, ...args], scratch, stdin)
  const record = (directory: string) => recordIn(out(directory))
  const rehearse = async (kind: string, scenario: string, args: readonly string[] = []) => {
    const server = await startServer(join(folder, '..', 'lib', 'server.mjs'), kind)
    try {
      const target = ['--target', `http://127.0.0.1:${server.port}`]
      const where = ['--out', out('r'), '--format', 'json', '--json']
      const ended = await dambreak(['rehearse', file(scenario), ...target, ...where, ...args])
      return { ...ended, requests: server.requests(), run: record('r') }
    } finally {
      await server.stop()
    }
  }
  return { folder, scratch, file, out, dambreak, record, rehearse }
}

function recordIn(directory: string): RunRecord | null {
  try {
    return JSON.parse(readFileSync(join(directory, 'run.json'), 'utf8')) as RunRecord
  } catch {
    return null
  }
}

async function runProgram(
  args: readonly string[],
  cwd: string,
  stdin: string | Uint8Array,
): Promise<Ended> {
  const child = spawn(process.execPath, args, { cwd, env: { ...process.env, NODE_OPTIONS: '' } })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (piece: string) => (out += piece))
  child.stderr.setEncoding('utf8').on('data', (piece: string) => (err += piece))
  // A command that refuses its input closes the pipe.
  child.stdin.on('error', () => {})
  child.stdin.end(stdin)
  const guard = setTimeout(() => child.kill('SIGKILL'), maxCommandMs)
  const [code] = (await once(child, 'close')) as [number | null]
  clearTimeout(guard)
  return { code, out, err }
}

async function startServer(path: string, kind: string) {
  const port = await freePort()
  const child = spawn(process.execPath, [path, String(port), kind])
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (piece: string) => (text += piece))
  // It says nothing when it listens.
  await pause(500)
  const stop = async () => {
    const closed = once(child, 'close')
    if (child.exitCode === null && child.kill()) await closed
  }
  return { port, stop, requests: () => text.split('\n').filter((line) => line !== '') }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
