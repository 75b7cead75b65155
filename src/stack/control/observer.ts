import type { Clock } from '../../core/clock.ts'
import { findingNames, type FindingName } from '../../core/codes.ts'
import type {
  BalancerState,
  FaultName,
  GateState,
  InstanceState,
  LedgerAudit,
  LedgerState,
  StackConfig,
} from '../contract.ts'
import type { Member } from './member.ts'
import type { Snapshot } from './metrics.ts'
import type { Supervisor } from './supervisor.ts'

/** A part that is busy for longer than this shows as not there. */
const stateMs = 2_000
/** So long a state is told again: whoever asks often must not make the parts count for it. */
const freshMs = 500
/** An audit counts over whole tables. */
const auditMs = 60_000

export interface StackFindings {
  /**
   * `null` where the part that knows does not answer; the gate's also once it has been started
   * again, for it counts in memory: what it had found before is not known.
   */
  readonly findings: Record<FindingName, number | null>
  readonly booked: number | null
  readonly oversold: number | null
}

export interface ObserverParts {
  readonly supervisor: Supervisor
  readonly config: StackConfig
  readonly clock: Clock
  /** `null` while it does not listen. */
  readonly balancer: () => BalancerState | null
}

/** What a process was asked last, and what came of it. */
interface Asked {
  readonly atMs: number
  readonly answer: Promise<unknown>
  isUnderWay: boolean
}

/** Asks the processes of the stack how they are, and puts it together. */
export class Observer {
  private readonly supervisor: Supervisor
  private readonly config: StackConfig
  private readonly clock: Clock
  private readonly balancer: () => BalancerState | null
  private readonly asked = new WeakMap<Member, Asked>()

  constructor({ supervisor, config, clock, balancer }: ObserverParts) {
    this.supervisor = supervisor
    this.config = config
    this.clock = clock
    this.balancer = balancer
  }

  /** Of processes that are there now; what they say of themselves is at most `freshMs` old. */
  async snapshot(): Promise<Snapshot> {
    const { gate, ledger, instanceTarget, restarts } = this.supervisor
    const [gateState, ledgerState, ...instances] = await Promise.all([
      this.stateOf<GateState>(gate),
      this.stateOf<LedgerState>(ledger),
      ...this.supervisor.live().map(async ({ index, member }) => ({
        index,
        state: await this.stateOf<InstanceState>(member),
      })),
    ])
    return {
      balancer: this.balancer(),
      gate: gateState,
      ledger: ledgerState,
      instances,
      instanceTarget,
      restarts,
    }
  }

  /** Everything an operator may want to see; nothing in it is secret. */
  async state(): Promise<unknown> {
    const snapshot = await this.snapshot()
    const { opensAtEpochMs, halted, bypassClosed, admission, eligibility } = this.supervisor.orders
    const { scenario, failOpen, fault } = this.config
    return {
      scenario: scenario.name,
      nowEpochMs: this.clock.epochMs(),
      opensAtEpochMs,
      halted,
      failOpen: failOpen && !bypassClosed,
      admission: admission ?? scenario.waitingRoom.admission,
      eligibility,
      fault: fault satisfies FaultName | null,
      processes: this.supervisor.processes(),
      ...snapshot,
    }
  }

  /** What went wrong, counted from what happened; never from a state that was told before. */
  async findings(): Promise<StackFindings> {
    const [gate, audit] = await Promise.all([
      answerOf<GateState>(this.supervisor.gate, { what: 'state' }, stateMs),
      answerOf<LedgerAudit>(this.supervisor.ledger, { what: 'audit' }, auditMs),
    ])
    const isFirstGate = this.supervisor.restarts.gate === 0
    const known: Partial<Record<FindingName, number>> = {
      ...(isFirstGate ? gate?.findings : null),
      ...audit?.findings,
    }
    const entries = findingNames.map((name) => [name, known[name] ?? null])
    return {
      findings: Object.fromEntries(entries) as Record<FindingName, number | null>,
      booked: audit?.booked ?? null,
      oversold: audit?.oversold ?? null,
    }
  }

  /** Takes back a booking; false where there was none. Rejects where the ledger is not there. */
  async undo(person: string): Promise<boolean> {
    const { ledger } = this.supervisor
    if (ledger === null) throw new Error('the ledger is not there')
    return (await ledger.ask({ what: 'undo', person }, stateMs)) === true
  }

  /** Whether bookings can be made: gate, database and one instance at least are there. */
  async health(): Promise<{ ok: boolean; gate: boolean; ledger: boolean; instances: number }> {
    const [gate, ledger] = await Promise.all([
      this.stateOf<GateState>(this.supervisor.gate),
      this.stateOf<LedgerState>(this.supervisor.ledger),
    ])
    const instances = this.supervisor.live().length
    const parts = { gate: gate !== null, ledger: ledger?.connected === true, instances }
    return { ok: parts.gate && parts.ledger && instances > 0, ...parts }
  }

  /** Everyone who asks within a moment gets the same answer; one that failed is not kept. */
  private async stateOf<T>(member: Member | null): Promise<T | null> {
    if (member === null) return null
    const nowMs = this.clock.monotonicMs()
    let asked = this.asked.get(member)
    if (asked === undefined || (!asked.isUnderWay && nowMs - asked.atMs >= freshMs)) {
      asked = { atMs: nowMs, answer: member.ask({ what: 'state' }, stateMs), isUnderWay: true }
      this.asked.set(member, asked)
    }
    try {
      return (await asked.answer) as T
    } catch {
      if (this.asked.get(member) === asked) this.asked.delete(member)
      return null
    } finally {
      asked.isUnderWay = false
    }
  }
}

/** The shape of an answer goes with the role: both ends are this program. */
async function answerOf<T>(
  member: Member | null,
  question: Parameters<Member['ask']>[0],
  ms: number,
): Promise<T | null> {
  try {
    return member === null ? null : ((await member.ask(question, ms)) as T)
  } catch {
    return null
  }
}
