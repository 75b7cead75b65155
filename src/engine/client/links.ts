import type { Scenario } from '../../scenario/schema/schema.ts'
import { templateOf } from '../../scenario/request/template.ts'
import type { Kept } from './kept.ts'
import type { Target } from './transport.ts'

/**
 * Links that are taken from answers. A path that begins with an extracted value (`${next}`, or
 * `/${next}` where the value is a whole link) is sent as the link it is, not encoded again; load
 * goes to the target alone, so that a link to any other host is no value.
 */

/** `whole`: `${next}`, always a link. `afterSlash`: `/${next}`, a link if it looks like one. */
export type LinkUse = 'whole' | 'afterSlash'

/** The extracted values that paths begin with. */
export function linkUsesOf({
  journey,
  undo,
}: Pick<Scenario, 'journey' | 'undo'>): ReadonlyMap<string, LinkUse> {
  const extracted = new Set(journey.flatMap(({ request }) => Object.keys(request?.extract ?? {})))
  const paths = [...journey.map(({ request }) => request?.path), undo?.request.path]
  const uses = new Map<string, LinkUse>()
  for (const path of paths) {
    const { texts, names } = templateOf(path ?? '/')
    const [name] = names
    if (name === undefined || !extracted.has(name)) continue
    if (texts[0] === '') uses.set(name, 'whole')
    else if (texts[0] === '/' && !uses.has(name)) uses.set(name, 'afterSlash')
  }
  return uses
}

/** Of a value that stands behind a slash: whether it is a link of its own, and no name. */
export const isLinkText = (text: string): boolean => /^(?:[/\\]|https?:)/i.test(text.trim())

/** Where a visitor keeps the path of a link; no field can have this name. */
export const linkField = (name: string): string => `→${name}`

/**
 * The path that a request begins with where its template begins with a value: a link's, or `null`
 * where the value is filled in like any other. `isWhole`: nothing stands before it.
 */
export function linkOf(
  { values }: Pick<Kept, 'values'>,
  { name, isWhole }: { readonly name: string; readonly isWhole: boolean },
): string | null {
  const link = values[linkField(name)]
  // A step that is performed alone has no link to follow.
  if (link === undefined) return isWhole ? '/' : null
  return isWhole || isLinkText(values[name] ?? '') ? link : null
}

export interface LinkBase {
  /** Path and query of the request that was answered. */
  readonly path: string
  readonly target: Pick<Target, 'protocol' | 'host'>
  /** The text stands for bytes: that of a header does. */
  readonly isBytes: boolean
}

/** Path and query of a link on the target; `null` where it leads anywhere else. */
export function linkPath(text: string, { path, target, isBytes }: LinkBase): string | null {
  const ascii = isBytes ? bytesEncoded(text) : text.toWellFormed()
  const base = `${target.protocol}//${target.host}${path}`
  if (!URL.canParse(ascii, base)) return null
  const { origin, pathname, search } = new URL(ascii, base)
  return origin === new URL(base).origin ? pathname + search : null
}

/** What is beyond ASCII stands for itself, byte by byte. */
function bytesEncoded(text: string): string {
  return text.replaceAll(
    /[\u0080-\u00ff]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
