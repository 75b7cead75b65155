import type { ErrorKind } from '../core/errors.ts'

/** The one place of exit codes. */
export const ExitCode = {
  done: 0,
  /** A gate or SLO failed: `gate`, `preflight`, or a run with `--gate`. */
  gateFailed: 1,
  /** Bad usage or bad scenario; every fault is listed with its path. */
  usage: 2,
  /** The run is invalid: its figures must not be used. */
  invalid: 3,
  /** Engine, target or disk failure. */
  failure: 4,
  /** What was recorded is written first, marked invalid. */
  interrupted: 130,
} as const
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]

const byKind: Readonly<Record<ErrorKind, ExitCode>> = {
  usage: ExitCode.usage,
  scenario: ExitCode.usage,
  invalid: ExitCode.invalid,
  engine: ExitCode.failure,
  disk: ExitCode.failure,
  interrupted: ExitCode.interrupted,
}

export function exitCodeOf(kind: ErrorKind): ExitCode {
  return byKind[kind]
}

/** Where several apply, the first of these wins. */
const precedence: readonly ExitCode[] = [
  ExitCode.interrupted,
  ExitCode.failure,
  ExitCode.invalid,
  ExitCode.usage,
  ExitCode.gateFailed,
]

export function exitCodeOfAll(codes: readonly ExitCode[]): ExitCode {
  return precedence.find((code) => codes.includes(code)) ?? ExitCode.done
}
