import { parsePath, type Path } from '../path.ts'
import { isMapping } from '../plain.ts'

/** Reads `$.a.b[0]` or `$["a b"]`; `$` alone is the whole. `null` where the text is no such path. */
export function readJsonPath(text: string): Path | null {
  if (text === '$') return []
  if (text.startsWith('$.') && !text.startsWith('$.[')) return parsePath(text.slice(2))
  return text.startsWith('$[') ? parsePath(text.slice(1)) : null
}

/** What stands at a path of a JSON value; `undefined` where nothing does. */
export function atJsonPath(value: unknown, path: Path): unknown {
  let at = value
  for (const part of path) {
    if (typeof part === 'number') at = Array.isArray(at) ? (at as unknown[])[part] : undefined
    else at = isMapping(at) && Object.hasOwn(at, part) ? at[part] : undefined
  }
  return at
}
