import type { Gap, GapReason } from './gap.ts'
import { significant } from './numbers.ts'
import type { SimulatedFit } from './simulated-fit.ts'
import { beliefOf, type StationUnknown } from './station-unknown.ts'
import { plateauGrows, type SlotsFound } from './knee.ts'
import type { SteppedRun } from './stepped-run.ts'

/** A parameter is not identified if its interval stays wider than this share of the prior interval. */
const maxOfBelief = 0.7

export interface FitState {
  readonly unknowns: readonly StationUnknown[]
  readonly fit: SimulatedFit
  readonly found: readonly SlotsFound[]
  readonly stepped: readonly SteppedRun[]
}

/**
 * What is not identifiable from the levels: numbers whose interval is hardly narrower than the base's, slots of
 * stations that never were full, and what one number of instances alone leaves open.
 */
export function notIdentified(state: FitState): Gap[] {
  const { unknowns, fit, found, stepped } = state
  const vague = unknowns.flatMap((unknown, i): Gap[] => {
    const { parameter } = unknown
    const left = (fit.sd[i] ?? 0) / beliefOf(unknown).sd
    if (left <= maxOfBelief) return []
    const leftShare = significant(Math.min(1, left), 3)
    return [{ path: parameter.name, ...vagueReason(parameter.name, leftShare) }]
  })
  const open = found.flatMap(({ parameter, station, knee }): Gap[] => {
    if (knee.isReached) return []
    const { name: path } = parameter
    return [{ path, code: 'StationNeverFull', station: station.name, minSlots: knee.most }]
  })
  return [...vague, ...open, ...structureGaps(stepped, found)]
}

function vagueReason(name: string, leftShare: number): GapReason {
  if (name.endsWith('.coherency')) return { code: 'CoherencyVague', leftShare }
  return { code: name.endsWith('.contention') ? 'ContentionVague' : 'ServiceTimeVague', leftShare }
}

/**
 * Whether slots are each instance's own is the base's to say: two numbers of instances on which the
 * station is full contradict it, one cannot.
 */
function structureGaps(stepped: readonly SteppedRun[], found: readonly SlotsFound[]): Gap[] {
  const counts = new Set(
    stepped.flatMap(({ levels }) => levels.map(({ instances }) => Math.round(instances))),
  )
  const [count = 1] = counts
  return found.flatMap(({ parameter, station, index }): Gap[] => {
    const isOwn = station.perInstance === true
    const path = parameter.name.replace(/slots$/, isOwn ? 'perInstance' : 'shared')
    if (counts.size < 2) {
      return [{ path, code: 'OneInstanceCount', station: station.name, instances: count }]
    }
    const grows = plateauGrows(stepped, index)
    if (grows === null || grows === isOwn) return []
    const code = grows ? 'SlotsArePerInstance' : 'SlotsAreShared'
    return [{ path, code, station: station.name }]
  })
}
