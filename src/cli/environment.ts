import { availableParallelism } from 'node:os'
import { systemClock, type Clock } from '../core/clock.ts'
import { diskError, errorCode } from '../core/files/disk-error.ts'
import { ExitCode } from './exit.ts'

/** The machine, the terminal and the user, as the commands see them. */
export interface Environment {
  readonly clock: Clock
  /** Results; nothing but these goes to standard output. */
  readonly out: (text: string) => void
  /** Messages and progress, to standard error. */
  readonly err: (text: string) => void
  /** Commands to the runner of a workflow, to standard error. `runCommand` sets it, and guards the other two. */
  readonly command?: (text: string) => void
  readonly errIsTerminal: boolean
  /** Width of the terminal in columns; `undefined` where it is none. */
  readonly errColumns: () => number | undefined
  /** Its height in lines; absent: not known. */
  readonly errRows?: () => number | undefined
  /** The same of standard output; absent: not known. */
  readonly outColumns?: () => number | undefined
  readonly cores: number
  /** Variables of the environment: secrets, among others. Absent: none. */
  readonly variables?: Readonly<Record<string, string | undefined>>
  /** Aborted by the first Ctrl-C, SIGTERM or SIGHUP; the second ends the process at once. */
  readonly signal: AbortSignal
  /** Aborted by the second, for work that is held; absent: there is none. */
  readonly again?: AbortSignal
  /** Waits for what must not be cut off: a second Ctrl-C ends the process only after it. */
  readonly hold: <T>(work: Promise<T>) => Promise<T>
}

/** npm repeats a Ctrl-C that the terminal has already sent: two this close together count as one. */
const echoMs = 400

/** The environment of the process; call it once, it listens for Ctrl-C. */
export function processEnvironment(): Environment {
  const controller = new AbortController()
  const again = new AbortController()
  const held = new Set<Promise<unknown>>()
  let firstMs = 0
  const interrupt = () => {
    const nowMs = systemClock.monotonicMs()
    if (controller.signal.aborted) {
      if (nowMs - firstMs < echoMs) return
      again.abort()
      void Promise.allSettled(held).then(() => process.exit(ExitCode.interrupted))
      return
    }
    process.stderr.write('\nstopping: writing what there is (Ctrl-C again ends at once)\n')
    firstMs = nowMs
    controller.abort()
  }
  // A terminal that is closed hangs up: the run is stopped and written as at a Ctrl-C.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt)
  // A reader (`dambreak … | head`) or a terminal that went away is no failure of ours, and no reason to lose a run
  // that has not been written yet.
  process.stdout.on('error', (error: Error) => {
    if (['EPIPE', 'EIO'].includes(errorCode(error))) return
    process.stderr.write(`dambreak: ${diskError(error, 'write to standard output').message}\n`)
    void Promise.allSettled(held).then(() => process.exit(ExitCode.failure))
  })
  // There is no stream left to report it on.
  process.stderr.on('error', () => undefined)
  return {
    clock: systemClock,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    errIsTerminal: process.stderr.isTTY,
    errColumns: () => process.stderr.columns,
    errRows: () => process.stderr.rows,
    outColumns: () => process.stdout.columns,
    cores: availableParallelism(),
    variables: { ...process.env },
    signal: controller.signal,
    again: again.signal,
    hold: (work) => {
      held.add(work)
      return work.finally(() => held.delete(work))
    },
  }
}
