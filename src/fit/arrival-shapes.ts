import { must } from '../core/assert.ts'

/** The kinds of arrival that a fit tries: those of a scenario, the opening being second 0. */
export const shapeNames = ['early', 'burst', 'decay', 'power', 'constant'] as const
export type ShapeName = (typeof shapeNames)[number]

/** Whether somebody of that kind comes at the opening; without such there is none. */
export const isOfOpening = (name: ShapeName): boolean =>
  name === 'burst' || name === 'decay' || name === 'power'

/** Shape parameters, seconds but for the exponent; a constant rate has none. */
export interface ShapeParameters {
  readonly forSec?: number
  readonly scaleSec?: number
  readonly exponent?: number
}

export interface Window {
  readonly fromSec: number
  readonly untilSec: number
}

/**
 * Distribution function of the arrival time of one kind, as `workload/arrivals/` draws it; `decay`
 * and `power` are cut at the end of the window, `constant` fills it. Seconds after the opening.
 */
export function distributionOf(
  name: ShapeName,
  parameters: ShapeParameters,
  window: Window,
): (sec: number) => number {
  const { forSec = 1, scaleSec = 1, exponent = 2 } = parameters
  switch (name) {
    case 'early':
      return (t) => (t <= -forSec ? 0 : t >= 0 ? 1 : (1 + t / forSec) ** 2)
    case 'burst':
      return (t) => (t <= 0 ? 0 : t >= forSec ? 1 : 1 - (1 - t / forSec) ** 2)
    case 'decay': {
      const whole = -Math.expm1(-window.untilSec / scaleSec)
      return (t) => (t <= 0 ? 0 : Math.min(1, -Math.expm1(-t / scaleSec) / whole))
    }
    case 'power': {
      const mass = (t: number) =>
        Math.abs(exponent - 1) < 1e-9
          ? Math.log1p(t / scaleSec)
          : -Math.expm1((1 - exponent) * Math.log1p(t / scaleSec)) / (exponent - 1)
      const whole = mass(window.untilSec)
      return (t) => (t <= 0 ? 0 : Math.min(1, mass(t) / whole))
    }
    case 'constant': {
      const { fromSec, untilSec } = window
      return (t) => Math.min(1, Math.max(0, (t - fromSec) / (untilSec - fromSec)))
    }
  }
}

/** The free parameters of a set of kinds, each as a logarithm, in their order. */
export function parametersOf(names: readonly ShapeName[]): ShapePlace[] {
  return names.flatMap((name) => parameterNames[name].map((parameter) => ({ name, parameter })))
}

export interface ShapePlace {
  readonly name: ShapeName
  readonly parameter: keyof ShapeParameters
}

const parameterNames: Readonly<Record<ShapeName, readonly (keyof ShapeParameters)[]>> = {
  early: ['forSec'],
  burst: ['forSec'],
  decay: ['scaleSec'],
  power: ['scaleSec', 'exponent'],
  constant: [],
}

/** The parameters of each kind out of the logarithms that `parametersOf` puts in order. */
export function shapesOf(
  names: readonly ShapeName[],
  logs: readonly number[],
): { readonly name: ShapeName; readonly parameters: ShapeParameters }[] {
  const places = parametersOf(names)
  return names.map((name) => {
    const own = places.flatMap((place, i) =>
      place.name === name ? [[place.parameter, Math.exp(must(logs[i], 'a shape parameter'))]] : [],
    )
    return { name, parameters: Object.fromEntries(own) as ShapeParameters }
  })
}
