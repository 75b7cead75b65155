import { isMapping } from '../../scenario/plain.ts'
import { contentKindOf, pathTemplateOf, type StepRequest } from '../../scenario/request/request.ts'
import { templateOf } from '../../scenario/request/template.ts'
import {
  encodeCookie,
  encodeField,
  encodeHeader,
  encodeJson,
  encodeNothing,
  encodeSegment,
  fillerOf,
  fillerOfTemplate,
  formFiller,
  jsonFiller,
  type Asking,
  type Filler,
  type Value,
  type Values,
} from './fill.ts'
import { cookieHeader } from './cookies.ts'
import { linkOf, type LinkUse } from './links.ts'
import type { Outgoing } from './transport.ts'

export interface RequestSettings {
  readonly values: Values
  /** Path that the target's URL ended in: '' or `/base`. */
  readonly basePath: string
  /** Send the cookies that answers have set. */
  readonly sendsCookies: boolean
  /** Milliseconds since the epoch, for cookies that expire. */
  readonly epochMs: () => number
  /** The extracted values that paths begin with. */
  readonly links: ReadonlyMap<string, LinkUse>
}

/** Where a redirect leads: what is different from the request that was redirected. */
export interface Hop {
  readonly method: string
  readonly path: string
}

/** A request made ready once. */
export interface CompiledRequest {
  readonly method: string
  /** The same object each time where nothing is filled in and no cookie is sent. */
  outgoing(asking: Asking): Outgoing
  /** The request that follows a redirect; without body where the method has changed. */
  redirected(asking: Asking, hop: Hop): Outgoing
}

/** As the protocol's own clients write it; the value is percent-encoded like any they store. */
const keyCookie = `NetFunnel_ID=${encodeURIComponent('5002:200:key=')}`

export function compileRequest(
  request: StepRequest,
  { values, basePath, sendsCookies, epochMs, links }: RequestSettings,
): CompiledRequest {
  const { method } = request
  const body = bodyFiller(request, values)
  const path = pathFiller(request.path, { basePath, values, links })
  const { lines, bareLines, ownCookie } = headerFillers(request, values)
  const cookies = ({ kept }: Asking, to: string): string => {
    const key = kept.key === '' ? '' : keyCookie + encodeField(kept.key)
    const stored = sendsCookies ? cookieHeader(kept.cookies, to, epochMs) : ''
    return key === '' || stored === '' ? key + stored : `${key}; ${stored}`
  }
  const cookieLine = (asking: Asking, to: string): string => {
    const own = ownCookie?.fill(asking) ?? ''
    const others = cookies(asking, to)
    if (own === '' && others === '') return ''
    return `cookie: ${own}${own === '' || others === '' ? '' : '; '}${others}\r\n`
  }
  const isConstant = [path, lines, body, ownCookie].every((one) => one?.constant !== null)
  const nobody: Asking = { person: 0, entity: 0, kept: { key: '', cookies: '', values: {} } }
  const make = (asking: Asking): Outgoing => {
    const to = path.fill(asking)
    const headers = lines.fill(asking) + cookieLine(asking, to)
    return { method, path: to, headers, body: body.fill(asking) }
  }
  const constant = isConstant ? make(nobody) : null
  return {
    method,
    outgoing: (asking) =>
      constant !== null && cookies(asking, constant.path) === '' ? constant : make(asking),
    redirected: (asking, hop) => {
      const keepsBody = hop.method === method
      return {
        ...hop,
        headers: (keepsBody ? lines : bareLines).fill(asking) + cookieLine(asking, hop.path),
        body: keepsBody ? body.fill(asking) : '',
      }
    },
  }
}

function bodyFiller(request: StepRequest, values: Values): Filler {
  const { body } = request
  const kind = contentKindOf(request)
  if (body === undefined) return fillerOf([''], [])
  if (typeof body === 'string') {
    const encode = { json: encodeJson, form: encodeField, text: encodeNothing }[kind]
    return fillerOfTemplate(templateOf(body), values, encode)
  }
  return kind === 'form' && isMapping(body) ? formFiller(body, values) : jsonFiller(body, values)
}

function pathFiller(
  path: string,
  { basePath, values, links }: Pick<RequestSettings, 'basePath' | 'values' | 'links'>,
): Filler {
  const { texts, names } = pathTemplateOf(path)
  let inQuery = false
  const found = names.map((name, i): Value => {
    inQuery ||= texts[i]?.includes('?') === true
    const encode = inQuery ? encodeField : encodeSegment
    const value = values(name)
    return (asking) => encode(value(asking))
  })
  const plain = fillerOf([basePath + (texts[0] ?? ''), ...texts.slice(1)], found)
  const [name = ''] = names
  const isLink = links.has(name) && (texts[0] === '' || texts[0] === '/')
  if (!isLink) return plain
  const rest = fillerOf(texts.slice(1), found.slice(1))
  return {
    constant: null,
    fill: (asking) => {
      const link = linkOf(asking.kept, { name, isWhole: texts[0] === '' })
      return link === null ? plain.fill(asking) : link + rest.fill(asking)
    },
  }
}

const contentTypes = { json: 'application/json', text: 'text/plain; charset=utf-8', form: '' }

/** All lines but the cookies'; `bareLines`: those of a request that has lost its body. */
function headerFillers(request: StepRequest, values: Values) {
  const entries = Object.entries(request.headers)
  const isCookie = ([name]: readonly [string, string]) => name.toLowerCase() === 'cookie'
  const isOfBody = ([name]: readonly [string, string]) => /^content-/i.test(name)
  const plain = entries.filter((entry) => !isCookie(entry))
  const hasType = plain.some(([name]) => name.toLowerCase() === 'content-type')
  if (request.body !== undefined && !hasType) {
    plain.push(['content-type', contentTypes[contentKindOf(request)]])
  }
  const ownCookie = entries.find(isCookie)?.[1]
  return {
    lines: linesFiller(plain, values),
    bareLines: linesFiller(
      plain.filter((entry) => !isOfBody(entry)),
      values,
    ),
    ownCookie:
      ownCookie === undefined
        ? undefined
        : fillerOfTemplate(templateOf(ownCookie), values, encodeCookie),
  }
}

function linesFiller(entries: readonly (readonly [string, string])[], values: Values): Filler {
  const texts = ['']
  const found: Value[] = []
  for (const [name, given] of entries) {
    const template = templateOf(given)
    texts[texts.length - 1] += `${name}: `
    template.texts.forEach((text, i) => {
      if (i > 0) {
        const value = values(template.names[i - 1] ?? '')
        found.push((asking) => encodeHeader(value(asking)))
        texts.push('')
      }
      texts[texts.length - 1] += text
    })
    texts[texts.length - 1] += '\r\n'
  }
  return fillerOf(texts, found)
}
