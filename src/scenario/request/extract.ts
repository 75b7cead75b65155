import { readJsonPath } from './json-path.ts'
import type { Path } from '../path.ts'
import type { TextPattern } from './linear-pattern.ts'
import { readTextPattern } from './text-pattern.ts'

/** Where in an answer a value stands. */
export type Extract =
  | { readonly from: 'json'; readonly path: Path }
  /** Name in lower case. */
  | { readonly from: 'header'; readonly name: string }
  | { readonly from: 'cookie'; readonly name: string }
  | { readonly from: 'regex'; readonly pattern: TextPattern }

/** A header's or cookie's name. */
export const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

const forms = 'must be $.path, header:<name>, cookie:<name> or regex:<pattern>'

/** Reads one entry of `extract`, or gives the message of its fault. */
export function readExtract(text: string): Extract | string {
  if (text.startsWith('$')) {
    const path = readJsonPath(text)
    return path === null
      ? `must be a path such as $.booking.id or $.list[0]`
      : { from: 'json', path }
  }
  const colon = text.indexOf(':')
  const kind = text.slice(0, Math.max(0, colon))
  const rest = text.slice(colon + 1)
  if (kind === 'regex') {
    const pattern = readTextPattern(rest)
    if (typeof pattern === 'string') return pattern
    return pattern.groups === 1 ? { from: 'regex', pattern } : 'must have exactly one group'
  }
  if (kind !== 'header' && kind !== 'cookie') return forms
  const name = rest.trim()
  if (!token.test(name)) return `must name a ${kind}, such as ${kind}:sid`
  return kind === 'header' ? { from: kind, name: name.toLowerCase() } : { from: kind, name }
}
