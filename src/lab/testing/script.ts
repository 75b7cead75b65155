import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Ended } from '../../cli/testing/dambreak.ts'

export interface ScriptOptions {
  /** Sends an interrupt once standard error holds this. */
  readonly interruptAt?: RegExp
  /** It and whatever it starts may have no more files open than this, each. */
  readonly openFiles?: number
}

/** Runs one of the npm scripts beside the command, `bench.ts` for one, as npm would. */
export function runScript(
  name: string,
  args: readonly string[],
  { interruptAt, openFiles }: ScriptOptions = {},
): Promise<Ended> {
  const path = fileURLToPath(new URL(`../${name}`, import.meta.url))
  return new Promise((resolve, reject) => {
    const command = [process.execPath, path, ...args]
    const limited = ['sh', '-c', `ulimit -n ${openFiles}; exec "$@"`, 'sh', ...command]
    const [program = '', ...rest] = openFiles === undefined ? command : limited
    const child = spawn(program, rest, {
      env: { ...process.env, NODE_OPTIONS: '' },
    })
    let out = ''
    let err = ''
    child.stdout.setEncoding('utf8').on('data', (piece: string) => (out += piece))
    let interrupted = false
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      err += piece
      if (interrupted || interruptAt === undefined || !interruptAt.test(err)) return
      interrupted = true
      child.kill('SIGINT')
    })
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, out, err }))
  })
}
