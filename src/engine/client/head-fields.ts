/** The header fields of an answer: `name: value`, each line ended by CRLF. */

/** The value of the first field of that name (lower case), or `null`. */
export function headerValue(head: string, name: string): string | null {
  for (const value of valuesIn(head, name)) return value
  return null
}

/** The values of all fields of that name (lower case), in order. */
export function headerValues(head: string, name: string): string[] {
  return [...valuesIn(head, name)]
}

function* valuesIn(head: string, name: string): Generator<string, void, void> {
  const { length } = name
  for (let at = 0; at < head.length;) {
    const end = head.indexOf('\r\n', at)
    const stop = end < 0 ? head.length : end
    const isIt = head.charAt(at + length) === ':'
    if (isIt && head.slice(at, at + length).toLowerCase() === name) {
      yield head.slice(at + length + 1, stop).trim()
    }
    at = stop + 2
  }
}
