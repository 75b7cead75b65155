import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A page of the documentation as the tests read it: its code blocks, its headings and its links. */

/** With a slash at its end. */
export const repository = fileURLToPath(new URL('../../../', import.meta.url))

export interface CodeBlock {
  /** `sh`, `text`, `yaml`, `js` …; empty where the fence names none. */
  readonly language: string
  readonly text: string
  /** Of the fence, counted from 1. */
  readonly line: number
  /** `not run: needs Kubernetes` → { 'not run': 'needs Kubernetes' }. Comments right before the fence. */
  readonly marks: ReadonlyMap<string, string>
}

export interface Page {
  /** Relative to the repository. */
  readonly path: string
  readonly text: string
  readonly blocks: readonly CodeBlock[]
}

/** All marks that a comment before a block may carry. */
export const knownMarks = new Set([
  'not run', // a reason; the block is listed, never run
  'background', // a text of its output; the block goes on beside those that follow
  'exit code', // what its last command ends with, where it is not 0
  'needs', // `k6`: skipped where it is missing
  'file', // the block is written under this name
  'part of', // `a scenario`: a piece of one, checked by merging it into a whole one; `a workflow`
])

export function readPage(path: string): Page {
  const text = readFileSync(join(repository, path), 'utf8')
  return { path, text, blocks: blocksOf(text) }
}

/** README.md, CONTRIBUTING.md and every page under docs/. */
export function pagePaths(): string[] {
  const docs = join(repository, 'docs')
  const below = existsSync(docs) ? readdirSync(docs, { recursive: true, encoding: 'utf8' }) : []
  const pages = below.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)
  return ['README.md', 'CONTRIBUTING.md', ...pages.toSorted()]
}

export function blocksOf(text: string): CodeBlock[] {
  const blocks: CodeBlock[] = []
  const lines = text.split('\n')
  let marks = new Map<string, string>()
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    const comment = /^<!--\s*([a-z ]+):\s*(.*?)\s*-->$/.exec(line)
    const fence = /^(`{3,})(\S*)/.exec(line)
    if (comment !== null) marks.set(comment[1] ?? '', comment[2] ?? '')
    else if (fence !== null) {
      const close = lines.indexOf(fence[1] ?? '', at + 1)
      const end = close < 0 ? lines.length : close
      const body = lines.slice(at + 1, end).join('\n')
      blocks.push({ language: fence[2] ?? '', text: body, line: at + 1, marks })
      at = end
      marks = new Map()
    } else if (line.trim() !== '') marks = new Map()
  }
  return blocks
}

/** The text without its code blocks and without code within lines. */
function prose(text: string): string {
  return text.replaceAll(/^(`{3,})[^]*?^\1$/gm, '').replaceAll(/`[^`\n]*`/g, '')
}

/** Anchors as GitHub makes them of headings: lower case, no punctuation, dashes for spaces. */
export function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>()
  for (const [, heading = ''] of text
    .replaceAll(/^(`{3,})[^]*?^\1$/gm, '')
    .matchAll(/^#+ (.+)$/gm)) {
    const words = heading.toLowerCase().replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
    const base = words.trim().replaceAll(' ', '-')
    let anchor = base
    for (let n = 1; anchors.has(anchor); n++) anchor = `${base}-${n}`
    anchors.add(anchor)
  }
  return anchors
}

/** Targets of links and pictures within the repository: `../README.md#two-commands`. */
export function linksOf(text: string): string[] {
  return [...prose(text).matchAll(/\]\(([^()\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
}

/** The block of output right after a block of commands; null where none is shown. */
export function outputAfter(page: Page, block: CodeBlock): string | null {
  const next = page.blocks[page.blocks.indexOf(block) + 1]
  return next?.language === 'text' ? next.text : null
}

/** `docs/guides/plan.md:40: dambreak plan smoke`. */
export function blockName(page: Page, block: CodeBlock): string {
  return `${page.path}:${block.line}: ${block.text.split('\n')[0] ?? ''}`
}
