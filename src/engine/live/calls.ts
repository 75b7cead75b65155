import { Outcome } from '../../core/codes.ts'
import { requestOf } from '../../scenario/request.ts'
import type { Scenario } from '../../scenario/schema.ts'
import { Answer } from '../../workload/behaviour.ts'
import type { Population } from '../../workload/population.ts'
import type { JourneyCalls } from './journey-calls.ts'
import type { Target } from './transport.ts'
export interface CallContext {
  seed: number
  runCode: string
  target: Target
  secrets: Record<string, string>
}
export function createJourneyCalls(s: Scenario, p: Population, c: CallContext): JourneyCalls {
  return {
    keepsNothing: true,
    outgoing(i, who, kept) {
      const r = requestOf(s.journey[i]!)
      const birthYear = who.person < p.eligibleCame ? s.population.birthYears.from : 1900
      return {
        method: r.method,
        path: r.path,
        headers: `content-type: application/json\r\ncookie: NetFunnel_ID=5002:200:key=${kept.key}\r\n`,
        body:
          r.method === 'GET'
            ? ''
            : JSON.stringify({ person: `${c.runCode}-${who.person}`, birthYear }),
      }
    },
    want: () => 2,
    read(_i, reply) {
      if (reply.outcome !== Outcome.ok)
        return { answer: reply.outcome, outcome: reply.outcome, next: null, keptChanged: false }
      let st = 'ok'
      try {
        st = String((JSON.parse(reply.body) as Record<string, unknown>)['status'])
      } catch {}
      const answer =
        st === 'soldOut'
          ? Answer.soldOut
          : st === 'alreadyBooked'
            ? Answer.alreadyBooked
            : st === 'ineligible'
              ? Answer.ineligible
              : Answer.ok
      return { answer, outcome: Outcome.ok, next: null, keptChanged: false }
    },
  }
}
