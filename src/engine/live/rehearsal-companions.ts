import type { Clock, After } from '../../core/clock.ts'
import { DambreakError } from '../../core/errors.ts'
import { msToSec, secToMs } from '../../core/units.ts'
import type { ControlClient } from './control/control-client.ts'
import type { FetchText } from './control/fetch-text.ts'
import { ObservedLevels } from './control/observed-levels.ts'
import { Observer, type Observed } from './control/observer.ts'
import type { Accompanied, Companions, RunPlan } from './run.ts'
import type { LiveSnapshot } from './snapshot.ts'
import { TimelinePerformer } from './control/timeline-performer.ts'
import type { MaybeBooked } from '../client/people.ts'
import { StopWatch } from '../../objectives/stop-when.ts'
import type { Recorder } from '../../record/recorder.ts'
import type { Note, StopDetail } from '../../record/verdict-codes.ts'
import type { Scenario } from '../../scenario/schema/schema.ts'

/** Queues on the other side, where they are observed. */
export interface ServerSide {
  readonly waiting: number | null
  readonly inside: number | null
  readonly instances: number | null
  readonly stations: readonly { readonly name: string; busy: number; queued: number }[]
}

/** Shows a rehearsal while it runs. */
export interface RehearsalView {
  /** Called several times a second; `server` is `null` where nobody observes it. */
  readonly update: (snapshot: LiveSnapshot, server: ServerSide | null) => void
  /** An event of the timeline is due, and was performed or not. */
  readonly performed: (event: Accompanied['events'][number]) => void
  readonly end: () => void
}

export interface CompanionOptions {
  /** Scaled already. */
  readonly scenario: Scenario
  readonly control: ControlClient | null
  readonly clock: Clock
  readonly after: After
  /** By which metrics are read. */
  readonly fetchText: FetchText
  /** Given the plan once it is known. */
  readonly startView: (plan: RunPlan) => RehearsalView
  /** Where the target's metrics are; `null`: they are not observed. */
  readonly observed: Observed | null
  /** Rules that end the run, checked. */
  readonly stopRules: readonly string[]
  readonly stop: () => void
  /** The name of each person, to undo bookings through the stack; `null`: do not undo them. */
  readonly personOf: ((person: number) => string) | null
  readonly notes: readonly Note[]
}

/** How often rules are checked: shares over a shorter time are too noisy. */
const watchEveryMs = 1000
/** After so many failures in a row, undoing ends, because the record still has to be written. */
const maxUndoFailures = 3
/** The interval at which the stack refreshes its own metrics. */
const observeEveryMs = 500

/** Shows a rehearsal while it runs, performs its timeline, and stops it when a rule says so. */
export class RehearsalCompanions implements Companions {
  private readonly options: CompanionOptions
  private view: RehearsalView | null = null
  private performer: TimelinePerformer | null = null
  private observer: Observer | null = null
  private levels: ObservedLevels | null = null
  private seen: ServerSide | null = null
  private readonly stopWatch: StopWatch
  private stoppedBy: StopDetail | null = null
  private watchedMs = -Infinity
  private nowMs: () => number = () => 0
  private startsAtMs = 0
  private bucketMs = 0

  constructor(options: CompanionOptions) {
    this.options = options
    this.stopWatch = new StopWatch(options.stopRules)
  }

  async start(plan: RunPlan): Promise<void> {
    const { scenario, control, clock, after } = this.options
    const { window, originEpochMs } = plan
    const originMs = clock.monotonicMs() + (originEpochMs - clock.epochMs())
    const nowMs = () => clock.monotonicMs() - originMs
    this.nowMs = nowMs
    this.bucketMs = secToMs(window.bucketSec) / window.speed
    this.startsAtMs = plan.startsAtMs
    if (control !== null) {
      const opened = await control.open(msToSec(window.opensAtMs - nowMs()))
      if (!opened.ok) {
        throw new DambreakError('engine', `the stack does not take the opening: ${opened.detail}`)
      }
    }
    this.view = this.options.startView(plan)
    this.performer = new TimelinePerformer({
      window,
      control,
      instances: scenario.stack.instances,
      bootMs: secToMs(scenario.stack.bootSec),
      nowMs,
      after,
      onPerformed: (event) => this.view?.performed(event),
    })
    this.performer.start()
    this.observe(plan)
  }

  look(snapshot: LiveSnapshot): void {
    this.view?.update(snapshot, this.seen)
    if (this.stoppedBy !== null || snapshot.atMs - this.watchedMs < watchEveryMs) return
    this.watchedMs = snapshot.atMs
    const atSec = msToSec(snapshot.atMs - this.startsAtMs)
    this.stoppedBy = this.stopWatch.look({ ...snapshot, atSec })
    if (this.stoppedBy !== null) this.options.stop()
  }

  async abandon(): Promise<void> {
    await Promise.all([this.performer?.stop(), this.observer?.stop()])
    this.view?.end()
  }

  async finish(recorder: Recorder): Promise<Accompanied> {
    const { control } = this.options
    const endedAtMs = this.nowMs()
    await this.abandon()
    const { buckets } = recorder.tallies.options
    const bucketMs = this.bucketMs
    const instances = this.performer?.instances.means({ buckets, bucketMs })
    instances?.forEach((mean, bucket) => recorder.level('instances', bucket, mean))
    const observed = this.levels?.write(recorder, endedAtMs) ?? null
    const told = control === null ? null : await control.findings()
    return {
      events: this.performer?.performed ?? [],
      findings: told?.ok === true ? told.value.findings : null,
      observed,
      stoppedBy: this.stoppedBy,
      notes: [
        ...this.options.notes,
        ...(told?.ok === false
          ? [{ code: 'FindingsUnavailable', error: told.detail } as const]
          : []),
        ...this.observerNotes(),
      ],
    }
  }

  private observe({ window }: RunPlan): void {
    const { observed, scenario, fetchText, after } = this.options
    if (observed === null) return
    const names = scenario.stack.stations.map(({ name }) => name)
    const levels = new ObservedLevels({
      buckets: window.buckets,
      bucketMs: this.bucketMs,
      stations: names.length,
    })
    this.levels = levels
    this.observer = new Observer({
      observed,
      stations: names,
      everyMs: observeEveryMs,
      fetchText,
      after,
      nowMs: this.nowMs,
      onObservation: (atMs, observation) => {
        levels.tell(Math.max(0, atMs), observation)
        this.seen = {
          ...observation,
          stations: names.flatMap((name, i) => {
            const station = observation.stations[i]
            return station === null || station === undefined ? [] : [{ name, ...station }]
          }),
        }
      },
    })
    this.observer.start()
  }

  /** Undoes bookings through the stack, if the scenario has no `undo` request. */
  async undo(booked: readonly MaybeBooked[], signal?: AbortSignal): Promise<Note[]> {
    const { control, personOf } = this.options
    if (control === null || personOf === null) return []
    let undone = 0
    let unconfirmed = 0
    let failedInARow = 0
    let error: string | null = null
    for (const { person, wasTold } of booked) {
      if (signal?.aborted === true) break
      const told = await control.undo(personOf(person))
      if (told.ok && told.value) {
        if (wasTold) undone++
        else unconfirmed++
      }
      failedInARow = told.ok ? 0 : failedInARow + 1
      if (!told.ok) error = told.detail
      if (failedInARow >= maxUndoFailures) break
    }
    const bookings = booked.filter(({ wasTold }) => wasTold).length
    return [{ code: 'BookingsUndone', bookings, undone, unconfirmed, error }]
  }

  private observerNotes(): Note[] {
    const { observer } = this
    if (observer === null) return []
    const { failures, looks: attempts, lastFailure: lastError, missing, malformed } = observer
    const notes: Note[] = []
    if (failures > 0) notes.push({ code: 'MetricsUnreadable', failures, attempts, lastError })
    if (missing.length > 0) notes.push({ code: 'MetricsMissing', metrics: [...missing] })
    if (malformed > 0) notes.push({ code: 'MetricsMalformed', lines: malformed })
    return notes
  }
}
