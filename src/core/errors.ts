/**
 * What can go wrong in the world, as opposed to in our code (see `assert.ts`). The command line
 * maps `kind` to an exit code in one place, `src/cli/exit.ts`.
 */
export type ErrorKind = 'usage' | 'scenario' | 'invalid' | 'engine' | 'disk' | 'interrupted'

/** One fault of an input: the path to the field (`arrivals[2].share`, or '') and a sentence. */
export interface Fault {
  readonly path: string
  readonly message: string
  /** The file in which it stands, where that is known. */
  readonly file?: string
  /** The line of that file, from 1. */
  readonly line?: number
}

/** An error whose message may be shown to a user as it is, without a stack. */
export class DambreakError extends Error {
  readonly kind: ErrorKind
  readonly faults: readonly Fault[]

  constructor(kind: ErrorKind, message: string, faults: readonly Fault[] = [], cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'DambreakError'
    this.kind = kind
    this.faults = faults
  }
}

/** `file:line: path: message`, without what is not known. */
export function faultText({ file, line, path, message }: Fault): string {
  const place = line === undefined ? file : `${file ?? ''}:${line}`
  return [place, path, message].filter((part) => part !== undefined && part !== '').join(': ')
}
