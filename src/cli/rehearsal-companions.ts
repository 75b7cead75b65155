import type { Clock, After } from '../core/clock.ts'
import type { ControlClient } from '../engine/live/control-client.ts'
import type { Accompanied, Companions, RunPlan } from '../engine/live/run.ts'
import type { LiveSnapshot } from '../engine/live/snapshot.ts'
import { TimelinePerformer } from '../engine/live/timeline-performer.ts'
import { DambreakError } from '../core/errors.ts'
import type { Recorder } from '../record/recorder.ts'
import type { Scenario } from '../scenario/schema.ts'
import type { LiveView } from './live-view.ts'

export interface CompanionOptions {
  /** Scaled already. */
  readonly scenario: Scenario
  readonly control: ControlClient | null
  readonly clock: Clock
  readonly after: After
  /** Given the plan once it is known. */
  readonly startView: (plan: RunPlan) => LiveView
  /** Words why the run must stop at this point; `null`: it goes on. */
  readonly whyStop: (snapshot: LiveSnapshot) => string | null
  readonly stop: () => void
  readonly notes: readonly string[]
}

/** Goes along with a rehearsal: shows it, performs its timeline, stops it when it must stop. */
export class RehearsalCompanions implements Companions {
  private readonly options: CompanionOptions
  private view: LiveView | null = null
  private performer: TimelinePerformer | null = null
  private stoppedBy: string | null = null

  constructor(options: CompanionOptions) {
    this.options = options
  }

  async start(plan: RunPlan): Promise<void> {
    const { scenario, control, clock, after } = this.options
    const { window, originEpochMs } = plan
    const originMs = clock.monotonicMs() + (originEpochMs - clock.epochMs())
    const nowMs = () => clock.monotonicMs() - originMs
    if (control !== null) {
      const opened = await control.open((window.opensAtMs - nowMs()) / 1000)
      if (!opened.ok) {
        throw new DambreakError('engine', `the stack does not take the opening: ${opened.detail}`)
      }
    }
    this.view = this.options.startView(plan)
    this.performer = new TimelinePerformer({
      window,
      control,
      instances: scenario.stack.instances,
      bootMs: scenario.stack.bootSec * 1000,
      nowMs,
      after,
      onPerformed: ({ kind, performed, detail }) =>
        this.view?.say(`${kind}: ${performed ? detail : `not performed, ${detail}`}`),
    })
    this.performer.start()
  }

  look(snapshot: LiveSnapshot): void {
    this.view?.update(snapshot, null)
    if (this.stoppedBy !== null) return
    this.stoppedBy = this.options.whyStop(snapshot)
    if (this.stoppedBy !== null) this.options.stop()
  }

  async finish(recorder: Recorder): Promise<Accompanied> {
    const { control, notes } = this.options
    await this.performer?.stop()
    this.view?.end()
    const { buckets, bucketSec } = recorder.tallies.options
    const instances = this.performer?.instances.means({ buckets, bucketMs: bucketSec * 1000 })
    instances?.forEach((mean, bucket) => recorder.level('instances', bucket, mean))
    const told = control === null ? null : await control.findings()
    return {
      events: this.performer?.performed ?? [],
      findings: told?.ok === true ? told.value.findings : null,
      stoppedBy: this.stoppedBy,
      notes: told?.ok === false ? [...notes, `findings of the stack: ${told.detail}`] : notes,
    }
  }
}
