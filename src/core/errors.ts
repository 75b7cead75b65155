/**
 * What can go wrong in the world, as opposed to in our code (see `assert.ts`). The command line
 * maps `kind` to an exit code in one place, `src/cli/exit.ts`.
 */
export type ErrorKind = 'usage' | 'scenario' | 'invalid' | 'engine' | 'disk' | 'interrupted'

/** One fault of an input: the path to the field (`arrivals[2].share`, or '') and plain words. */
export interface Fault {
  readonly path: string
  readonly message: string
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

/** `path: message`, or the message alone where the fault has no path. */
export function faultText(fault: Fault): string {
  return fault.path === '' ? fault.message : `${fault.path}: ${fault.message}`
}
