import { drawnText } from '../escape.ts'
import { Document, isMap, isNode, isScalar, type Node } from 'yaml'
import type { FitResult } from '../../fit/fit.ts'
import { parsePath, type Path } from '../../scenario/path.ts'
import { inputNames } from './fit-words.ts'
import { gapText } from './gap-words.ts'
import { fitNoteText } from './note-words.ts'

/**
 * The fitted scenario as YAML: what it was fitted to and the notes stand in its heading, and a comment
 * stands before each field that is not identifiable from the data.
 */
export function fittedYaml(result: Omit<FitResult, 'ensemble'>): string {
  const { document, fitted, notes, opensAt } = result
  const yaml = new Document(document)
  const heading = [
    `Fitted by dambreak to ${inputNames(result).join(', ')}.`,
    ...notes.map((note) => fitNoteText(note, opensAt)),
  ]
  yaml.commentBefore = heading.map((line) => ` ${oneLine(line)}`).join('\n')
  const reasons = new Map<string, string[]>()
  for (const gap of fitted.notIdentified) {
    reasons.set(gap.path, [...(reasons.get(gap.path) ?? []), gapText(gap).reason])
  }
  for (const [path, all] of reasons) {
    const parsed = parsePath(path)
    const key = parsed === null ? null : keyAt(yaml.contents, parsed)
    if (key !== null) key.commentBefore = ` not identified: ${oneLine(all.join('; '))}`
  }
  return yaml.toString({ lineWidth: 100 })
}

const oneLine = (text: string): string => drawnText(text).replaceAll(/\s+/g, ' ')

/** The key in front of a place, for a comment before it. */
function keyAt(contents: unknown, path: Path): Node | null {
  const parent: unknown = path
    .slice(0, -1)
    .reduce<unknown>((node, part) => (hasParts(node) ? node.get(part, true) : null), contents)
  if (!isMap(parent) || parent.flow === true) return null
  const pair = parent.items.find(({ key }) => isScalar(key) && key.value === path.at(-1))
  return isNode(pair?.key) ? pair.key : null
}

interface WithParts {
  get(part: string | number, keepScalar: true): unknown
}

const hasParts = (node: unknown): node is WithParts =>
  typeof node === 'object' && node !== null && 'get' in node && typeof node.get === 'function'
