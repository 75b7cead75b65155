import type { Fault } from '../../core/errors.ts'
import { clockSec } from '../clock.ts'
import type { Scenario, TimelineEvent } from './schema.ts'
import { clockFault, nearest } from './words.ts'

type Sections = Partial<Scenario>

/** What may be done before the opening: opening early, and work on the stack. */
const beforeOpening = new Set<TimelineEvent['kind']>([
  'open-early',
  'instances',
  'admission',
  'halt',
  'resume',
])

/** The timeline: in order, inside the window, halts and resumes in turn, supply that is there. */
export function timelineFaults(sections: Sections, faulty: ReadonlySet<string>): Fault[] {
  const { timeline, opensAt, endsAt } = sections
  if (timeline === undefined) return []
  const faults = [...haltFaults(timeline), ...supplyFaults(sections, faulty)]
  if (opensAt === undefined) return faults
  const lengthSec = endsAt === undefined ? null : clockSec(endsAt, opensAt)
  // An end before the opening is one fault, not one more for every event.
  const endSec = lengthSec === null || lengthSec <= 0 ? Infinity : lengthSec
  let previousSec = -Infinity
  let previousText = ''
  let isOpen = false
  timeline.forEach((event, i) => {
    const path = `timeline[${i}].at`
    const atSec = clockSec(event.at, opensAt)
    if (atSec === null) {
      faults.push({ path, message: clockFault(event.at) })
      return
    }
    if (atSec < previousSec) {
      const message = `must not be before the event above it (${previousText}), got ${event.at}`
      faults.push({ path, message })
    } else {
      previousSec = atSec
      previousText = event.at
    }
    if (event.kind === 'open-early') {
      isOpen = true
      if (atSec >= 0) faults.push({ path, message: `must be before the opening, got ${event.at}` })
    } else if (atSec < 0 && !isOpen && !beforeOpening.has(event.kind)) {
      const message = `${event.kind} must not be before the opening, got ${event.at}`
      faults.push({ path, message })
    }
    if (atSec > endSec) faults.push({ path, message: `must not be after endsAt, got ${event.at}` })
    faults.push(...untilFaults(event, i, { atSec, endSec, opensAt }))
  })
  return faults
}

function untilFaults(
  event: TimelineEvent,
  index: number,
  { atSec, endSec, opensAt }: { atSec: number; endSec: number; opensAt: string },
): Fault[] {
  if (event.kind !== 'eligibility-fault') return []
  const path = `timeline[${index}].until`
  const untilSec = clockSec(event.until, opensAt)
  if (untilSec === null) return [{ path, message: clockFault(event.until) }]
  if (untilSec <= atSec) {
    return [{ path, message: `must be after at (${event.at}), got ${event.until}` }]
  }
  if (untilSec <= endSec) return []
  return [{ path, message: `must not be after endsAt, got ${event.until}` }]
}

function haltFaults(timeline: readonly TimelineEvent[]): Fault[] {
  let halted = false
  return timeline.flatMap(({ kind }, i) => {
    if (kind !== 'halt' && kind !== 'resume') return []
    const isTurn = halted === (kind === 'resume')
    halted = kind === 'halt'
    if (isTurn) return []
    const message =
      kind === 'halt'
        ? 'service is off already: there is no resume since the last halt'
        : 'there is no halt before this resume'
    return [{ path: `timeline[${i}].kind`, message }]
  })
}

function supplyFaults(
  { timeline = [], inventory }: Sections,
  faulty: ReadonlySet<string>,
): Fault[] {
  return timeline.flatMap((event, i): Fault[] => {
    if (event.kind !== 'supply') return []
    const path = `timeline[${i}]`
    if (inventory === undefined) {
      return faulty.has('inventory') ? [] : [{ path, message: 'supply requires an inventory' }]
    }
    const faults: Fault[] = []
    for (const field of ['place', 'date'] as const) {
      const wanted = event[field]
      if (wanted === undefined) continue
      const known = [...new Set(inventory.offers.map((offer) => offer[field]))]
      if (known.includes(wanted)) continue
      const near = nearest(wanted, known)
      const end = near === null ? '' : `; did you mean ${near}?`
      faults.push({
        path: `${path}.${field}`,
        message: `no offer has the ${field} "${wanted}"${end}`,
      })
    }
    return faults
  })
}
