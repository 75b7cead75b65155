import type { Fault } from '../../core/errors.ts'
import { isCharset } from './charset-label.ts'
import { readExtract, token } from './extract.ts'
import { readGenerator } from './generate.ts'
import { readJsonPath } from './json-path.ts'
import { pathText } from '../path.ts'
import type { Path } from '../path.ts'
import { isMapping } from '../plain.ts'
import type { Expect, Match, PersonDataSource, RequestInput } from './request-schema.ts'
import { contentKindOf, templatesOf } from './request.ts'
import type { Scenario } from '../schema/schema.ts'
import { environmentPrefix, ownNames, readTemplate } from './template.ts'
import { readTextPattern } from './text-pattern.ts'
import { nearest, oneOf, show } from '../schema/words.ts'

type Requests = Pick<Partial<Scenario>, 'journey' | 'undo' | 'answers'>

/** Names of a data file's columns; `null` where they are not known yet. */
export type ColumnsOf = (data: PersonDataSource) => readonly string[] | null

const statedColumns: ColumnsOf = ({ columns }) => columns ?? null

/** What is wrong with the requests, their answers and their data, field by field and together. */
export function requestFaults(sections: Requests): Fault[] {
  const { journey = [], undo, answers } = sections
  const faults = journey.flatMap(({ request, expect, data }, i): Fault[] => [
    ...(request === undefined ? [] : fieldFaults(request, ['journey', i, 'request'])),
    ...(expect === undefined ? [] : expectFaults(expect, ['journey', i, 'expect'])),
    ...(data === undefined ? [] : dataFaults(data, ['journey', i, 'data'])),
  ])
  if (undo !== undefined) {
    faults.push(...fieldFaults(undo.request, ['undo', 'request']))
    if (undo.expect !== undefined) faults.push(...expectFaults(undo.expect, ['undo', 'expect']))
  }
  const charset = answers?.charset
  if (charset !== undefined && !isCharset(charset)) {
    const message = `must be a charset such as euc-kr or windows-1252, got ${show(charset)}`
    faults.push({ path: 'answers.charset', message })
  }
  return [...faults, ...nameFaults(sections, statedColumns)]
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
/** Headers that frame the message or the connection. */
const transportHeaders = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'keep-alive',
  'proxy-connection',
  'upgrade',
  'expect',
  'te',
  'trailer',
])
// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u001f\u007f-\u009f]/
const beyondLatin1 = /[\u0100-\uffff]/

function fieldFaults(request: RequestInput, at: Path): Fault[] {
  const { method, path, headers = {}, body, extract = {} } = request
  const faults: Fault[] = []
  const fault = (where: Path, message: string) => {
    faults.push({ path: pathText([...at, ...where]), message })
  }
  if (!methods.includes(method.toUpperCase())) {
    fault(['method'], `must be ${oneOf(methods)}, got ${show(method)}`)
  } else if (body !== undefined && /^(?:get|head)$/i.test(method)) {
    fault(['body'], `a ${method.toUpperCase()} request must not have a body`)
  }
  // A link begins with its value: `nameFaults` looks at whose that is.
  if (!/^(?:\/|\$\{)/.test(path)) fault(['path'], `must begin with /, got ${show(path)}`)
  if (control.test(path)) fault(['path'], 'must not hold control characters')
  if (path.includes('#')) fault(['path'], 'must not have a fragment (#): it is never sent')
  for (const [name, value] of Object.entries(headers)) {
    const message = headerFault(name, value)
    if (message !== null) fault(['headers', name], message)
  }
  if (contentKindOf(request) === 'form' && !isFlat(body)) {
    fault(['body'], 'a form must be a mapping of names to text, numbers, true or false')
  }
  for (const where of roundedIn(body, ['body'])) fault(where, roundedText)
  for (const [name, text] of Object.entries(extract)) {
    const read = readExtract(text)
    if (typeof read === 'string') fault(['extract', name], `${read}, got ${show(text)}`)
    else if (!fieldName.test(name)) fault(['extract', name], fieldNameText)
  }
  return faults
}

function headerFault(name: string, value: string): string | null {
  if (!token.test(name)) return 'is not a header name'
  if (transportHeaders.has(name.toLowerCase())) {
    return 'must not be given: it belongs to the connection and is set automatically'
  }
  if (control.test(value)) return 'must not hold control characters'
  if (name.toLowerCase() === 'accept-encoding') {
    const unknown = unknownCodings(value)
    if (unknown.length > 0) {
      return `must name content encodings that are decoded (${[...decodedCodings].join(', ')}), got ${unknown.map(show).join(', ')}`
    }
  }
  return beyondLatin1.test(value) ? 'must not hold characters beyond Latin-1' : null
}

const decodedCodings = new Set(['gzip', 'x-gzip', 'deflate', 'br', 'zstd', 'identity'])

/** What a request must not ask for: an answer that cannot be read would count as one that says yes. */
function unknownCodings(value: string): string[] {
  if (value.includes('${')) return []
  return value.split(',').flatMap((one) => {
    const [coding = '', ...parameters] = one.split(';').map((part) => part.trim().toLowerCase())
    const isRefused = parameters.some((part) => /^q=0(?:\.0*)?$/.test(part))
    return coding === '' || isRefused || decodedCodings.has(coding) ? [] : [coding]
  })
}

/** Names that a scenario gives itself are such as a template can ask for. */
const fieldName = /^[\p{L}_][\p{L}\p{N}_.-]*$/u
const fieldNameText =
  'must be named with letters, digits, _, . and -, and must not begin with a digit'

function roundedIn(value: unknown, at: Path): Path[] {
  if (typeof value === 'number') return isRounded(value) ? [at] : []
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, i) => roundedIn(item, [...at, i]))
  }
  if (!isMapping(value)) return []
  return Object.entries(value).flatMap(([key, inner]) => roundedIn(inner, [...at, key]))
}

function isFlat(body: unknown): boolean {
  if (!isMapping(body)) return body === undefined || typeof body === 'string'
  return Object.values(body).every((value) => /^(?:string|number|boolean)$/.test(typeof value))
}

function expectFaults(expect: Expect, at: Path): Fault[] {
  const { status: _status, ...matches } = expect
  return Object.entries(matches).flatMap(([name, match]) =>
    match === undefined ? [] : matchFaults(match, [...at, name]),
  )
}

function matchFaults(match: Match, at: Path): Fault[] {
  const { regex, json } = match
  const equals = json?.equals
  const faults: Fault[] = []
  if (Object.keys(match).length === 0) {
    faults.push({ path: pathText(at), message: 'must have one of status, text, regex, json' })
  }
  const pattern = regex === undefined ? '' : readTextPattern(regex)
  if (typeof pattern === 'string' && pattern !== '') {
    faults.push({ path: pathText([...at, 'regex']), message: `${pattern}, got ${show(regex)}` })
  }
  if (json !== undefined && readJsonPath(json.path) === null) {
    const message = `must be a path such as $.booking.id or $.list[0], got ${show(json.path)}`
    faults.push({ path: pathText([...at, 'json', 'path']), message })
  }
  if (typeof equals === 'number' && isRounded(equals)) {
    faults.push({ path: pathText([...at, 'json', 'equals']), message: roundedText })
  }
  return faults
}

/** A whole number beyond 53 bits, which was rounded as it was read. */
const isRounded = (value: number): boolean =>
  Number.isInteger(value) && !Number.isSafeInteger(value)

const roundedText = `must be a number within ±${Number.MAX_SAFE_INTEGER}, beyond which digits are lost: write it as text, in quotes`

function dataFaults(data: PersonDataSource, at: Path): Fault[] {
  const { csv, generate } = data
  if ((csv === undefined) === (generate === undefined)) {
    const got = csv === undefined ? 'neither' : 'both'
    const message = `must have exactly one of csv and generate, got ${got}`
    return [{ path: pathText(at), message }]
  }
  if (csv !== undefined) return []
  const faults: Fault[] = []
  for (const name of ['columns', 'rows', 'sha256'] as const) {
    if (data[name] === undefined) continue
    faults.push({ path: pathText([...at, name]), message: 'is only for csv' })
  }
  for (const [name, text] of Object.entries(generate ?? {})) {
    const read = readGenerator(text)
    const message = typeof read === 'string' ? read : fieldName.test(name) ? null : fieldNameText
    if (message !== null) faults.push({ path: pathText([...at, 'generate', name]), message })
  }
  return faults
}

interface Named {
  readonly path: string
  readonly name: string
  /** Stands in the scenario itself; the first line of a file may be about a person. */
  readonly isStated: boolean
}

/**
 * Names that templates use and nothing defines, and names that are defined twice. An extracted value
 * is known to the steps after the one that takes it.
 */
export function nameFaults({ journey = [], undo }: Requests, columnsOf: ColumnsOf): Fault[] {
  const names = namesOfData(journey, columnsOf)
  const { faults, known } = names
  const given = new Set(known)
  const extracted = new Set<string>()
  const later = new Set(journey.flatMap(({ request }) => Object.keys(request?.extract ?? {})))
  const check = (request: RequestInput, at: Path) => {
    for (const { path, text } of templatesOf(request)) {
      const template = readTemplate(text)
      const where = pathText([...at, ...path])
      const isPath = path.length === 1 && path[0] === 'path'
      if (typeof template === 'string') faults.push({ path: where, message: template })
      else {
        if (isPath && template.texts[0] === '' && !extracted.has(template.names[0] ?? '')) {
          const message = 'must begin with /, or with a value that an earlier answer gives'
          faults.push({ path: where, message })
        }
        for (const name of template.names) {
          if (known.has(name) || (names.isOpen && !later.has(name))) continue
          const message = unknownText(name, names.shown, later)
          if (message !== null) faults.push({ path: where, message })
        }
      }
    }
  }
  journey.forEach(({ request }, i) => {
    if (request === undefined) return
    check(request, ['journey', i, 'request'])
    for (const name of Object.keys(request.extract ?? {})) {
      const message = clashText({ name, isStated: true }, given)
      const path = pathText(['journey', i, 'request', 'extract', name])
      if (message !== null) faults.push({ path, message })
      known.add(name)
      extracted.add(name)
      names.shown.push(name)
    }
  })
  if (undo !== undefined) check(undo.request, ['undo', 'request'])
  return faults
}

/** The names that every step knows; `isOpen`: and columns of files that are not read yet. */
function namesOfData(journey: Scenario['journey'], columnsOf: ColumnsOf) {
  const known = new Set<string>(ownNames)
  const shown: string[] = [...ownNames]
  const faults: Fault[] = []
  const { named, isOpen } = namedByData(journey, columnsOf)
  for (const one of named) {
    const message = clashText(one, known)
    if (message !== null) faults.push({ path: one.path, message })
    else if (one.isStated) shown.push(one.name)
    known.add(one.name)
  }
  return { known, shown, faults, isOpen }
}

function namedByData(journey: Scenario['journey'], columnsOf: ColumnsOf) {
  const named: Named[] = []
  let isOpen = false
  journey.forEach(({ data }, i) => {
    if (data === undefined) return
    for (const name of Object.keys(data.generate ?? {})) {
      const path = pathText(['journey', i, 'data', 'generate', name])
      named.push({ path, name, isStated: true })
    }
    if (data.csv === undefined) return
    const columns = columnsOf(data)
    if (columns === null) isOpen = true
    const isStated = data.columns !== undefined
    const path = pathText(['journey', i, 'data', isStated ? 'columns' : 'csv'])
    for (const name of columns ?? []) named.push({ path, name, isStated })
  })
  return { named, isOpen }
}

function clashText(
  { name, isStated }: Pick<Named, 'name' | 'isStated'>,
  taken: ReadonlySet<string>,
): string | null {
  const own: readonly string[] = ownNames
  if (own.includes(name)) return `"${name}" is a built-in name: choose another`
  if (taken.has(name))
    return `${isStated ? `"${name}"` : 'a column'} is given twice: choose another`
  return name.startsWith(environmentPrefix)
    ? `"${name}" is reserved: names that begin with env. are variables of the environment`
    : null
}

function unknownText(
  name: string,
  shown: readonly string[],
  later: ReadonlySet<string>,
): string | null {
  if (name.startsWith(environmentPrefix)) {
    if (/^[A-Za-z_]\w*$/.test(name.slice(environmentPrefix.length))) return null
    return `"${name}" is not the name of an environment variable`
  }
  if (later.has(name)) return `"${name}" is extracted from a later answer`
  const near = nearest(name, shown)
  const end = near === null ? `known here: ${shown.join(', ')}` : `did you mean ${near}?`
  return `unknown name "${name}"; ${end}`
}
