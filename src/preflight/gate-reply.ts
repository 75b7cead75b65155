import { outcomeNames } from '../core/codes.ts'
import { GateWord, type GateAnswer } from '../engine/client/gate-calls.ts'
import type { GateReply } from './observation.ts'

/** What a gate answered, as a code. */
export function gateReplyOf({ word, outcome, fields }: GateAnswer): GateReply {
  switch (word) {
    case GateWord.pass:
      return { code: 'LetIn' }
    case GateWord.free:
      return { code: 'LetInWithoutKey' }
    case GateWord.wait:
      return { code: 'Waiting', ahead: fields.nwait ?? 0 }
    case GateWord.notStarted:
      return { code: 'NotStarted' }
    case GateWord.expired:
      return { code: 'KeyExpired' }
    case GateWord.refused:
      return { code: 'Refused' }
    default:
      return { code: 'NoAnswer', outcome: outcomeNames[outcome] ?? null }
  }
}
