import type { AnswerFaultName } from '../../core/codes.ts'
import type { Path } from '../../scenario/path.ts'
import { readExtract, type Extract } from '../../scenario/request/extract.ts'
import { atJsonPath } from '../../scenario/request/json-path.ts'
import { jsonTextAt } from '../../scenario/request/json-text.ts'
import type { TextPattern } from '../../scenario/request/linear-pattern.ts'
import type { Page } from './answers.ts'
import { isHtml, bodyFactsOf } from './body-facts.ts'
import { cookieValue, type CookieSite } from './cookies.ts'
import { headerValue } from './head-fields.ts'
import { decodeEntities, isRawText } from './html-entities.ts'
import type { Kept } from './kept.ts'
import { isLinkText, linkField, linkPath, type LinkUse } from './links.ts'
import { Want } from './transport.ts'

/** All values that a visitor keeps hold no more characters than this. */
const maxKeptChars = 262_144

/** What values are taken by, beside their answer. */
export interface ExtractContext {
  readonly site: CookieSite
  /** No longer value is taken. */
  readonly maxValueChars: number
  /** The values that paths begin with, by name. */
  readonly links: ReadonlyMap<string, LinkUse>
}

/** The values that a step takes from its answer. */
export interface Extractor {
  /** `Want` bits. */
  readonly want: number
  /**
   * Takes all of them into `kept`; or none, and the page knows why. `path` is that of the request.
   */
  take(page: Page, kept: Kept, path: () => string): boolean
}

export function extractorOf(
  extract: Readonly<Record<string, string>> = {},
  context: ExtractContext,
): Extractor {
  const sources = Object.entries(extract).map(([name, text]): [string, Extract] => {
    const source = readExtract(text)
    if (typeof source === 'string') throw new Error(`dambreak bug: unchecked: ${source}`)
    return [name, source]
  })
  const want = sources.reduce((bits, [, { from }]) => bits | wants[from], 0)
  return {
    want,
    take: (page, kept, path) => {
      const taken = new Map<string, string>()
      for (const [name, source] of sources) {
        const fault = takeInto(taken, { name, source, page, kept, path, context })
        if (fault === null) continue
        page.blame(fault, name)
        return false
      }
      for (const [name, value] of taken) kept.values[name] = value
      return true
    },
  }
}

const wants = {
  json: Want.body,
  // Entities stand in HTML only: the head says whether it is.
  regex: Want.body | Want.head,
  header: Want.head,
  cookie: Want.head,
} as const satisfies Record<Extract['from'], number>

interface Taking {
  readonly name: string
  readonly source: Extract
  readonly page: Page
  readonly kept: Kept
  readonly path: () => string
  readonly context: ExtractContext
}

function takeInto(taken: Map<string, string>, taking: Taking): AnswerFaultName | null {
  const { name, source, kept, path, context } = taking
  const { site, maxValueChars, links } = context
  const found = valueOf(taking)
  if ('fault' in found) return found.fault
  const { value } = found
  const isTooMuch = value.length > maxValueChars || keptChars(kept, taken, value) > maxKeptChars
  if (isTooMuch) return 'ValueTooLong'
  taken.set(name, value)
  const use = links.get(name)
  if (use === undefined || (use === 'afterSlash' && !isLinkText(value))) return null
  const link = linkPath(value, {
    path: path(),
    target: site.target,
    isBytes: source.from === 'header',
  })
  if (link === null) return 'LinkElsewhere'
  taken.set(linkField(name), link)
  return null
}

function keptChars(kept: Kept, taken: ReadonlyMap<string, string>, value: string): number {
  let chars = value.length
  for (const one of Object.values(kept.values)) chars += one.length
  for (const one of taken.values()) chars += one.length
  return chars
}

type Found = { readonly value: string } | { readonly fault: AnswerFaultName }

const missing: Found = { fault: 'ValueMissing' }
const found = (value: string | null): Found => (value === null ? missing : { value })

function valueOf({ source, page, kept, path, context }: Taking): Found {
  switch (source.from) {
    case 'json':
      return jsonValue(page, source.path)
    case 'header':
      return found(headerValue(page.head, source.name))
    case 'cookie':
      return found(
        cookieValue(source.name, kept.cookies, {
          head: page.head,
          path: path(),
          site: context.site,
        }),
      )
    case 'regex':
      return matchedValue(page, source.pattern)
  }
}

function jsonValue(page: Page, path: Path): Found {
  const value = atJsonPath(page.json, path)
  const isText = typeof value === 'string'
  if (page.bodyFault !== null && (!isText || value.includes('\ufffd'))) {
    return { fault: page.bodyFault }
  }
  if (isText) return { value }
  if (typeof value === 'boolean') return { value: String(value) }
  // As it is written: 64 bits, and whatever else a number of ours would round.
  return typeof value === 'number' ? found(jsonTextAt(page.body, path)) : missing
}

function matchedValue(page: Page, pattern: TextPattern): Found {
  const { body, bodyFault } = page
  const match = pattern.exec(body)
  const value = match?.groups[1]
  if (match === null || value === undefined) return { fault: bodyFault ?? 'ValueMissing' }
  const isUnsure = match.to === body.length || value.includes('\ufffd')
  if (bodyFault !== null && isUnsure) return { fault: bodyFault }
  if (!value.includes('&')) return { value }
  const isEscaped = isHtml(bodyFactsOf(page.head).mediaType, body) && !isRawText(body, match.from)
  return { value: isEscaped ? decodeEntities(value) : value }
}
