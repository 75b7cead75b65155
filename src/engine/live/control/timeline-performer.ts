import type { After } from '../../../core/clock.ts'
import { msToSec } from '../../../core/units.ts'
import type { TimelineEvent } from '../../../scenario/schema/schema.ts'
import type { RunWindow } from '../../window.ts'
import type { ControlClient, Performance } from './control-client.ts'
import { InstanceCount } from './instance-count.ts'

/** One event of the timeline, as it went. */
export interface PerformedAt extends Performance {
  /** Scenario seconds after the opening at which it was done, or given up. */
  readonly atSec: number
  readonly kind: TimelineEvent['kind']
}

export interface TimelinePerformerOptions {
  readonly window: Pick<RunWindow, 'speed' | 'events'>
  /** `null`: nobody can be told, and every event is recorded as not performed. */
  readonly control: Pick<ControlClient, 'perform'> | null
  /** Instances at the start, and how long one boots (wall). */
  readonly instances: number
  readonly bootMs: number
  /** Wall milliseconds after the timeline's start. */
  readonly nowMs: () => number
  readonly after: After
  /** Called after each event, in order. */
  readonly onPerformed: (performed: PerformedAt, event: TimelineEvent) => void
}

type Due = RunWindow['events'][number]

/** Timers of the platform go wrong beyond 24 days. */
const longestTimerMs = 86_400_000
/** An operators' server takes no fault for longer. */
const longestFaultSec = 86_400

/**
 * Performs what people did to the system while visitors play theirs: each event at its wall time,
 * one after the other, so that a slow order never overtakes the one before it.
 */
export class TimelinePerformer {
  readonly performed: PerformedAt[] = []
  /** How many instances take requests, by what was performed. */
  readonly instances: InstanceCount
  private readonly options: TimelinePerformerOptions
  private readonly pending: Due[]
  private performing: Promise<void> = Promise.resolve()
  private cancel: () => void = () => undefined

  constructor(options: TimelinePerformerOptions) {
    this.options = options
    this.instances = new InstanceCount(options.instances, options.bootMs)
    this.pending = options.window.events.toSorted((a, b) => a.atMs - b.atMs)
  }

  start(): void {
    const [next] = this.pending
    if (next === undefined) return
    const inMs = Math.max(0, next.atMs - this.options.nowMs())
    this.cancel = this.options.after(Math.min(inMs, longestTimerMs), () => {
      this.fire()
      this.start()
    })
  }

  /** Performs no more; resolves once the order that is under way is answered. */
  async stop(): Promise<void> {
    const missed = this.pending.splice(0)
    this.cancel()
    await this.performing
    for (const { timed } of missed) {
      const { event, atSec } = timed
      this.performed.push({
        atSec,
        kind: event.kind,
        performed: false,
        detail: { code: 'RunOver' },
      })
    }
  }

  private fire(): void {
    const nowMs = this.options.nowMs()
    for (let due = this.pending[0]; due !== undefined && due.atMs <= nowMs; due = this.pending[0]) {
      const event = due
      this.pending.shift()
      this.performing = this.performing.then(() => this.perform(event))
    }
  }

  private async perform(due: Due): Promise<void> {
    const { event, atSec } = due.timed
    const { performed, detail } = await this.order(due)
    const nowMs = this.options.nowMs()
    if (performed) this.note(event, nowMs)
    const result: PerformedAt = {
      atSec: atSec + msToSec((nowMs - due.atMs) * this.options.window.speed),
      kind: event.kind,
      performed,
      detail,
    }
    this.performed.push(result)
    this.options.onPerformed(result, event)
  }

  private async order({ timed, untilMs }: Due): Promise<Performance> {
    const { control, nowMs } = this.options
    if (control === null) return { performed: false, detail: { code: 'NoControl' } }
    if (untilMs === null) return control.perform(timed.event, null)
    const forSec = msToSec(untilMs - nowMs())
    if (forSec > 0) return control.perform(timed.event, Math.min(forSec, longestFaultSec))
    return { performed: false, detail: { code: 'OverBeforeStart' } }
  }

  private note(event: TimelineEvent, nowMs: number): void {
    if (event.kind === 'instances') this.instances.scale(nowMs, event.count)
    else if (event.kind === 'halt') this.instances.halt(nowMs, true)
    else if (event.kind === 'resume') this.instances.halt(nowMs, false)
  }
}
