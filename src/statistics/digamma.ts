/**
 * ψ(x), the derivative of ln Γ, for x > 0, to about 1e-14: the recurrence up to 10, then the
 * asymptotic series (Abramowitz and Stegun 6.3.5 and 6.3.18).
 */
export function digamma(x: number): number {
  let shifted = x
  let sum = 0
  while (shifted < 10) sum -= 1 / shifted++
  const s = 1 / (shifted * shifted)
  const series =
    s * (1 / 12 - s * (1 / 120 - s * (1 / 252 - s * (1 / 240 - s * (1 / 132 - s * (691 / 32760))))))
  return sum + Math.log(shifted) - 0.5 / shifted - series
}

/** ψ′(x) for x > 0 (Abramowitz and Stegun 6.4.6 and 6.4.12). */
export function trigamma(x: number): number {
  let shifted = x
  let sum = 0
  while (shifted < 10) sum += 1 / (shifted++) ** 2
  const s = 1 / (shifted * shifted)
  const series = s * (1 / 6 - s * (1 / 30 - s * (1 / 42 - s * (1 / 30 - s * (5 / 66)))))
  return sum + (1 + 0.5 / shifted + series) / shifted
}
