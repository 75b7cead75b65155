import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import { deadline } from '../../core/clock.ts'
import { siblingModule } from '../../core/sibling-module.ts'
import { DambreakError } from '../../core/errors.ts'
import type { Fault } from '../../core/errors.ts'
import { msToSec } from '../../core/units.ts'
import {
  failureText,
  isModuleMessage,
  type ModuleData,
  type ModuleMessage,
} from './module-message.ts'

/** How long a scenario module may take, from the start of its thread to the end of it. */
const moduleLimitMs = 10_000

/** Replayed times by the million fit; what eats memory without end is stopped here. */
const maxHeapMib = 1024

export interface ModuleOptions {
  readonly limitMs?: number
  /** Aborting it stops the module. */
  readonly signal?: AbortSignal | undefined
}

export type ModuleRead = { value: unknown } | { faults: readonly Fault[] }

/** The thread's entry beside this file, in the form in which this file itself runs. */
const entry = siblingModule(import.meta.url, 'module-worker')

function startWorker(file: string): Worker {
  const workerData: ModuleData = { url: pathToFileURL(file).href }
  // That Node strips types, and guesses that a file is a module, is as it should be.
  const quiet = ['ExperimentalWarning', 'MODULE_TYPELESS_PACKAGE_JSON']
  return new Worker(entry, {
    workerData,
    stdout: true,
    execArgv: quiet.map((name) => `--disable-warning=${name}`),
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMib },
  })
}

/**
 * Runs a TypeScript or JavaScript module in a thread of its own and gives its default export as
 * plain data, or faults. Whatever the module does (throws, ends the process, never ends), this
 * ends, by `limitMs` at the latest; a thread within a blocking call of the system is let go then.
 * @throws DambreakError of kind `interrupted` as soon as `signal` is aborted
 */
export function readModule(file: string, options: ModuleOptions = {}): Promise<ModuleRead> {
  const { limitMs = moduleLimitMs, signal } = options
  return new Promise((resolve, reject) => {
    const worker = startWorker(file)
    const limit = deadline(limitMs)
    let received: ModuleMessage | null = null
    const settle = (act: () => void) => {
      signal?.removeEventListener('abort', onAbort)
      limit.removeEventListener('abort', onLimit)
      // Not waited for: a thread in a blocking call ends when that does. Its listeners stay, for
      // an error of it would otherwise end the process.
      void worker.terminate()
      act()
    }
    const fault = (message: string) => {
      settle(() => resolve({ faults: [{ path: '', message }] }))
    }
    const onAbort = () => {
      const text = 'stopped while the scenario was being loaded'
      settle(() => reject(new DambreakError('interrupted', text)))
    }
    const onLimit = () => fault(lateText(received !== null, limitMs))
    worker.on('message', (message: unknown) => {
      if (received === null && isModuleMessage(message)) received = message
    })
    worker.on('error', (error: unknown) => fault(errorText(error)))
    worker.on('exit', () => {
      const last = received
      if (last === null) fault(endedText)
      else
        settle(() =>
          resolve(last.kind === 'value' ? { value: last.value } : { faults: last.faults }),
        )
    })
    limit.addEventListener('abort', onLimit)
    signal?.addEventListener('abort', onAbort)
    if (signal?.aborted === true) onAbort()
  })
}

const endedText =
  'the module ended before it exported anything: it called process.exit, or awaits a promise that never settles'

function errorText(error: unknown): string {
  const isMemory =
    error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
  return isMemory ? `the module needs more than ${maxHeapMib} MiB of memory` : failureText(error)
}

function lateText(hasExported: boolean, limitMs: number): string {
  const after = `after ${msToSec(limitMs)} s`
  if (!hasExported) return `the module has not exported anything ${after}; it was stopped`
  return `the module still runs ${after} (a timer, a connection?); it was stopped`
}
