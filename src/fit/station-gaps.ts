import type { NotIdentified } from './estimate.ts'
import type { SimulatedFit } from './simulated-fit.ts'
import { beliefOf, type StationUnknown } from './station-unknown.ts'
import { plateauGrows, type SlotsFound } from './knee.ts'
import type { SteppedRun } from './stepped-run.ts'

/** A parameter of which the data leave more than this part of what was believed is not identified. */
const maxOfBelief = 0.7

export interface FitState {
  readonly unknowns: readonly StationUnknown[]
  readonly fit: SimulatedFit
  readonly found: readonly SlotsFound[]
  readonly stepped: readonly SteppedRun[]
}

/**
 * What the levels do not tell: numbers whose interval is hardly narrower than the base's, slots of
 * stations that never were full, and what one number of instances alone leaves open.
 */
export function notIdentified(state: FitState): NotIdentified[] {
  const { unknowns, fit, found, stepped } = state
  const vague = unknowns.flatMap((unknown, i): NotIdentified[] => {
    const { parameter } = unknown
    const left = (fit.sd[i] ?? 0) / beliefOf(unknown).sd
    if (left <= maxOfBelief) return []
    const part = `${Math.min(100, Math.round(left * 100))}% of the base's interval is left`
    return [{ path: parameter.name, ...wordsFor(parameter.name, part) }]
  })
  const open = found.flatMap(({ parameter, station, knee }): NotIdentified[] => {
    if (knee.isReached) return []
    const { name } = station
    return [
      {
        path: parameter.name,
        reason: `${name} never was full: it has ${knee.most} slots or more`,
        measure: `a level at which requests wait for ${name}`,
      },
    ]
  })
  return [...vague, ...open, ...structureGaps(stepped, found)]
}

function wordsFor(name: string, part: string): Omit<NotIdentified, 'path'> {
  if (name.endsWith('.coherency')) {
    return {
      reason: `coherency shows in how the slow-down grows with busy slots, which these levels do not tell from contention: ${part}`,
      measure:
        'levels with few, half and all slots busy, on more instances where the station is shared',
    }
  }
  if (name.endsWith('.contention')) {
    return {
      reason: `services hardly slow down over the busy slots that were seen: ${part}`,
      measure: 'a level with few slots busy, and one with all',
    }
  }
  return {
    reason: `too little of the response time is of this visit: ${part}`,
    measure: 'more requests at a level without queues, with --observe',
  }
}

/**
 * Whether slots are each instance's own is the base's to say: two numbers of instances on which the
 * station is full contradict it, one cannot.
 */
function structureGaps(
  stepped: readonly SteppedRun[],
  found: readonly SlotsFound[],
): NotIdentified[] {
  const counts = new Set(
    stepped.flatMap(({ levels }) => levels.map(({ instances }) => Math.round(instances))),
  )
  const [count = 1] = counts
  return found.flatMap(({ parameter, station, index }): NotIdentified[] => {
    const isOwn = station.perInstance === true
    const { name } = station
    const path = parameter.name.replace(/slots$/, isOwn ? 'perInstance' : 'shared')
    if (counts.size < 2) {
      const on = `${count} instance${count === 1 ? '' : 's'}`
      return [
        {
          path,
          reason: `${name} was seen on ${on} alone: whether its slots are each instance's own, the base says, not the data`,
          measure: 'the same levels on another number of instances',
        },
      ]
    }
    const grows = plateauGrows(stepped, index)
    if (grows === null || grows === isOwn) return []
    const reason = grows
      ? `the plateau of ${name} goes up with the number of instances: they do not share it, as the base says`
      : `the plateau of ${name} stays where it is on more instances: it is not each one's own, as the base says`
    const measure = `the same again with ${grows ? 'perInstance' : 'shared'} in the base`
    return [{ path, reason, measure }]
  })
}
