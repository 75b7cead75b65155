import { outcomeNames } from '../core/codes.ts'
import { Answer } from '../workload/behaviour.ts'

const words: ReadonlyMap<number, string> = new Map([
  [Answer.ok, 'a good answer'],
  [Answer.refused, 'the connection is refused'],
  [Answer.reset, 'the connection was cut'],
  [Answer.connectTimeout, 'no connection in time'],
  [Answer.timeout, 'no answer in time'],
  [Answer.soldOut, 'told that all is sold out'],
  [Answer.alreadyBooked, 'refused as already booked'],
  [Answer.ineligible, 'refused as ineligible'],
  [Answer.notOpen, 'told that it is not open yet'],
  [Answer.closed, 'told that service is off'],
])

/** What an answer means, in words. */
export function answerNameOf({
  answer,
  status,
}: {
  readonly answer: number
  readonly status: number
}): string {
  if (answer === Answer.malformed) {
    return `an answer that the scenario does not describe (HTTP ${status})`
  }
  const known = words.get(answer)
  if (known !== undefined) return known
  return status > 0 ? `HTTP ${status}` : (outcomeNames[answer] ?? 'no answer')
}
