import { allowed, parametersOf, withValues, type Parameter } from '../scenario/schema/parameters.ts'
import type { Values } from '../scenario/schema/parameters.ts'
import type { Mapping } from '../scenario/plain.ts'
import type { Belief } from './simulated-fit.ts'

/**
 * A number of the stations that a base scenario gives as an interval, and a fit is to find. A fit
 * works on coordinates: ln value for times and their spread, whose errors are relative; value over
 * the interval's standard deviation for contention and coherency, which may be 0 and never less.
 * The interval is what is believed before anything is measured: a normal distribution in the
 * coordinate, its middle `mid`, its 5th and 95th percentile as far apart as `low` and `high`.
 */
export interface StationUnknown {
  readonly parameter: Parameter
  readonly kind: 'time' | 'slow-down'
}

const servicePath = /^journey\[\d+\]\.visits\[\d+\]\.serviceMs(\.(mean|cv|value|scale|shape))?$/
const slowdownPath = /^stack\.stations\[\d+\]\.(contention|coherency)$/
const slotsPath = /^stack\.stations\[(\d+)\]\.slots$/

/** Standard deviations between the 5th and the 95th percentile. */
const spread = 3.2897

export function stationUnknowns(base: Mapping): StationUnknown[] {
  return parametersOf(base).flatMap((parameter): StationUnknown[] => {
    if (servicePath.test(parameter.name)) return [{ parameter, kind: 'time' }]
    return slowdownPath.test(parameter.name) ? [{ parameter, kind: 'slow-down' }] : []
  })
}

/** Slots that the base gives as an interval, with the number of their station. */
export function slotUnknowns(base: Mapping): { parameter: Parameter; station: number }[] {
  return parametersOf(base).flatMap((parameter) => {
    const found = slotsPath.exec(parameter.name)
    return found === null ? [] : [{ parameter, station: Number(found[1]) }]
  })
}

export function coordinateOf({ parameter, kind }: StationUnknown, value: number): number {
  return kind === 'time' ? Math.log(Math.max(value, minTime(parameter))) : value / unit(parameter)
}

export function valueAt({ parameter, kind }: StationUnknown, coordinate: number): number {
  const value = kind === 'time' ? Math.exp(coordinate) : coordinate * unit(parameter)
  return allowed(parameter, value)
}

/** What is believed before: mean and standard deviation of the coordinate, and its lower bound. */
export function beliefOf(unknown: StationUnknown): Belief {
  const { parameter, kind } = unknown
  const mean = coordinateOf(unknown, parameter.mid)
  if (kind === 'slow-down') return { mean, sd: 1, least: 0, width: 0.25 }
  const low = Math.log(Math.max(parameter.low, minTime(parameter)))
  const sd = Math.max((Math.log(parameter.high) - low) / spread, 1e-3)
  return { mean, sd, least: Number.NEGATIVE_INFINITY, width: 0.05 }
}

/** The document with plain numbers for all unknowns, at these coordinates, and for the slots. */
export function documentAt(
  base: Mapping,
  unknowns: readonly StationUnknown[],
  at: { readonly coordinates: readonly number[]; readonly slots: Values },
): Mapping {
  const values = new Map(at.slots)
  unknowns.forEach((unknown, i) => {
    values.set(unknown.parameter.name, valueAt(unknown, at.coordinates[i] ?? 0))
  })
  const slots = slotUnknowns(base).map(({ parameter }) => parameter)
  return withValues(base, [...slots, ...unknowns.map(({ parameter }) => parameter)], values)
}

function unit({ low, high }: Parameter): number {
  return Math.max((high - low) / spread, 1e-9)
}

/** An interval from 0 on: a hundredth of its middle stands for 0, which has no logarithm. */
function minTime({ mid }: Parameter): number {
  return Math.max(mid / 100, 1e-9)
}
