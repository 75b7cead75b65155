import { DambreakError } from '../core/errors.ts'
import { msToSec } from '../core/units.ts'
import type { ControlClient } from '../engine/live/control/control-client.ts'
import { endsAtMs, opensAtMs } from '../scenario/plan-times.ts'
import type { Scenario } from '../scenario/schema/schema.ts'
import type { PreflightPhase } from './matrix.ts'
import type { PhaseSource } from './verdict.ts'

/** The phase that the target must be in, and what decided it. */
interface Side {
  readonly phase: PreflightPhase
  readonly phaseFrom: PhaseSource
  /** By our clock; `null`: unknown. */
  readonly opensAtEpochMs: number | null
}

interface Asked {
  /** As the user says; absent: as the stack or the scenario says. */
  readonly phase: PreflightPhase | undefined
  readonly control: ControlClient | null
  /** Milliseconds since the epoch. */
  readonly nowMs: number
}

/**
 * By the option, by the stack's opening time, or by the scenario's clock time. Never by whether the gate
 * admits somebody, because that is what the preflight checks.
 * @throws DambreakError 'engine' where the stack does not say, 'usage' where the scenario has ended
 */
export async function sideOf(scenario: Scenario, { phase, control, nowMs }: Asked): Promise<Side> {
  if (control !== null) {
    const told = await control.state()
    if (!told.ok) throw new DambreakError('engine', `the control address: ${told.detail}`)
    const inMs = told.value.opensAtEpochMs - told.value.nowEpochMs
    return {
      phase: phase ?? (inMs > 0 ? 'before' : 'after'),
      phaseFrom: { code: 'Stack', opensInSec: msToSec(inMs) },
      opensAtEpochMs: nowMs + inMs,
    }
  }
  if (phase !== undefined) {
    return { phase, phaseFrom: { code: 'CommandLine' }, opensAtEpochMs: null }
  }
  const inMs = opensAtMs(scenario) - nowMs
  if (nowMs >= endsAtMs(scenario)) {
    throw new DambreakError(
      'usage',
      `the scenario's bookings ended on ${scenario.endsAt}: say --phase before or --phase after, or give --control`,
    )
  }
  return {
    phase: inMs > 0 ? 'before' : 'after',
    phaseFrom: { code: 'Scenario', opensInSec: msToSec(inMs) },
    opensAtEpochMs: nowMs + inMs,
  }
}
