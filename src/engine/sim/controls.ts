import { secToMs } from '../../core/units.ts'
import type { EventDetail } from '../../record/event-detail.ts'
import type { PerformedEvent } from '../../record/run.ts'
import type { TimelineEvent } from '../../scenario/schema/schema.ts'
import type { RunWindow } from '../window.ts'
import { SimTimer } from './state.ts'
import type { World } from './world.ts'

type FaultEffect = Extract<TimelineEvent, { kind: 'eligibility-fault' }>['effect']

/** What happens at a set time whatever the visitors do. */
type Control =
  | { kind: 'open' | 'bypass-ends' }
  | { kind: 'fault-ends'; effect: FaultEffect }
  | { kind: 'booted'; count: number }
  | { kind: 'event'; event: TimelineEvent; atSec: number; untilMs: number | null }

/**
 * Performs the timeline: only what people did (halts, scale-outs, faults, supply), never a
 * collapse. Instances that are started take requests once they have booted.
 */
export class Controls {
  readonly performed: { atSec: number; kind: string; detail: EventDetail }[] = []
  private readonly world: World
  private readonly bootMs: number
  private readonly faults: Record<FaultEffect, number> = {
    'refuse-eligible': 0,
    'accept-ineligible': 0,
  }
  private readonly pending: { atMs: number; control: Control }[] = []

  constructor(world: World, window: RunWindow, bootSec: number) {
    this.world = world
    this.bootMs = secToMs(bootSec)
    this.add(window.opensAtMs, { kind: 'open' })
    this.add(window.bypassUntilMs, { kind: 'bypass-ends' })
    for (const { atMs, untilMs, timed } of window.events) {
      this.add(atMs, { kind: 'event', event: timed.event, atSec: timed.atSec, untilMs })
    }
    this.arm()
  }

  /** When something happens next, ms; Infinity: nothing. */
  nextMs(): number {
    return this.pending[0]?.atMs ?? Infinity
  }

  /** Performs everything that is due. */
  fire(nowMs: number): void {
    while (this.pending.length > 0 && this.pending[0]!.atMs <= nowMs) {
      this.perform(this.pending.shift()!.control, nowMs)
    }
    this.arm()
  }

  private add(atMs: number, control: Control): void {
    if (atMs === Infinity) return
    let i = this.pending.length
    while (i > 0 && this.pending[i - 1]!.atMs > atMs) i--
    this.pending.splice(i, 0, { atMs, control })
  }

  private arm(): void {
    const next = this.pending[0]
    if (next !== undefined) this.world.state.wheel.schedule(SimTimer.control, next.atMs)
  }

  private perform(control: Control, nowMs: number): void {
    const { world } = this
    const { state } = world
    switch (control.kind) {
      case 'open':
        state.gateOpen = true
        world.line.retime()
        return
      case 'bypass-ends':
        state.bypassOpen = false
        return
      case 'fault-ends':
        this.setFault(control.effect, -1)
        return
      case 'booted':
        state.instances = control.count
        world.line.retime()
        return
      case 'event': {
        const detail = this.performEvent(control.event, control.untilMs, nowMs)
        this.performed.push({ atSec: control.atSec, kind: control.event.kind, detail })
      }
    }
  }

  /** Performs one event of the timeline; gives what came of it. */
  private performEvent(event: TimelineEvent, untilMs: number | null, nowMs: number): EventDetail {
    const { world } = this
    const { state } = world
    switch (event.kind) {
      case 'halt':
        return this.halt(event.tickets === 'void', event.restartInstances)
      case 'resume':
        state.halted = false
        state.voiding = false
        world.line.retime()
        return { code: 'ServiceResumed' }
      case 'instances':
        return this.scale(event.count, nowMs)
      case 'admission':
        state.gate.admission = event.admission
        world.line.retime()
        return { code: 'AdmissionChanged', admission: event.admission }
      case 'close-bypass':
        state.bypassOpen = false
        state.failsOpen = false
        return { code: 'BypassClosed' }
      case 'eligibility-fault':
        this.setFault(event.effect, 1)
        if (untilMs !== null) this.add(untilMs, { kind: 'fault-ends', effect: event.effect })
        return { code: 'EligibilityFault', effect: event.effect }
      case 'open-early':
        state.gateOpen = true
        world.line.retime()
        return { code: 'OpenedEarly' }
      case 'supply':
        state.ledger.supply(event)
        return { code: 'SupplyChanged', add: event.add }
    }
  }

  private halt(voidTickets: boolean, restart: boolean): EventDetail {
    const { world } = this
    const { state } = world
    state.halted = true
    state.voiding = voidTickets
    state.wheel.cancel(SimTimer.turn)
    world.pages.resetAll()
    if (restart) world.pages.servers.restart()
    if (voidTickets) world.line.voidTickets()
    return {
      code: 'ServiceHalted',
      queue: voidTickets ? 'void' : 'keep',
      serversRestarted: restart,
    }
  }

  /** Faults of one effect may overlap: it lasts until the last of them has ended. */
  private setFault(effect: FaultEffect, change: 1 | -1): void {
    const { ledger } = this.world.state
    this.faults[effect] += change
    ledger.refusesEligible = this.faults['refuse-eligible'] > 0
    ledger.acceptsIneligible = this.faults['accept-ineligible'] > 0
  }

  private scale(count: number, nowMs: number): EventDetail {
    const before = this.world.state.instances
    // What is sent away while it boots never takes part.
    for (const { control } of this.pending) {
      if (control.kind === 'booted') control.count = Math.min(control.count, count)
    }
    if (count > before && this.bootMs > 0) this.add(nowMs + this.bootMs, { kind: 'booted', count })
    else this.perform({ kind: 'booted', count }, nowMs)
    return { code: 'InstancesChanged', from: before, to: count }
  }
}

/** The performed events as `run.json` has them. */
export function performedEvents(
  performed: readonly { atSec: number; kind: string; detail: EventDetail }[],
  isoAt: (atSec: number) => string,
): PerformedEvent[] {
  return performed.map(({ atSec, kind, detail }) => ({
    at: isoAt(atSec),
    kind,
    performed: true,
    detail,
  }))
}
