import { formats } from './format.ts'
import type { SweepRow } from './sweep.ts'

/** A candidate carries the load while fewer than this share of visitors and of requests fail. */
const carriesBelowErrorShare = 0.01

export function carries(row: Pick<SweepRow, 'errorShare' | 'requestErrorShare'>): boolean {
  const { errorShare, requestErrorShare } = row
  if (errorShare === null || requestErrorShare === null) return false
  return errorShare < carriesBelowErrorShare && requestErrorShare < carriesBelowErrorShare
}

/** What keeps a candidate from carrying the load: of requests, of tickets, or of both. */
function failureText({ errorShare, requestErrorShare }: SweepRow): string {
  if (errorShare === null) return 'nobody came'
  if (requestErrorShare === null) return 'nobody got as far as a request'
  const failing = (share: number, of: string) =>
    share < carriesBelowErrorShare ? [] : [`${formats.share(share)} of ${of}`]
  const parts = [...failing(requestErrorShare, 'requests'), ...failing(errorShare, 'tickets')]
  return `${parts.join(' and ')} fail`
}

const does = (instances: number) => `${instances} ${instances === 1 ? 'does' : 'do'}`

/** `4, 6 and 8` */
function listText(values: readonly number[]): string {
  return values.length < 2
    ? values.join('')
    : `${values.slice(0, -1).join(', ')} and ${values.at(-1)}`
}

const peopleText = (count: number) =>
  `${formats.compact(count)} ${count === 1 ? 'person' : 'people'}`

/** Errors are what servers can cure; the queue that the gate keeps is what they cannot. */
function leftText({ waitingAtEnd }: SweepRow): { still: string; waiting: string } {
  const left = Math.round(waitingAtEnd)
  return left === 0
    ? { still: '', waiting: 'nobody' }
    : { still: ' still', waiting: formats.compact(left) }
}

function answerOfGate(gate: string, rows: readonly SweepRow[]): string {
  const sorted = rows.toSorted((a, b) => a.instances - b.instances)
  const enough = sorted.find((row) => row.ok)
  const most = sorted.at(-1)
  if (most === undefined) return ''
  if (enough === undefined) {
    const none =
      sorted.length === 1 ? `${does(most.instances)} not` : `not even ${does(most.instances)}`
    return `with a ${gate} gate ${none} (${failureText(most)})`
  }
  // Fewer than the fewest tried may do as well: nobody has looked.
  const fewest = enough === sorted[0] && enough.instances > 1 ? ', the fewest tried' : ''
  const above = sorted.filter((row) => row.instances > enough.instances)
  const failing = above.filter((row) => !row.ok)
  const worst = failing.at(-1)
  const but =
    worst === undefined
      ? ''
      : `, but not ${listText(failing.map(({ instances }) => instances))} (${failureText(worst)})`
  const more = above.findLast((row) => row.ok)
  const { still, waiting } = leftText(more ?? enough)
  const figures =
    more === undefined
      ? `${peopleText(enough.booked)} booked, ${waiting}${still} waiting`
      : `${peopleText(enough.booked)} booked; ${more.instances} would book ${formats.compact(more.booked)} and${still} leave ${waiting} waiting`
  return `with a ${gate} gate ${does(enough.instances)}${fewest} (${figures})${but}`
}

/**
 * The answer to "how many?" in one line, from a sweep: for each gate the fewest instances that
 * carry the window, and how many people even the most would leave waiting at its end. `window` is
 * as text: `the first hour`.
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
