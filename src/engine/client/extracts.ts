import { readExtract, type Extract } from '../../scenario/request/extract.ts'
import { atJsonPath } from '../../scenario/request/json-path.ts'
import type { Page } from './answers.ts'
import { cookieValue } from './cookies.ts'
import type { Kept } from './kept.ts'
import { headerValue } from './redirects.ts'
import { Want } from './transport.ts'

/** No longer value is taken from an answer. */
const maxValueChars = 4096

/** The values that a step takes from its answer. */
export interface Extractor {
  /** `Want` bits. */
  readonly want: number
  /** Takes all of them into `kept`; false where one is missing, and then none is taken. */
  take(page: Page, kept: Kept): boolean
}

export function extractorOf(extract: Readonly<Record<string, string>> = {}): Extractor {
  const sources = Object.entries(extract).map(([name, text]): [string, Extract] => {
    const source = readExtract(text)
    if (typeof source === 'string') throw new Error(`dambreak bug: unchecked: ${source}`)
    return [name, source]
  })
  const want = sources.reduce((bits, [, { from }]) => {
    return bits | (from === 'header' || from === 'cookie' ? Want.head : Want.body)
  }, 0)
  return {
    want,
    take: (page, kept) => {
      const taken: [string, string][] = []
      for (const [name, source] of sources) {
        const value = valueOf(source, page, kept)
        if (value === null || value.length > maxValueChars) return false
        taken.push([name, value])
      }
      for (const [name, value] of taken) kept.values[name] = value
      return true
    },
  }
}

function valueOf(source: Extract, page: Page, kept: Kept): string | null {
  switch (source.from) {
    case 'json': {
      const value = atJsonPath(page.json, source.path)
      const isPlain = typeof value === 'string' || typeof value === 'boolean'
      return isPlain || typeof value === 'number' ? String(value) : null
    }
    case 'header':
      return headerValue(page.head, source.name)
    case 'cookie':
      return cookieValue(source.name, kept.cookies, page.head)
    case 'regex':
      return source.pattern.exec(page.searched)?.[1] ?? null
  }
}
