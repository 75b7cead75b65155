import { join } from 'node:path'
import type { RunRecord } from '../../record/run.ts'
import { readRun } from '../../record/store.ts'
import { temporaryDirectory } from '../../core/testing/temporary-directory.ts'
import { start } from './dambreak.ts'
import { startStackCommand } from './live-stack.ts'

export interface OnStack {
  readonly scenario: string
  /** Arguments of both commands: the scale, and what is set. */
  readonly common: readonly string[]
  /** Arguments of the rehearsal alone. */
  readonly engine: readonly string[]
  /** Called ten times a second with the rehearsal's process while it goes on. */
  readonly watch?: (pid: number) => void
}

/**
 * A rehearsal by the real command against a reference stack of its own, by the real command too: its record.
 * @throws Error where the rehearsal ends with neither 0 nor 3
 */
export async function rehearseOnStack(given: OnStack): Promise<RunRecord> {
  const { scenario, common, engine, watch } = given
  const stack = await startStackCommand([scenario, '--opens-in', '3600', ...common])
  const directory = temporaryDirectory()
  try {
    const to = ['--target', stack.url, '--control', stack.controlUrl, '--out', 'run']
    const args = ['rehearse', scenario, ...engine, ...common, ...to, '--format', 'json', '--quiet']
    const { child, ended } = start(args, directory.path)
    const timer = setInterval(() => watch?.(child.pid ?? 0), 100)
    const { code, err } = await ended.finally(() => clearInterval(timer))
    if (code !== 0 && code !== 3) throw new Error(`the rehearsal ended with ${code}: ${err}`)
    return await readRun(join(directory.path, 'run'))
  } finally {
    await stack.stop()
    directory.remove()
  }
}
