import type { Admission } from '../../scenario/schema/schema.ts'
import type { ControlMessage, EligibilityEffect } from '../contract.ts'

/**
 * What has been ordered and still holds, for a process that joins later; the opening stands in what
 * it is started with. Supply is not among it: the ledger keeps what it was told once.
 */
export class Orders {
  opensAtEpochMs: number
  halted = false
  bypassClosed = false
  admission: Admission | null = null
  eligibility: EligibilityEffect | null = null
  instances: number
  private openedEarly = false

  constructor(opensAtEpochMs: number, instances: number) {
    this.opensAtEpochMs = opensAtEpochMs
    this.instances = instances
  }

  note(message: ControlMessage): void {
    if (message.kind === 'eligibility') this.eligibility = message.effect
    else if (message.kind === 'instances') this.instances = message.count
    else if (message.kind === 'open') {
      this.opensAtEpochMs = message.opensAtEpochMs
      this.openedEarly = false
    } else if (message.kind === 'trial') {
      // Over as soon as it is performed: a gate that starts again knows none of these keys.
    } else if (message.event.kind === 'halt') this.halted = true
    else if (message.event.kind === 'resume') this.halted = false
    else if (message.event.kind === 'close-bypass') this.bypassClosed = true
    else if (message.event.kind === 'admission') this.admission = message.event.admission
    else if (message.event.kind === 'open-early') this.openedEarly = true
  }

  /** What a new process has to hear to be where the others are. */
  standing(): ControlMessage[] {
    const { admission, eligibility } = this
    const list: ControlMessage[] = [{ kind: 'instances', count: this.instances }]
    if (this.openedEarly) list.push({ kind: 'event', event: { kind: 'open-early' } })
    if (admission !== null) list.push({ kind: 'event', event: { kind: 'admission', admission } })
    if (this.bypassClosed) list.push({ kind: 'event', event: { kind: 'close-bypass' } })
    if (eligibility !== null) list.push({ kind: 'eligibility', effect: eligibility })
    if (this.halted) {
      // Tickets that were void are gone with the process that knew them.
      const event = { kind: 'halt', tickets: 'keep', restartInstances: false } as const
      list.push({ kind: 'event', event })
    }
    return list
  }
}
