import { pathText } from '../scenario/path.ts'
import { canonicalJson, isMapping, type Mapping } from '../scenario/plain.ts'

/** A field in which two recorded scenarios differ; `undefined` where a scenario does not have it. */
export interface ScenarioDifference {
  readonly path: string
  readonly from: unknown
  readonly to: unknown
}

/** Fields that do not affect a run. */
const silent = new Set([
  'name',
  'description',
  'variants',
  'reported',
  'slo',
  'stopWhen',
  'authorisation',
])

/** The plain number of a number with evidence, so that evidence alone is no difference. */
function plainOf(value: unknown): unknown {
  if (!isMapping(value) || typeof value['evidence'] !== 'string') return value
  return value['mid'] ?? value['value']
}

/** The fields that affect a run in which two recorded scenarios differ. */
export function scenarioDifferences(a: Mapping, b: Mapping): ScenarioDifference[] {
  const found: ScenarioDifference[] = []
  const walk = (left: unknown, right: unknown, path: (string | number)[]) => {
    const [from, to] = [plainOf(left), plainOf(right)]
    if (isMapping(from) && isMapping(to)) {
      const keys = new Set([...Object.keys(from), ...Object.keys(to)])
      for (const key of keys) {
        if (path.length > 0 || !silent.has(key)) walk(from[key], to[key], [...path, key])
      }
      return
    }
    if (Array.isArray(from) && Array.isArray(to) && from.length === to.length) {
      from.forEach((one: unknown, at) => walk(one, (to as unknown[])[at], [...path, at]))
      return
    }
    const isSame = from === to || (from !== undefined && to !== undefined && equal(from, to))
    if (!isSame) found.push({ path: pathText(path), from, to })
  }
  walk(a, b, [])
  return found
}

const equal = (a: unknown, b: unknown) => canonicalJson(a) === canonicalJson(b)
