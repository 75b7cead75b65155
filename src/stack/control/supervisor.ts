import { must } from '../../core/assert.ts'
import { DambreakError } from '../../core/errors.ts'
import { secToMs } from '../../core/units.ts'
import type { ChildStart, ControlMessage, StackConfig } from '../contract.ts'
import { Member, type Spawn } from './member.ts'
import type { After } from './messages.ts'
import { Orders } from './orders.ts'

/** An instance that takes requests: its number and where it listens. */
export interface LiveInstance {
  readonly index: number
  readonly port: number
}

export interface SupervisorOptions {
  readonly config: StackConfig
  readonly instances: number
  /** Between the start of an instance and its first request, except at the start of the stack. */
  readonly bootSec: number
  readonly databaseUrl: string | null
  readonly dataDir: string | null
  readonly spawn: Spawn
  readonly after: After
  /**
   * Called when the set of serving instances changes, for the balancer. Resolves once the removed
   * instances have answered their requests.
   */
  readonly onInstances: (live: readonly LiveInstance[]) => Promise<void>
  /** One line for the operator: what ended, what is started again. */
  readonly tell: (line: string) => void
}

/** A process that must always be there: gate and ledger. */
interface Keeper {
  member: Member
  port: number
  isReady: boolean
  restarts: number
}

interface Instance {
  readonly index: number
  member: Member
  /** `null` until it listens. */
  port: number | null
  hasBooted: boolean
}

type Status = 'ready' | 'starting'

export interface ProcessState {
  readonly role: ChildStart['role']
  readonly index: number | null
  readonly pid: number | undefined
  readonly port: number | null
  readonly status: Status
}

/** PGlite sets up a database at its first start, on a machine that has much else to do. */
const readyMs = 120_000
/** How long a stopped process may finish what it has. */
const stopMs = 3_000
/** A removed instance finishes its requests first; nothing is served for longer than this. */
const drainMs = 120_000
/** Pauses between attempts to start a process, growing. */
const retryMs = { first: 250, most: 5_000 }

/**
 * Keeps the processes of the stack: starts them, starts those again that end by themselves (gate and
 * ledger at once and on the same port, instances with their boot time), scales, and stops all.
 */
export class Supervisor {
  readonly orders: Orders
  private readonly options: SupervisorOptions
  private readonly instances = new Map<number, Instance>()
  /** Left the balancer, finishing what they have. */
  private readonly leaving = new Set<Member>()
  private keepers: { gate: Keeper; ledger: Keeper } | null = null
  private target: number
  private restartedInstances = 0
  private isStopping = false

  constructor(options: SupervisorOptions) {
    this.options = options
    this.target = options.instances
    this.orders = new Orders(options.config.opensAtEpochMs, options.instances)
  }

  /** Throws a DambreakError of kind `engine` with the reason where a process does not come up. */
  async start(): Promise<void> {
    const gate = this.keep('gate')
    const ledger = this.keep('ledger')
    this.keepers = { gate, ledger }
    try {
      // All of them, so that none is still on its way when the others are stopped.
      const [first, second] = await Promise.allSettled([
        this.firstPort('waiting room', gate),
        this.firstPort('ledger', ledger),
      ])
      for (const each of [first, second]) if (each.status === 'rejected') throw each.reason
      for (let index = 0; index < this.target; index++) this.launch(index, 0)
      await Promise.all([...this.instances.values()].map((each) => this.firstInstance(each)))
    } catch (error) {
      await this.stop()
      throw error
    }
  }

  get gate(): Member | null {
    return this.keepers?.gate.isReady === true ? this.keepers.gate.member : null
  }

  get ledger(): Member | null {
    return this.keepers?.ledger.isReady === true ? this.keepers.ledger.member : null
  }

  get gatePort(): number {
    return must(this.keepers, 'a stack that was started').gate.port
  }

  /** Instances wanted, including those that boot or have ended. */
  get instanceTarget(): number {
    return this.target
  }

  /** How often a process was started again because it had ended. */
  get restarts(): { gate: number; ledger: number; instances: number } {
    return {
      gate: this.keepers?.gate.restarts ?? 0,
      ledger: this.keepers?.ledger.restarts ?? 0,
      instances: this.restartedInstances,
    }
  }

  /** The instances that take requests. */
  live(): (LiveInstance & { readonly member: Member })[] {
    return [...this.instances.values()]
      .flatMap(({ index, port, hasBooted, member }) =>
        port !== null && hasBooted ? [{ index, port, member }] : [],
      )
      .toSorted((a, b) => a.index - b.index)
  }

  processes(): ProcessState[] {
    const kept = this.keepers === null ? [] : [this.keepers.gate, this.keepers.ledger]
    return [
      ...kept.map(({ member, port, isReady }) => ({
        role: member.start.role,
        index: null,
        pid: member.pid,
        port: port === 0 ? null : port,
        status: isReady ? ('ready' as const) : ('starting' as const),
      })),
      ...[...this.instances.values()].map(({ index, member, port, hasBooted }) => ({
        role: 'instance' as const,
        index,
        pid: member.pid,
        port,
        status: port !== null && hasBooted ? ('ready' as const) : ('starting' as const),
      })),
    ]
  }

  /** Sends a message to every process, and to later ones while it still applies. */
  control(message: ControlMessage): void {
    this.orders.note(message)
    const kept = this.keepers === null ? [] : [this.keepers.gate, this.keepers.ledger]
    for (const { member } of [...kept, ...this.instances.values()]) member.tell(message)
    for (const member of this.leaving) member.tell(message)
  }

  /** New instances boot and join. Removed ones leave the balancer and finish their requests. */
  scale(count: number): void {
    this.target = count
    for (let index = 0; index < count; index++) {
      if (!this.instances.has(index)) this.launch(index, secToMs(this.options.bootSec))
    }
    const surplus = [...this.instances.values()].filter(({ index }) => index >= count)
    for (const { index, member } of surplus) {
      this.instances.delete(index)
      this.leaving.add(member)
    }
    if (surplus.length === 0) return
    const answered = this.publish()
    for (const { member } of surplus) void this.letGo(member, answered)
  }

  /** A process that is told to end takes no connection, so it is told once none is on its way. */
  private async letGo(member: Member, answered: Promise<void>): Promise<void> {
    const late = Promise.withResolvers<void>()
    const cancel = this.options.after(drainMs, late.resolve)
    await Promise.race([answered, late.promise])
    cancel()
    await member.stop(stopMs)
    this.leaving.delete(member)
  }

  /** Ends every process; calling it again changes nothing. */
  async stop(): Promise<void> {
    this.isStopping = true
    const instances = [...this.instances.values()].map(({ member }) => member)
    await Promise.all([...instances, ...this.leaving].map((member) => member.stop(stopMs)))
    // The ledger last: what the instances have begun is committed or rolled back in order.
    if (this.keepers === null) return
    await Promise.all([
      this.keepers.gate.member.stop(stopMs),
      this.keepers.ledger.member.stop(stopMs),
    ])
  }

  /** For a process that starts now. */
  private get config(): StackConfig {
    return { ...this.options.config, opensAtEpochMs: this.orders.opensAtEpochMs }
  }

  private member(start: ChildStart, onEnd: (how: string) => void): Member {
    const { spawn, after } = this.options
    return new Member({ start, orders: this.orders.standing(), spawn, after, readyMs, onEnd })
  }

  private keep(role: 'gate' | 'ledger'): Keeper {
    const { databaseUrl, dataDir } = this.options
    let waitMs = retryMs.first
    const startOf = (port: number): ChildStart =>
      role === 'gate'
        ? { role, config: this.config, port }
        : { role, config: this.config, port, databaseUrl, dataDir }
    const begin = (port: number): Member =>
      this.member(startOf(port), (how) => {
        const wasReady = keeper.isReady
        keeper.isReady = false
        // A failure at the first start is the caller's.
        if (this.isStopping || keeper.port === 0) return
        const again = () => {
          if (this.isStopping) return
          keeper.restarts++
          keeper.member = begin(keeper.port)
          watch()
        }
        if (wasReady) {
          waitMs = retryMs.first
          this.options.tell(`the ${words[role]} has ended (${how}): it is started again`)
          again()
        } else {
          this.options.after(waitMs, again)
          waitMs = Math.min(2 * waitMs, retryMs.most)
        }
      })
    const watch = () => {
      keeper.member.ready.then(
        (port) => {
          keeper.port = port
          keeper.isReady = true
          if (keeper.restarts > 0) this.options.tell(`the ${words[role]} is back`)
        },
        (error: unknown) => {
          if (this.isStopping || keeper.port === 0) return
          this.options.tell(`the ${words[role]} does not start again: ${messageOf(error)}`)
        },
      )
    }
    const keeper: Keeper = { member: begin(0), port: 0, isReady: false, restarts: 0 }
    watch()
    return keeper
  }

  private async firstPort(what: string, { member }: Keeper): Promise<void> {
    try {
      await member.ready
    } catch (error) {
      throw new DambreakError('engine', `the ${what} does not start: ${messageOf(error)}`)
    }
  }

  private async firstInstance({ index, member }: Instance): Promise<void> {
    try {
      await member.ready
    } catch (error) {
      const text = `instance ${index} does not start: ${messageOf(error)}`
      throw new DambreakError('engine', text, [], error)
    }
  }

  private launch(index: number, bootMs: number): void {
    const keepers = must(this.keepers, 'gate and ledger before instances')
    const { after, tell } = this.options
    const start: ChildStart = {
      role: 'instance',
      config: this.config,
      index,
      gatePort: keepers.gate.port,
      ledgerPort: keepers.ledger.port,
    }
    const member = this.member(start, (how) => {
      // Another one has its number by now, or it was told to end.
      if (this.isStopping || this.instances.get(index) !== instance) return
      const wasLive = instance.port !== null && instance.hasBooted
      tell(`instance ${index} has ended (${how}): it is started again`)
      instance.port = null
      if (wasLive) void this.publish()
      const again = () => {
        if (this.isStopping || this.instances.get(index) !== instance) return
        this.restartedInstances++
        this.launch(index, secToMs(this.options.bootSec))
      }
      // A process that cannot boot must not be restarted in a tight loop.
      if (wasLive) again()
      else after(retryMs.most, again)
    })
    const instance: Instance = { index, member, port: null, hasBooted: bootMs === 0 }
    this.instances.set(index, instance)
    const joins = () => {
      if (this.instances.get(index) === instance && instance.hasBooted && instance.port !== null) {
        void this.publish()
      }
    }
    if (bootMs > 0) {
      after(bootMs, () => {
        instance.hasBooted = true
        joins()
      })
    }
    void member.ready.then(
      (port) => {
        instance.port = port
        joins()
      },
      () => undefined,
    )
  }

  private publish(): Promise<void> {
    const live = this.live()
    const answered = this.options.onInstances(live.map(({ index, port }) => ({ index, port })))
    if (!this.isStopping) this.control({ kind: 'instances', count: live.length })
    return answered
  }
}

const words = { gate: 'waiting room', ledger: 'ledger' } as const

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
