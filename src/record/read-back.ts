import { assert } from '../core/assert.ts'
import { DambreakError, type Fault } from '../core/errors.ts'

/**
 * The text of a record that is about to be written, once the record's own reader has taken it: what
 * one command writes, another one must be able to read.
 *
 * @param read gives the faults of the parsed text, or throws a DambreakError with them
 * @throws DambreakError 'engine' with every fault. Of a record that dambreak made it is a bug; of one
 * that was read from a file, somebody changed the file.
 */
export function readBack(
  name: string,
  text: string,
  read: (value: unknown, name: string) => readonly Fault[],
): string {
  const faults = faultsOf(() => read(JSON.parse(text), name))
  if (faults.length === 0) return text
  throw new DambreakError(
    'engine',
    `${name} would contradict itself and is not written: a bug of dambreak, unless the record was changed by hand`,
    faults,
  )
}

function faultsOf(read: () => readonly Fault[]): readonly Fault[] {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof DambreakError)) throw error
    return error.faults.length > 0 ? error.faults : [{ path: '', message: error.message }]
  }
}

/** JSON of a result that no command reads again: every number is finite, or it would become `null`. */
export function resultText(value: unknown, indent: number): string {
  const text = JSON.stringify(
    value,
    (key, member: unknown) => {
      const isFinite = typeof member !== 'number' || Number.isFinite(member)
      assert(isFinite, `a result holds finite numbers only, not so ${key}`)
      return member
    },
    indent,
  )
  return `${text}\n`
}
