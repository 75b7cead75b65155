import type { Scenario } from '../scenario/schema/schema.ts'

/** A request of a log, as far as it says to which step it belongs. */
export interface LoggedRequest {
  /** In capitals; `null` where the log does not say. */
  readonly method: string | null
  /** Path and query. */
  readonly target: string
}

/** Finds the step of a request: the one rule for all that is read from logs. */
export interface StepMatcher {
  /** Number of the step in the journey; -1: of none. */
  readonly of: (request: LoggedRequest) => number
  /** Numbers of steps whose requests are the same as those of a step before: they are not told apart. */
  readonly alike: readonly number[]
}

/** A part of a path or a value of a query: a text, or something with places to fill in. */
type Part = string | RegExp

interface StepPattern {
  readonly step: number
  readonly method: string | null
  /** `null`: a path whose last part is the name of the step. */
  readonly path: readonly Part[] | null
  readonly name: string
  readonly query: ReadonlyMap<string, Part>
}

/** Requests that were looked up are remembered; a log that has more of them has ids in its paths. */
const maxRemembered = 20_000

/**
 * Matches by method, path and query. `${…}` of a template stands for anything within its part. Where
 * several steps match, the one with most parts of the path stated wins, then the one with most of the
 * query, then the first. Percent-encoding, Unicode normal forms, slashes at the end and `;parameters` make
 * no difference. A step without a request is known by its name at the end of a path.
 */
export function stepMatcher({ journey }: Pick<Scenario, 'journey'>): StepMatcher {
  const patterns = journey.map(({ step, request }, i): StepPattern => {
    const name = comparable(step).toLowerCase()
    if (request === undefined) {
      return { step: i, method: null, path: null, name, query: new Map() }
    }
    const { path, query } = splitTarget(templated(request.path))
    return {
      step: i,
      method: request.method.toUpperCase(),
      path: path.map(partOf),
      name,
      query: new Map([...query].map(([key, value]) => [key, partOf(value)])),
    }
  })
  const remembered = new Map<string, number>()
  return {
    of: ({ method, target }) => {
      const key = `${method ?? ''} ${target}`
      const known = remembered.get(key)
      if (known !== undefined) return known
      const found = find(patterns, method, target)
      if (remembered.size < maxRemembered) remembered.set(key, found)
      return found
    },
    alike: alikeOf(patterns),
  }
}

function find(patterns: readonly StepPattern[], method: string | null, target: string): number {
  const { path, query } = splitTarget(target)
  const matching = patterns.filter(
    (pattern) =>
      (pattern.method === null || method === null || pattern.method === method) &&
      isPath(pattern, path),
  )
  const stated = matching.filter((pattern) => isQuery(pattern.query, query))
  if (stated.length > 0) return bestOf(stated, method)
  // A log without queries: the path is enough where it is that of one step.
  return query.size === 0 && matching.length === 1 ? (matching[0]?.step ?? -1) : -1
}

/** -1 where the log has no methods, and only by them could the best be told apart. */
function bestOf(patterns: readonly StepPattern[], method: string | null): number {
  const stated = ({ path }: StepPattern) =>
    path === null ? -1 : path.filter((part) => typeof part === 'string').length
  const order = (a: StepPattern, b: StepPattern) =>
    stated(b) - stated(a) || b.query.size - a.query.size
  const [first, ...others] = patterns.toSorted(order)
  if (first === undefined) return -1
  const isUnclear =
    method === null &&
    others.some((other) => order(first, other) === 0 && other.method !== first.method)
  return isUnclear ? -1 : first.step
}

function isPath({ path, name }: StepPattern, logged: readonly string[]): boolean {
  if (path === null) return logged.at(-1)?.toLowerCase() === name
  return path.length === logged.length && path.every((part, i) => isPart(part, logged[i] ?? ''))
}

const isQuery = (wanted: ReadonlyMap<string, Part>, logged: ReadonlyMap<string, string>) =>
  [...wanted].every(([key, part]) => {
    const value = logged.get(key)
    return value !== undefined && isPart(part, value)
  })

const isPart = (part: Part, text: string): boolean =>
  typeof part === 'string' ? part === text : part.test(text)

/** What stands for a place of a template while it is taken apart: nothing that a target can hold. */
const place = '\uE000'

const templated = (path: string): string => path.replaceAll(/\$?\{\{?[^}]*\}?\}/g, place)

function partOf(text: string): Part {
  if (!text.includes(place)) return text
  const texts = text
    .split(place)
    .map((piece) => piece.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`))
  return new RegExp(`^${texts.join('[^/]*')}$`, 'u')
}

/** The parts of a path and the values of a query, decoded and in one normal form. */
function splitTarget(target: string): {
  readonly path: string[]
  readonly query: Map<string, string>
} {
  const [whole = ''] = target.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '').split('#', 1)
  const at = whole.indexOf('?')
  const path = (at < 0 ? whole : whole.slice(0, at))
    .split('/')
    .map((part) => comparable(part.split(';', 1)[0] ?? ''))
    .filter((part) => part !== '')
  const query = new Map<string, string>()
  for (const pair of at < 0 ? [] : whole.slice(at + 1).split('&')) {
    const [key = '', value = ''] = pair.replaceAll('+', ' ').split(/=(.*)/s, 2)
    if (key !== '') query.set(comparable(key), comparable(value))
  }
  return { path, query }
}

/** Text of a target without what spellings of the same differ in; nginx writes `\xEC` for a byte. */
export function comparable(text: string): string {
  if (/^[^%\\\u0080-\uFFFF]*$/.test(text)) return text
  const percents = text.replaceAll(/\\x([\da-f]{2})/gi, '%$1')
  return percents
    .replaceAll(/(?:%[\da-f]{2})+/gi, (run) => {
      const bytes = run.split('%').flatMap((hex) => (hex === '' ? [] : [Number.parseInt(hex, 16)]))
      return new TextDecoder().decode(Uint8Array.from(bytes))
    })
    .normalize('NFC')
}

function alikeOf(patterns: readonly StepPattern[]): number[] {
  const seen = new Set<string>()
  return patterns.flatMap(({ step, method, path, query }) => {
    if (path === null) return []
    const texts = [...query].map(([key, part]) => `${key}=${String(part)}`).toSorted()
    const key = JSON.stringify([method, path.map(String), texts])
    if (seen.has(key)) return [step]
    seen.add(key)
    return []
  })
}
