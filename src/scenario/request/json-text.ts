import type { Path } from '../path.ts'

/**
 * How the value at `path` is written in a text that is JSON; `null` where nothing stands there. Of
 * equal names the last counts, as in `JSON.parse`. It is there for numbers: a value of `JSON.parse`
 * has 53 bits, and not every runtime hands over what it read (`context.source`).
 */
export function jsonTextAt(text: string, path: Path): string | null {
  let at = skipSpace(text, 0)
  for (const part of path) {
    const next = typeof part === 'number' ? itemAt(text, at, part) : memberAt(text, at, part)
    if (next < 0) return null
    at = next
  }
  return text.slice(at, valueEnd(text, at))
}

/** Where the item with this number begins, or -1. */
function itemAt(text: string, from: number, index: number): number {
  if (text.charAt(from) !== '[') return -1
  let at = skipSpace(text, from + 1)
  for (let i = 0; text.charAt(at) !== ']'; i++) {
    if (i === index) return at
    at = skipSeparator(text, valueEnd(text, at))
  }
  return -1
}

/** Where the value of the last member with this name begins, or -1. */
function memberAt(text: string, from: number, name: string): number {
  if (text.charAt(from) !== '{') return -1
  let found = -1
  for (let at = skipSpace(text, from + 1); text.charAt(at) !== '}';) {
    const end = stringEnd(text, at)
    const value = skipSpace(text, skipSpace(text, end) + 1)
    if (JSON.parse(text.slice(at, end)) === name) found = value
    at = skipSeparator(text, valueEnd(text, value))
  }
  return found
}

function skipSpace(text: string, from: number): number {
  let at = from
  while (text.charCodeAt(at) <= 0x20) at++
  return at
}

/** From the end of a value to the beginning of the next, or to the closing bracket. */
function skipSeparator(text: string, from: number): number {
  const at = skipSpace(text, from)
  return text.charAt(at) === ',' ? skipSpace(text, at + 1) : at
}

/** Behind the closing quote of the string that begins at `from`. */
function stringEnd(text: string, from: number): number {
  let at = from + 1
  while (text.charAt(at) !== '"') at += text.charAt(at) === '\\' ? 2 : 1
  return at + 1
}

function valueEnd(text: string, from: number): number {
  const first = text.charAt(from)
  if (first === '"') return stringEnd(text, from)
  if (first !== '{' && first !== '[') {
    let at = from
    while (/[^,\]}\s]/.test(text.charAt(at))) at++
    return at
  }
  let depth = 0
  let at = from
  do {
    const char = text.charAt(at)
    if (char === '"') {
      at = stringEnd(text, at)
      continue
    }
    if (char === '{' || char === '[') depth++
    else if (char === '}' || char === ']') depth--
    at++
  } while (depth > 0)
  return at
}
