import type { Fault } from '../../core/errors.ts'
import { secToMs } from '../../core/units.ts'
import { explain } from '../../scenario/schema/explain.ts'
import { isMapping } from '../../scenario/plain.ts'
import { scenarioSchema } from '../../scenario/schema/schema.ts'
import type { Scenario, TimelineEvent } from '../../scenario/schema/schema.ts'
import type { EligibilityEffect, StackEvent } from '../contract.ts'
import type { After } from './messages.ts'
import type { Supervisor } from './supervisor.ts'

/** What an operator orders: an event of the timeline, now. */
export type Order =
  | Exclude<StackEvent, { kind: 'eligibility-fault' }>
  | {
      readonly kind: 'eligibility-fault'
      /** `null` ends every fault of eligibility. */
      readonly effect: EligibilityEffect | null
      /** Seconds of the wall clock; `null`: until an order ends it. */
      readonly forSec: number | null
    }

const eventSchema = scenarioSchema.shape.timeline.unwrap().element
/** Any clock time: the event is performed now. */
const now = '00:00'

/**
 * Reads an event of the timeline as a scenario has it, without `at` and `until`. An eligibility
 * fault may have `forSec`, after which it ends by itself; with `effect: null` it ends one.
 */
export function parseOrder(body: unknown, { inventory }: Scenario): Order | Fault[] {
  if (!isMapping(body)) return [{ path: '', message: 'must be an event, such as {"kind": "halt"}' }]
  for (const path of ['at', 'until']) {
    if (path in body) return [{ path, message: 'must not be given: events are performed now' }]
  }
  const isFault = body['kind'] === 'eligibility-fault'
  const { forSec = null, ...rest } = isFault ? body : { ...body, forSec: undefined }
  if (!isFault && 'forSec' in body) {
    return [{ path: 'forSec', message: 'is for an eligibility-fault alone' }]
  }
  if (forSec !== null && !(typeof forSec === 'number' && forSec > 0 && forSec <= 86_400)) {
    return [{ path: 'forSec', message: 'must be a number of seconds above 0, at most 86400' }]
  }
  if (isFault && rest['effect'] === null) {
    const { kind: _kind, effect: _effect, ...more } = rest
    const [extra] = Object.keys(more)
    if (extra !== undefined) return [{ path: extra, message: 'is not a field of this event' }]
    return { kind: 'eligibility-fault', effect: null, forSec: null }
  }
  const event = { ...rest, at: now, ...(isFault ? { until: now } : {}) }
  const result = eventSchema.safeParse(event)
  if (!result.success) {
    const faults = explain(eventSchema, event)
    return faults.length > 0 ? faults : [{ path: '', message: result.error.message }]
  }
  return checked(orderOf(result.data, forSec), inventory)
}

function orderOf(event: TimelineEvent, forSec: number | null): Order {
  if (event.kind === 'eligibility-fault') {
    return { kind: event.kind, effect: event.effect, forSec }
  }
  const { at: _at, ...order } = event
  return order
}

/** More processes than this do not fit on a machine. */
export const maxInstances = 64

function checked(order: Order, inventory: Scenario['inventory']): Order | Fault[] {
  if (order.kind === 'instances' && order.count > maxInstances) {
    return [{ path: 'count', message: `must be at most ${maxInstances}: each is a process` }]
  }
  if (order.kind !== 'supply') return order
  const { place, date } = order
  const matching = inventory?.offers.filter(
    (offer) =>
      (place === undefined || offer.place === place) && (date === undefined || offer.date === date),
  )
  if ((matching?.length ?? 0) > 0) return order
  return [{ path: place === undefined ? 'date' : 'place', message: 'there is no such offer' }]
}

/** Why an order cannot be performed now. */
export class NotNow extends Error {}

/** Longer than the ledger tries to reach its database. */
const supplyMs = 10_000

/** Performs orders on the processes of the stack. */
export class Controls {
  private readonly supervisor: Supervisor
  private readonly after: After
  /** Faults of eligibility that are on, in the order in which they began. */
  private readonly faults = new Set<{ readonly effect: EligibilityEffect }>()

  constructor(supervisor: Supervisor, after: After) {
    this.supervisor = supervisor
    this.after = after
  }

  open(opensAtEpochMs: number): void {
    this.supervisor.control({ kind: 'open', opensAtEpochMs })
  }

  /** Lets operators' own visitors in before the opening, one an order. */
  trial(keys: readonly string[]): void {
    this.supervisor.control({ kind: 'trial', keys })
  }

  /** Returns what was done, for the operator. Rejects with `NotNow` where it cannot be. */
  async perform(order: Order): Promise<string> {
    const { supervisor } = this
    switch (order.kind) {
      case 'instances': {
        const before = supervisor.instanceTarget
        supervisor.scale(order.count)
        return `${before} → ${order.count} instances`
      }
      case 'eligibility-fault':
        return this.setFault(order.effect, order.forSec)
      case 'supply':
        await this.supply(order)
        return `${order.add >= 0 ? '+' : ''}${order.add} slots`
      case 'halt':
        supervisor.control({ kind: 'event', event: order })
        return `service off, queue ${order.tickets === 'void' ? 'thrown away' : 'kept'}${order.restartInstances ? ', servers restarted' : ''}`
      case 'resume':
        supervisor.control({ kind: 'event', event: order })
        return 'service on again'
      case 'admission':
        supervisor.control({ kind: 'event', event: order })
        return `admission ${JSON.stringify(order.admission)}`
      case 'close-bypass':
        supervisor.control({ kind: 'event', event: order })
        return 'bypass closed, keys verified'
      case 'open-early':
        supervisor.control({ kind: 'event', event: order })
        return 'gate opened early'
    }
  }

  private async supply(event: Extract<Order, { kind: 'supply' }>): Promise<void> {
    const { ledger } = this.supervisor
    if (ledger === null) throw new NotNow('the ledger is not there')
    try {
      await ledger.ask({ what: 'supply', event }, supplyMs)
    } catch {
      // One that is late, or ended with the answer on its way, may have done it.
      throw new NotNow('the ledger has not confirmed it: look at its offers before trying again')
    }
  }

  /** Faults may overlap: the one that began last holds until all have ended. */
  private setFault(effect: EligibilityEffect | null, forSec: number | null): string {
    if (effect === null) {
      this.faults.clear()
      this.tellFault()
      return 'no fault of eligibility'
    }
    const fault = { effect }
    this.faults.add(fault)
    this.tellFault()
    if (forSec !== null) {
      this.after(secToMs(forSec), () => {
        if (this.faults.delete(fault)) this.tellFault()
      })
    }
    return effect === 'refuse-eligible' ? 'eligible people refused' : 'ineligible people let in'
  }

  private tellFault(): void {
    const effect = [...this.faults].at(-1)?.effect ?? null
    this.supervisor.control({ kind: 'eligibility', effect })
  }
}
