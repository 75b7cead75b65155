import type { Fault } from '../core/errors.ts'
import { allowed } from '../scenario/schema/parameters.ts'
import { parseScenario } from '../scenario/load/parse.ts'
import { parsePath, pathText } from '../scenario/path.ts'
import type { Path } from '../scenario/path.ts'
import { isMapping } from '../scenario/plain.ts'
import type { Mapping } from '../scenario/plain.ts'
import { scenarioSchema } from '../scenario/schema/schema.ts'
import { setField, type SetResult } from '../scenario/load/set.ts'
import { evidencedNodes } from '../scenario/schema/shape.ts'
import { applyVariant } from '../scenario/load/variants.ts'
import type { PulledLever } from './pulled-lever.ts'

/** What is done to a scenario when a lever is pulled: plain data, so that a file can say it. */
export interface LeverChange {
  /** Fields to set, by path. */
  readonly set: Readonly<Record<string, unknown>>
  /** Factors on numbers or on whole distributions, by path; `[*]` is every entry of a list. */
  readonly scale: Readonly<Record<string, number>>
  readonly dropEvents: readonly string[]
  /** Openings that the people are spread over, one of which is judged. */
  readonly splitInto: number
  /** Of the people of the other openings, how many come to this one all the same. */
  readonly wrongDayShare: number
  /** How long before the opening people draw lots instead of running for it; 0: not at all. */
  readonly preQueueSec: number
}

export const noChange: LeverChange = {
  set: {},
  scale: {},
  dropEvents: [],
  splitInto: 1,
  wrongDayShare: 0,
  preQueueSec: 0,
}

/** One way to pull a lever. */
export interface LeverOption extends LeverChange {
  /** Unique among all options: a trial is known by it. */
  readonly name: string
  /** Name of its lever. */
  readonly lever: string
  /** What the plan records of it. */
  readonly what: PulledLever
}

/** A lever beside servers; of several options the best is taken. */
export interface Lever {
  readonly name: string
  readonly options: readonly LeverOption[]
}

/** The document after the lever is pulled, or what of it the scenario does not have. */
export function pullLever(document: Mapping, option: LeverOption): SetResult {
  const { set, dropEvents, scale } = option
  const changed = applyVariant(document, { set, dropEvents }, 0)
  if (!changed.ok) return { ok: false, faults: changed.faults.map(withoutVariant) }
  let current = changed.document
  const faults: Fault[] = []
  for (const [text, factor] of Object.entries(scale)) {
    const result = scalePaths(current, text, factor)
    if ('document' in result) current = result.document
    else faults.push({ path: pathText(['scale', text]), message: result.message })
  }
  return faults.length > 0 ? { ok: false, faults } : { ok: true, document: current }
}

function withoutVariant({ path, message }: Fault): Fault {
  return { path: path.replace(/^variants\[0\]\.?/, ''), message }
}

type Changed = { document: Mapping } | { message: string }

function scalePaths(document: Mapping, text: string, factor: number): Changed {
  const paths = expanded(document, text)
  if (paths.length === 0) return { message: 'no such number in this scenario' }
  let current = document
  for (const path of paths) {
    const value = scaledValue(current, path, factor)
    if (value === null) return { message: `${pathText(path)} is no number in this scenario` }
    const result = setField(current, pathText(path), value)
    if ('message' in result) return result
    current = result.document
  }
  return { document: current }
}

/** Every path that the text means, `[*]` filled in. */
function expanded(document: Mapping, text: string): Path[] {
  const star = text.indexOf('[*]')
  if (star < 0) {
    const path = parsePath(text)
    return path === null ? [] : [path]
  }
  const head = parsePath(text.slice(0, star))
  const list = head === null ? null : valueAt(document, head)
  if (!Array.isArray(list)) return []
  return list.flatMap((_, i) =>
    expanded(document, `${text.slice(0, star)}[${i}]${text.slice(star + '[*]'.length)}`),
  )
}

function valueAt(document: Mapping, path: Path): unknown {
  let at: unknown = document
  for (const key of path) {
    if (Array.isArray(at) && typeof key === 'number') at = at[key]
    else if (isMapping(at) && Object.hasOwn(at, key)) at = at[key]
    else return undefined
  }
  return at
}

/** What stands at the path where the document says nothing. */
function defaultAt(document: Mapping, path: Path): unknown {
  const parsed = parseScenario(document)
  return parsed.ok ? valueAt({ ...parsed.loaded.scenario }, path) : undefined
}

/** The fields of a distribution that carry its unit. */
const sizeFields = ['mean', 'scale', 'value', 'low', 'high']

function scaledValue(document: Mapping, path: Path, factor: number): unknown {
  const value = valueAt(document, path) ?? defaultAt(document, path)
  const plain = plainNumber(value)
  if (plain !== null) return scaledNumber(document, path, plain * factor)
  if (!isMapping(value) || typeof value['dist'] !== 'string') return null
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const number = plainNumber(inner)
      if (sizeFields.includes(key) && number !== null) return [key, number * factor]
      if (key !== 'values' || !Array.isArray(inner)) return [key, inner]
      return [key, inner.map((one: unknown) => (plainNumber(one) ?? 0) * factor)]
    }),
  )
}

function plainNumber(value: unknown): number | null {
  const number = isMapping(value) && !('dist' in value) ? (value['mid'] ?? value['value']) : value
  return typeof number === 'number' ? number : null
}

/** The nearest number that the field allows: whole where it is whole, within its bounds. */
function scaledNumber(document: Mapping, path: Path, wanted: number): number {
  const labelled = { low: wanted, mid: wanted, high: wanted, evidence: 'assumed' }
  const set = setField(document, pathText(path), labelled)
  const head = String(path[0])
  if ('message' in set) return wanted
  const section = { [head]: set.document[head] }
  const name = pathText(path)
  const node = evidencedNodes(scenarioSchema, section).find((one) => pathText(one.path) === name)
  if (node === undefined) return wanted
  const interval = { low: wanted, mid: wanted, high: wanted }
  return allowed(
    { ...interval, name, paths: [path], evidence: 'assumed', source: null, number: node.number },
    wanted,
  )
}
