import { formats } from '../report/format.ts'
import type { SweepRow } from '../report/sweep.ts'

/** A candidate carries the load while fewer than this share of visitors and of requests fail. */
export const carriesBelowErrorShare = 0.01

export function carries(row: Pick<SweepRow, 'errorShare' | 'requestErrorShare'>): boolean {
  const { errorShare, requestErrorShare } = row
  if (errorShare === null || requestErrorShare === null) return false
  return errorShare < carriesBelowErrorShare && requestErrorShare < carriesBelowErrorShare
}

function answerOfGate(gate: string, rows: readonly SweepRow[]): string {
  const sorted = rows.toSorted((a, b) => a.instances - b.instances)
  const most = sorted.at(-1)
  if (most === undefined) return ''
  const enough = sorted.find((row) => row.ok)
  if (enough === undefined) {
    const failing = `${formats.share(most.requestErrorShare)} of requests fail`
    return `with a ${gate} gate not even ${most.instances} do (${failing})`
  }
  const booked = `${formats.compact(enough.booked)} people booked`
  // Errors are what servers can cure; the queue that the gate keeps is what they cannot.
  const left = Math.round(most.waitingAtEnd)
  const waiting = left === 0 ? 'nobody' : formats.compact(left)
  const still = left === 0 ? '' : ' still'
  if (enough === most)
    return `with a ${gate} gate ${most.instances} do (${booked}, ${waiting}${still} waiting)`
  const more = `${most.instances} would book ${formats.compact(most.booked)} and${still} leave ${waiting} waiting`
  return `with a ${gate} gate ${enough.instances} do (${booked}; ${more})`
}

/**
 * The answer to "how many?" in one line, from a sweep: for each gate the fewest instances that
 * carry the window, and how many people even the most would leave waiting at its end. `window` is
 * in words: `the first hour`.
 */
export function answerText(rows: readonly SweepRow[], window: string): string {
  const gates = [...new Set(rows.map((row) => row.gate))]
  const answers = gates.map((gate) =>
    answerOfGate(
      gate,
      rows.filter((row) => row.gate === gate),
    ),
  )
  const limit = formats.share(carriesBelowErrorShare)
  return `How many instances carry ${window} with under ${limit} errors? ${answers.join('; ')}.`.replace(
    '? w',
    '? W',
  )
}
