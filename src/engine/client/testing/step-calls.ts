import { Outcome } from '../../../core/codes.ts'
import type { Scenario } from '../../../scenario/schema/schema.ts'
import { Answer } from '../../../workload/behaviour.ts'
import type { JourneyCalls } from '../journey-calls.ts'
import type { Kept } from '../kept.ts'
import { Want } from '../transport.ts'

/** Calls for a far side of the test's own: `/step/<n>`, answered by an `Answer` code as text. */
export function stepCalls(
  { journey }: Pick<Scenario, 'journey'>,
  onKept: (kept: Kept) => void = () => undefined,
): JourneyCalls {
  const outgoing = journey.map((_, i) => ({
    method: 'GET',
    path: `/step/${i}`,
    headers: '',
    body: '',
  }))
  return {
    keepsNothing: true,
    outgoing(index, _caller, kept) {
      onKept(kept)
      return outgoing[index]!
    },
    want: () => Want.body,
    read(_index, reply) {
      const answer = reply.outcome === Outcome.ok ? Number(reply.body) : reply.outcome
      // Words of refusal are good answers; codes of outcomes are what they say.
      const outcome = answer > Outcome.dropped ? Outcome.ok : answer
      return {
        answer: answer === Outcome.ok ? Answer.ok : answer,
        outcome,
        next: null,
        keptChanged: false,
        fault: answer === Outcome.malformed ? 'NotAsExpected' : null,
        faultOf: '',
        droppedCookies: 0,
      }
    },
  }
}
