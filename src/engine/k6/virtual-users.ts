import { meanOfDistribution } from '../../core/distribution.ts'
import { msToSec } from '../../core/units.ts'
import type { Scenario } from '../../scenario/schema/schema.ts'
import type { Curve } from './stages.ts'

export interface VirtualUsers {
  /** Prepared before the run. */
  readonly atOnce: number
  /** Maximum that k6 creates; visitors beyond their capacity are dropped. */
  readonly most: number
  /** Estimated maximum of visitors that wait or book at one time. */
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

/** Margin: requests to a loaded stack take longer than their service times, and people return. */
const room = 1.25
/** VUs that any machine can hold. Above, twice the estimate is enough. */
const plenty = 5000

/**
 * How many VUs the arrivals need: the visitors who have arrived and not left, by Little's law over
 * time. The line grows with arrivals and shrinks with admissions. A visitor inside stays as long as its
 * journey takes.
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

/** Visitors that the open gate admits per second; Infinity without a gate. */
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
