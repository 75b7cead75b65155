import { isMap, isScalar, isSeq, isAlias, LineCounter, parseDocument } from 'yaml'
import type { Document, Node } from 'yaml'
import type { Fault } from '../../core/errors.ts'
import { parsePath, pathText } from '../path.ts'
import type { Path } from '../path.ts'
import type { Mapping } from '../plain.ts'
import { isMapping } from '../plain.ts'
import type { Inherited } from '../schema/evidence.ts'
import { childOrigin, originAt, valueAt, type Origin } from './origin.ts'
import { hasTooManyTokens } from './read-text.ts'
import type { Statements } from './source.ts'

/** A text in which faults are found. */
interface Text {
  readonly path: string
  readonly text: string | null
}

/** The fault with the file in which the path stands, and the line where it is known. */
export function locate({ path: file, text }: Text, path: Path, fault: Fault): Fault {
  const line = text === null ? null : lineOf(text, path)
  return line === null ? { ...fault, file } : { ...fault, file, line }
}

/**
 * Faults of a document with the file of the chain and the line at which they stand. A fault in what a
 * variant or the command line set stands in no file.
 */
export function locateFaults(
  { links, origin, merged }: Statements,
  document: Mapping,
  faults: readonly Fault[],
): Fault[] {
  return faults.map((fault) => {
    const path = parsePath(fault.path)
    if (path === null || valueAt(document, path) !== valueAt(merged, path)) return fault
    const at = originAt(origin, path)
    const link = links[at.link]
    if (link === undefined) return fault
    const located = locate(link, at.path, fault)
    const isOwn = at.link === links.length - 1
    return isOwn && located.line === undefined ? fault : located
  })
}

/** What of a document the bases state; `null` where they state nothing of it. */
export function inheritedOf(
  { links, origin, merged }: Statements,
  document: Mapping,
): Inherited | null {
  const found: Record<string, string[]> = {}
  const walk = (at: Origin, path: Path, [was, is]: [unknown, unknown]): void => {
    if (at.parts === undefined && was === is) {
      const isOwn = at.link === links.length - 1
      const link = links[at.link]
      if (!isOwn && link !== undefined) (found[link.name] ??= []).push(pathText(path))
    } else if (Array.isArray(was) && Array.isArray(is)) {
      is.forEach((one, i) => walk(childOrigin(at, i), [...path, i], [was[i], one]))
    } else if (isMapping(was) && isMapping(is)) {
      for (const key of Object.keys(is)) {
        walk(childOrigin(at, key), [...path, key], [was[key], is[key]])
      }
    }
  }
  walk(origin, [], [merged, document])
  return Object.keys(found).length === 0 ? null : found
}

/** The line, from 1, of a path in YAML or JSON, or of what is nearest around it; else `null`. */
function lineOf(text: string, path: Path): number | null {
  // Read again for a fault alone: positions of a long list are many times as large as the list.
  if (hasTooManyTokens(text)) return null
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { lineCounter, prettyErrors: false, logLevel: 'silent' })
  let node: Node | null = document.contents
  let position: number | null = null
  for (const part of path) {
    const step = stepInto(document, node, part)
    if (step === null) break
    position = step.position ?? position
    node = step.node
  }
  return position === null ? null : lineCounter.linePos(position).line
}

function stepInto(
  document: Document.Parsed,
  given: Node | null,
  part: string | number,
): { node: Node | null; position: number | undefined } | null {
  const node = isAlias(given) ? (given.resolve(document) ?? null) : given
  if (isSeq<Node | null>(node)) {
    const item = node.items[Number(part)]
    return item === undefined ? null : { node: item, position: item?.range?.[0] }
  }
  if (!isMap<Node, Node | null>(node)) return null
  const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === part)
  return pair === undefined ? null : { node: pair.value, position: pair.key.range?.[0] }
}
