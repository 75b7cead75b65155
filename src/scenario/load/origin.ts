import type { Path } from '../path.ts'
import { isMapping } from '../plain.ts'

/**
 * Where a part of a merged document is stated: in which file of the chain (by its number, the
 * outermost base first) and at which path of it. Without `parts` everything below comes from there.
 */
export interface Origin {
  readonly link: number
  readonly path: Path
  readonly parts?: ReadonlyMap<string | number, Origin>
}

/** The origin of one field or entry; of one that is missing, that of the mapping around it. */
export function childOrigin(origin: Origin, part: string | number): Origin {
  const { link, path, parts } = origin
  if (parts === undefined) return { link, path: [...path, part] }
  return parts.get(part) ?? { link, path }
}

export function originAt(origin: Origin, path: Path): Origin {
  let at = origin
  for (const part of path) {
    if (at.parts?.has(part) === false) return { link: at.link, path: at.path }
    at = childOrigin(at, part)
  }
  return { link: at.link, path: at.path }
}

/** The value at a path, `undefined` where there is none. */
export function valueAt(document: unknown, path: Path): unknown {
  let value = document
  for (const part of path) {
    const isThere = Array.isArray(value) || isMapping(value)
    if (!isThere || !Object.hasOwn(value as object, part)) return undefined
    value = Reflect.get(value as object, part)
  }
  return value
}
