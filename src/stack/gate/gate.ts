import type { Clock } from '../../core/clock.ts'
import { secToMs } from '../../core/units.ts'
import {
  formatReply,
  Opcode,
  parseRequest,
  ReplyCode,
  type NetfunnelRequest,
  type ReplyFields,
} from '../../waitingroom/netfunnel.ts'
import { pollIntervalSec, type PollPlan } from '../../waitingroom/polling.ts'
import type { ControlMessage, GateState, StackConfig, StackEvent } from '../contract.ts'
import { GateAudit } from './audit.ts'
import { Keys } from './keys.ts'
import { Stage, Tickets } from './tickets.ts'
import { TurnCaller } from './turns.ts'

/** A place inside is held so long without a sign of life. */
const insideMs = 300_000
/** How long before the opening the gate lets in with the fault `early-gate`. */
const earlyGateSec = 30

export interface GateOptions {
  readonly config: StackConfig
  readonly clock: Clock
  /** Where later calls go; `null`: where the first one went. */
  readonly node: { readonly ip: string; readonly port: number } | null
  /** Tickets that can be issued in all. */
  readonly ticketLimit?: number
}

export interface GateReply {
  readonly code: ReplyCode
  readonly text: string
  readonly isScript: boolean
}

/** What a call comes to, before it is encoded as a reply. */
interface Outcome {
  readonly code: ReplyCode
  readonly fields: ReplyFields
}

/** A ticket and the key that its holder has. */
interface Holder {
  readonly n: number
  readonly key: string
}

/** Where a ticket stands, and when it is to ask again. */
interface Place {
  readonly nwait: number
  readonly ttlSec: number
}

const atTheFront: Place = { nwait: 0, ttlSec: 0 }

const refusals = {
  systemError: { code: ReplyCode.systemError, fields: {} },
  alreadyComplete: { code: ReplyCode.alreadyComplete, fields: {} },
  keyExpired: { code: ReplyCode.keyExpired, fields: {} },
  badParameter: { code: ReplyCode.badParameter, fields: {} },
  notStarted: { code: ReplyCode.notStarted, fields: {} },
} satisfies Record<string, Outcome>

/** The waiting room: tickets, turns, and the calls of the protocol. */
export class Gate {
  private readonly clock: Clock
  private readonly hasLine: boolean
  private readonly keys: Keys
  private readonly tickets: Tickets
  private readonly audit: GateAudit
  private readonly turns: TurnCaller
  /** Called by an operator's order: let in whether or not turns run, and no finding of the gate's. */
  private readonly onTrial = new Set<number>()
  private readonly plan: PollPlan
  private readonly lapseMs: number
  private readonly earlyMs: number
  private readonly node: Pick<ReplyFields, 'ip' | 'port'>
  /** When the gate lets in from: when it thinks that it was told to. */
  private letsInAtEpochMs: number
  private isOpen = false
  private halted = false
  private polls = 0
  private admitted = 0
  private advancedMs: number
  /** Epoch time less monotonic time, and when that was found. */
  private epochAheadMs = 0
  private epochReadMs = -Infinity

  constructor({ config, clock, node, ticketLimit }: GateOptions) {
    const { waitingRoom, stack } = config.scenario
    this.clock = clock
    this.node = node ?? { ip: undefined, port: undefined }
    this.hasLine = waitingRoom.protocol !== 'none'
    this.advancedMs = clock.monotonicMs()
    this.keys = new Keys(config.secret, clock.epochMs())
    this.tickets = new Tickets(this.advancedMs, ticketLimit)
    this.audit = new GateAudit(this.tickets, clock, config.opensAtEpochMs)
    this.turns = new TurnCaller({
      tickets: this.tickets,
      audit: this.audit,
      admission: waitingRoom.admission,
      instances: stack.instances,
      isOutOfOrder: config.fault === 'order',
    })
    this.plan = {
      frontSec: waitingRoom.pollSec.front,
      backSec: waitingRoom.pollSec.back,
      maxTtlSec: waitingRoom.maxTtlSec,
      capacityPerSec: waitingRoom.pollCapacityPerSec ?? Infinity,
    }
    this.lapseMs = secToMs(waitingRoom.lapseSec)
    this.earlyMs = config.fault === 'early-gate' ? secToMs(earlyGateSec) : 0
    this.letsInAtEpochMs = config.opensAtEpochMs - this.earlyMs
  }

  /** Answers a call; `query` without its `?`. Whatever it holds, there is a reply. */
  handle(query: string): GateReply {
    const nowMs = this.advance()
    const request = parseRequest(query)
    const { code, fields } = this.perform(request, nowMs)
    // The reply to a first contact is typed as that to a poll; so is that to who knows what.
    const { opcode } = request
    const type = opcode === null || opcode === Opcode.enter ? Opcode.poll : opcode
    const text = formatReply({ type, code, fields }, request.prefix)
    return { code, text, isScript: request.prefix !== null }
  }

  /** Was this key let in, and has it neither completed nor lapsed since? A sign of life, if so. */
  verify(key: string): boolean {
    const nowMs = this.advance()
    const n = this.ticketOf(key)
    if (typeof n !== 'number' || this.tickets.stage(n) !== Stage.inside) return false
    this.tickets.renew(n, nowMs + insideMs)
    return true
  }

  /**
   * An instance let this key in unverified. Of the keys of a gate that died nobody knows whether
   * they were let in, so they do not count.
   */
  auditKey(key: string, person: string): void {
    this.advance()
    const reading = this.keys.read(key)
    if (reading.kind === 'forged') this.audit.intruder(`${key} ${person}`)
    else if (reading.kind === 'ticket' && reading.number < this.tickets.issued) {
      this.audit.seen(reading.number)
    }
  }

  /** People do something to the stack; what does not concern the gate is passed over. */
  control(message: ControlMessage): void {
    const nowMs = this.advance()
    if (message.kind === 'event') this.performEvent(message.event, nowMs)
    else if (message.kind === 'instances') this.turns.setInstances(message.count, nowMs)
    else if (message.kind === 'trial') this.trial(message.keys)
    else if (message.kind === 'open') {
      this.audit.opensAtEpochMs = message.opensAtEpochMs
      this.letsInAtEpochMs = message.opensAtEpochMs - this.earlyMs
    }
    this.advance()
  }

  state(): GateState {
    const nowMs = this.advance()
    const { tickets, turns } = this
    return {
      waiting: tickets.waiting + tickets.called,
      inside: tickets.inside,
      issued: tickets.issued,
      called: turns.called,
      admitted: this.admitted,
      lapsed: tickets.lapsed,
      completed: tickets.completed,
      polls: this.polls,
      ratePerSec: turns.shownPerSec(nowMs),
      open: this.isOpen,
      halted: this.halted,
      findings: { ...this.audit.findings },
    }
  }

  /** Makes up for the time since the last call; gives the time now, monotonic ms. */
  private advance(): number {
    const nowMs = this.clock.monotonicMs()
    // One clock a call: the other is looked at once a second, should somebody set it.
    if (nowMs - this.epochReadMs >= 1000) {
      this.epochReadMs = nowMs
      this.epochAheadMs = this.clock.epochMs() - nowMs
    }
    const openForMs = nowMs + this.epochAheadMs - this.letsInAtEpochMs
    this.isOpen = openForMs >= 0
    const runs = this.isOpen && !this.halted
    if (runs && !this.turns.isRunning) {
      // Turns begin when they should, not when the first call after that comes.
      this.turns.start(Math.max(this.advancedMs, nowMs - openForMs))
    } else if (!runs) this.turns.isRunning = false
    this.turns.advance(nowMs)
    this.advancedMs = nowMs
    return nowMs
  }

  private performEvent(event: StackEvent, nowMs: number): void {
    switch (event.kind) {
      case 'halt':
        this.halted = true
        if (event.tickets === 'void') this.tickets.voidAll()
        return
      case 'resume':
        this.halted = false
        return
      case 'admission':
        this.turns.setAdmission(event.admission, nowMs)
        return
      case 'open-early':
        this.letsInAtEpochMs = Math.min(this.letsInAtEpochMs, this.clock.epochMs())
        return
      default:
    }
  }

  private trial(keys: readonly string[]): void {
    const { tickets } = this
    const numbers = keys.flatMap((key) => {
      const n = this.ticketOf(key)
      return typeof n === 'number' && tickets.stage(n) === Stage.waiting ? [n] : []
    })
    const n = this.turns.callOf([...new Set(numbers)].toSorted((a, b) => a - b))
    if (n >= 0) this.onTrial.add(n)
  }

  private perform(request: NetfunnelRequest, nowMs: number): Outcome {
    const { opcode, key, isMalformed, hasService } = request
    if (opcode === null || isMalformed) return refusals.badParameter
    if (opcode === Opcode.enter || opcode === Opcode.ticket) {
      return hasService ? this.enter(opcode, nowMs) : refusals.badParameter
    }
    if (opcode === Opcode.poll) this.polls++
    if (key === null) return refusals.badParameter
    const n = this.ticketOf(key)
    if (typeof n !== 'number') return n
    switch (this.tickets.stage(n)) {
      case Stage.lapsed:
        return refusals.keyExpired
      case Stage.completed:
        return refusals.alreadyComplete
      default:
    }
    if (opcode === Opcode.complete) return this.complete(n, nowMs)
    return opcode === Opcode.poll ? this.poll({ n, key }, nowMs) : this.alive({ n, key }, nowMs)
  }

  private ticketOf(key: string): number | Outcome {
    const reading = this.keys.read(key)
    if (reading.kind === 'forged') return refusals.badParameter
    const isOurs = reading.kind === 'ticket' && reading.number < this.tickets.issued
    return isOurs ? reading.number : refusals.keyExpired
  }

  /** First contact: a ticket, and (5101) the way in at once if its turn comes with it. */
  private enter(opcode: Opcode, nowMs: number): Outcome {
    if (!this.hasLine) return { code: ReplyCode.bypass, fields: {} }
    if (this.halted) return refusals.notStarted
    const { tickets, turns } = this
    const ttlSec = this.ttlSec(tickets.waiting)
    turns.joining(nowMs)
    const n = tickets.issue(nowMs + secToMs(ttlSec) + this.lapseMs)
    if (n < 0) return refusals.systemError
    turns.advance(nowMs)
    const holder = { n, key: this.keys.make(n) }
    const isCalled = tickets.stage(n) === Stage.called
    if (isCalled && opcode === Opcode.enter) return this.admit(holder, nowMs)
    return this.wait(holder, { nwait: this.aheadOf(n), ttlSec }, nowMs)
  }

  private poll({ n, key }: Holder, nowMs: number): Outcome {
    const { tickets, turns } = this
    const stage = tickets.stage(n)
    // The reply that let it in may have been lost: it is told again.
    if (stage === Stage.inside) return this.pass({ n, key }, nowMs)
    const isIn = turns.isRunning || (this.onTrial.has(n) && !this.halted)
    if (stage === Stage.called && isIn) return this.admit({ n, key }, nowMs)
    const nwait = this.aheadOf(n)
    const ttlSec = this.ttlSec(nwait)
    tickets.renew(n, nowMs + secToMs(ttlSec) + this.lapseMs)
    return this.wait({ n, key }, { nwait, ttlSec }, nowMs)
  }

  /** An alive notice keeps a place inside; whoever waits keeps its own by polling. */
  private alive({ n, key }: Holder, nowMs: number): Outcome {
    if (this.tickets.stage(n) !== Stage.inside) {
      const nwait = this.aheadOf(n)
      return this.wait({ n, key }, { nwait, ttlSec: this.ttlSec(nwait) }, nowMs)
    }
    this.tickets.renew(n, nowMs + insideMs)
    return this.pass({ n, key }, nowMs)
  }

  private complete(n: number, nowMs: number): Outcome {
    this.tickets.complete(n)
    this.turns.advance(nowMs)
    return { code: ReplyCode.pass, fields: {} }
  }

  private admit(holder: Holder, nowMs: number): Outcome {
    this.audit.turn(holder.n)
    if (!this.onTrial.delete(holder.n)) this.audit.admitted()
    this.tickets.admit(holder.n, nowMs + insideMs)
    this.admitted++
    return this.pass(holder, nowMs)
  }

  private pass(holder: Holder, nowMs: number): Outcome {
    return { code: ReplyCode.pass, fields: this.fields(holder, atTheFront, nowMs) }
  }

  private wait(holder: Holder, place: Place, nowMs: number): Outcome {
    return { code: ReplyCode.wait, fields: this.fields(holder, place, nowMs) }
  }

  private fields({ n, key }: Holder, { nwait, ttlSec }: Place, nowMs: number): ReplyFields {
    const { tickets } = this
    const isInLine = tickets.stage(n) === Stage.waiting
    const nnext = tickets.waiting - nwait - (isInLine ? 1 : 0)
    const tps = this.turns.shownPerSec(nowMs)
    const { ip, port } = this.node
    return { key, nwait, nnext, tps, ttl: ttlSec, ip, port }
  }

  private aheadOf(n: number): number {
    const { tickets } = this
    return tickets.stage(n) === Stage.waiting ? tickets.ahead(n) : 0
  }

  private ttlSec(ahead: number): number {
    const { tickets, turns } = this
    const waiting = tickets.waiting + tickets.called
    return pollIntervalSec(this.plan, { ahead, waiting, ratePerSec: turns.ratePerSec })
  }
}
