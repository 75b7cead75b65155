import { inputKind, type CsvTable, type UnknownInput } from '../input-kind.ts'
import type { DetectedLog, DetectionOptions } from '../log-detection.ts'
import type { LineRead } from '../log-entry.ts'
import { noFields, type GivenFields } from '../log-field.ts'

export const optionsOf = (given: GivenFields = noFields): DetectionOptions => ({
  context: { zone: 'Z', clockMs: null },
  given,
})

const kindOf = (lines: readonly string[], given?: GivenFields) =>
  inputKind(`${lines.join('\n')}\n`, true, optionsOf(given))

/** The log that lines are of; throws where they are none. */
export function logOf(lines: readonly string[], given?: GivenFields): DetectedLog {
  const kind = kindOf(lines, given)
  if (kind.kind !== 'log') throw new Error(`no log: ${JSON.stringify(kind)}`)
  return kind.log
}

/** What the last of the lines says, read as a log of its own format. */
export function readLine(...lines: string[]): LineRead {
  return logOf(lines).read(lines.at(-1) ?? '')
}

export function tableOf(lines: readonly string[], given?: GivenFields): CsvTable {
  const kind = kindOf(lines, given)
  if (kind.kind !== 'csv') throw new Error(`no table: ${JSON.stringify(kind)}`)
  return kind.table
}

/** Why lines are not read; throws where they are. */
export function refusalOf(lines: readonly string[], given?: GivenFields): UnknownInput {
  const kind = kindOf(lines, given)
  if (kind.kind !== 'unknown') throw new Error(`read as ${kind.kind}`)
  return kind.reason
}
