/**
 * Columns that a line may take so that one line stays one line; 80 where the terminal does not say,
 * and one less than it has, for some break a line that fills them all.
 */
export function lineColumns(given: number | undefined): number {
  return Math.max(20, (given === undefined || given === 0 ? 80 : given) - 1)
}
