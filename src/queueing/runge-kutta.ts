/** d(state)/dt at a time; shapes are equal. */
export type Derivative = (time: number, state: readonly number[]) => number[]

/** One step of the classical fourth-order Runge–Kutta method. */
export function rungeKuttaStep(
  derivative: Derivative,
  state: readonly number[],
  span: { time: number; step: number },
): number[] {
  const { time, step } = span
  const half = time + step / 2
  const k1 = derivative(time, state)
  const k2 = derivative(half, moved(state, k1, step / 2))
  const k3 = derivative(half, moved(state, k2, step / 2))
  const k4 = derivative(time + step, moved(state, k3, step))
  return state.map(
    (value, i) =>
      value + (step / 6) * ((k1[i] ?? 0) + 2 * (k2[i] ?? 0) + 2 * (k3[i] ?? 0) + (k4[i] ?? 0)),
  )
}

function moved(state: readonly number[], slope: readonly number[], step: number): number[] {
  return state.map((value, i) => value + step * (slope[i] ?? 0))
}
