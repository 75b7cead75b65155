/** Counts that are not zero, by their place in a larger array. */
export interface Cells {
  readonly places: Int32Array
  readonly counts: Float64Array
}

/**
 * Gives out `factor` times the counts in whole numbers. Rounding the running total keeps the sum;
 * what is left over of it, below 1, is for the next call.
 */
export function giveOut(
  { places, counts }: Cells,
  given: { readonly factor: number; readonly rest: number },
  give: (place: number, n: number) => void,
): number {
  let { rest } = given
  for (let i = 0; i < places.length; i += 1) {
    rest += counts[i]! * given.factor
    if (rest < 1) continue
    const n = Math.floor(rest)
    rest -= n
    give(places[i]!, n)
  }
  return rest
}
