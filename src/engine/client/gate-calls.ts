import { Outcome } from '../../core/codes.ts'
import { msToSec, secToMs } from '../../core/units.ts'
import type { Scenario } from '../../scenario/schema/schema.ts'
import {
  formatQuery,
  netfunnelPath,
  Opcode,
  parseReply,
  type ReplyFields,
} from '../../waitingroom/netfunnel.ts'
import type { Outgoing, Reply } from './transport.ts'

/** A client's call times out after 3 s and is made once more (netfunnel). */
export const gateTimeoutMs = 3000

/** What a client that fails open writes into its own cookie. */
export const failOpenKey = 'connection_timeout'

/** What the gate's answer means for its visitor. */
export const GateWord = {
  pass: 0,
  wait: 1,
  /** There is no waiting room: go on without a key. */
  free: 2,
  /** Not started, or switched off: no ticket. */
  notStarted: 3,
  /** The key is not known any more. */
  expired: 4,
  /** Blocked, or an error: nothing that waiting would mend. */
  refused: 5,
  /** No answer at all, or one that is none of the protocol's: `outcome` says which. */
  failed: 6,
} as const

export interface GateAnswer {
  /** One of `GateWord`. */
  word: number
  /** `Outcome` code of the call. */
  outcome: number
  fields: ReplyFields
}

const noFields: ReplyFields = {}

/**
 * The calls of a NetFUNNEL client, in the form of native ones (a bare reply, no script). It stays
 * with the host it was pointed at: `ip` and `port` of a reply would send load to an address that
 * nobody has agreed to.
 */
export class GateCalls {
  /** First contact: always the same bytes. */
  readonly enter: Outgoing
  private readonly path: string

  constructor(basePath: string, asked: Pick<Scenario['waitingRoom'], 'sid' | 'aid'>) {
    const { sid = 'service_1', aid = 'act_1' } = asked
    this.path = `${basePath}${netfunnelPath}?`
    this.enter = this.call(formatQuery(Opcode.enter, { sid, aid }))
  }

  /** `ttlSec` as the gate last gave it. */
  poll(key: string, ttlSec: number): Outgoing {
    return this.call(formatQuery(Opcode.poll, { key, ttl: msToSec(Math.round(secToMs(ttlSec))) }))
  }

  complete(key: string): Outgoing {
    return this.call(formatQuery(Opcode.complete, { key }))
  }

  private call(query: string): Outgoing {
    return { method: 'GET', path: this.path + query, headers: '', body: '' }
  }
}

/** Reads the gate's answer into `into`, which is used again for each. */
export function readGateAnswer(reply: Reply, into: GateAnswer): void {
  into.fields = noFields
  into.outcome = reply.outcome
  into.word = GateWord.failed
  if (reply.outcome !== Outcome.ok) return
  const parsed = reply.status === 200 ? parseReply(reply.body) : null
  if (parsed === null) {
    into.outcome = Outcome.malformed
    return
  }
  into.fields = parsed.fields
  into.word = wordOf(parsed.code)
  const isKeyless = parsed.fields.key === undefined || parsed.fields.key === ''
  if (!isKeyless) return
  if (parsed.code === EXPRESS) into.word = GateWord.free
  else if (into.word === GateWord.pass || into.word === GateWord.wait) {
    into.outcome = Outcome.malformed
    into.word = GateWord.failed
  }
}

/** Goes on without having waited, with or without a key. */
const EXPRESS = 303

function wordOf(code: number): number {
  switch (code) {
    case 200:
    case EXPRESS:
      return GateWord.pass
    case 201:
    case 202:
      return GateWord.wait
    case 300:
      return GateWord.free
    case 508:
      return GateWord.expired
    case 510:
      return GateWord.notStarted
    default:
      return GateWord.refused
  }
}
