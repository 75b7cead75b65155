const delimiters = [',', ';', '\t', '|'] as const

/** How many cells a line of a table has, commas and the like in quotes aside. */
function cellCount(line: string, delimiter: string): number {
  let cells = 1
  let isQuoted = false
  for (const char of line) {
    if (char === '"') isQuoted = !isQuoted
    else if (char === delimiter && !isQuoted) cells++
  }
  return cells
}

/**
 * What separates the cells of a table, by its first lines: comma, semicolon, tab or bar. Of those that cut
 * every line into as many cells (as many as there are columns, where that is known), or else of all, the
 * one that cuts the first line into most; a comma where none does.
 */
export function delimiterOf([first = '', ...others]: readonly string[], columns?: number): string {
  const cuts = delimiters.map((delimiter) => {
    const cells = cellCount(first, delimiter)
    const isEven = cells > 1 && others.every((line) => cellCount(line, delimiter) === cells)
    return { delimiter, cells, isEven }
  })
  const even = cuts.filter(({ isEven }) => isEven)
  const right = even.filter(({ cells }) => cells === columns)
  const pool = [right, even].find((some) => some.length > 0) ?? cuts
  return pool.reduce((a, b) => (b.cells > a.cells ? b : a)).delimiter
}
