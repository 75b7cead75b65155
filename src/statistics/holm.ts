/** One question of several; `p` is `null` where it was not asked. */
export interface Question {
  readonly p: number | null
  /** How much of the level it is given beside the others, settled before the data are seen. */
  readonly weight: number
}

/**
 * P values adjusted by Holm, weighted (1979, Scandinavian Journal of Statistics 6, 65–70), for having
 * asked so many questions at once: those at or below a level are significant, and the chance that
 * any of them is so wrongly is at most that level, however the questions hang together.
 */
export function holm(questions: readonly Question[]): (number | null)[] {
  const asked = questions.flatMap(({ p, weight }, at) => (p === null ? [] : [{ p, weight, at }]))
  const adjusted: (number | null)[] = questions.map(() => null)
  let left = asked.reduce((sum, { weight }) => sum + weight, 0)
  let most = 0
  for (const { p, weight, at } of asked.toSorted((a, b) => a.p / a.weight - b.p / b.weight)) {
    most = Math.max(most, Math.min(1, p * (left / weight)))
    adjusted[at] = most
    left -= weight
  }
  return adjusted
}
