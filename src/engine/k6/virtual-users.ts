import { meanOfDistribution } from '../../core/distribution.ts'
import { msToSec } from '../../core/units.ts'
import type { Scenario } from '../../scenario/schema/schema.ts'
import type { Curve } from './stages.ts'

export interface VirtualUsers {
  /** Prepared before the run. */
  readonly atOnce: number
  /** k6 makes no more than these, and drops what they cannot carry. */
  readonly most: number
  /** Most visitors that wait or book at one time, as the estimate has it. */
  readonly visitorsAtOnce: number
}

export interface VirtualUserInputs {
  /** Scaled already. */
  readonly scenario: Pick<Scenario, 'waitingRoom' | 'journey' | 'stack' | 'behaviour'>
  readonly curve: Curve
  readonly visitors: number
  readonly fromWallSec: number
  readonly untilWallSec: number
  readonly visitorsPerVu: number
}

/** Requests of a loaded stack take longer than their work, and people come again. */
const room = 1.25
/** What a machine can hold of VUs anyway; above, as many again as the estimate are enough. */
const plenty = 5000

/**
 * How many VUs the arrivals need: those who came and have not gone, by Little's law over time. The
 * line grows by what comes and shrinks by what the gate admits and by patience at its end; inside,
 * a visitor stays as long as its journey.
 */
export function virtualUsersFor(inputs: VirtualUserInputs): VirtualUsers {
  const { visitors, visitorsPerVu } = inputs
  const iterations = Math.max(1, Math.ceil(visitors / visitorsPerVu))
  const visitorsAtOnce = Math.min(visitors, Math.ceil(maxAtOnce(inputs) * room) + 10)
  // Visitors of one iteration come one after the other, and the last holds the VU.
  const together = visitorsPerVu === 1 ? visitorsAtOnce : visitorsAtOnce + visitorsPerVu
  const spread = visitorsPerVu === 1 ? 1 : 2
  const atOnce = Math.min(iterations, Math.ceil((together * spread) / visitorsPerVu))
  const most = iterations <= plenty ? iterations : Math.min(iterations, atOnce * 2)
  return { atOnce, most, visitorsAtOnce }
}

function maxAtOnce({
  scenario,
  curve,
  visitors,
  fromWallSec,
  untilWallSec,
}: VirtualUserInputs): number {
  const journeySec = journeySecOf(scenario)
  const perSec = admittedPerSec(scenario, journeySec)
  const steps = 2000
  const stepSec = (untilWallSec - fromWallSec) / steps
  let waiting = 0
  let most = 0
  let before = 0
  for (let i = 1; i <= steps; i++) {
    const atSec = fromWallSec + i * stepSec
    const now = curve(atSec)
    waiting += now - before
    before = now
    const open = Math.min(stepSec, Math.max(0, atSec))
    const admitted = Math.min(waiting, perSec * open)
    waiting -= admitted
    const inside = Math.min(perSec, open > 0 ? admitted / open : 0) * journeySec
    most = Math.max(most, waiting + inside)
  }
  return Math.min(visitors, most)
}

/** How many the gate lets in a second, once it is open; Infinity without one. */
function admittedPerSec(
  { waitingRoom, stack }: VirtualUserInputs['scenario'],
  journeySec: number,
): number {
  const { protocol, admission } = waitingRoom
  if (protocol === 'none') return Infinity
  if ('perSec' in admission) return admission.perSec
  if ('perSecPerInstance' in admission) return admission.perSecPerInstance * stack.instances
  return admission.maxInside / Math.max(0.001, journeySec)
}

function journeySecOf({ journey }: Pick<Scenario, 'journey'>): number {
  return journey.reduce((sum, { thinkSec, visits }) => {
    const serviceMs = visits.reduce((ms, { serviceMs: dist }) => ms + meanOfDistribution(dist), 0)
    return sum + meanOfDistribution(thinkSec) + msToSec(serviceMs)
  }, 0)
}
