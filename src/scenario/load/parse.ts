import { z } from 'zod'
import type { Fault } from '../../core/errors.ts'
import { faultText } from '../../core/errors.ts'
import { evidenceFaults, evidenceOf } from '../schema/evidence.ts'
import type { EvidenceRow, Inherited } from '../schema/evidence.ts'
import { explain } from '../schema/explain.ts'
import { hashesOf } from './hash.ts'
import { pathText } from '../path.ts'
import type { PersonTables } from '../request/person-data.ts'
import { isMapping, toPlain } from '../plain.ts'
import type { Mapping } from '../plain.ts'
import { ruleFaults } from '../schema/rules.ts'
import { sizeLimits } from '../schema/limits.ts'
import { scenarioSchema } from '../schema/schema.ts'
import type { Scenario } from '../schema/schema.ts'
import { withoutSecrets } from '../request/secrets.ts'
import { bare, fieldOf } from '../schema/shape.ts'
import type { Schema } from '../schema/shape.ts'
import type { ScenarioOrigin } from './source.ts'
import { applyVariant, baseVariant } from './variants.ts'
import { show } from '../schema/words.ts'

/** A scenario that may be trusted, with what a record keeps of it. */
export interface LoadedScenario {
  scenario: Scenario
  /** As written, in plain JSON: keys sorted, evidence kept, secrets removed. */
  document: Record<string, unknown>
  /** Of all that a run goes by, so not of prices. */
  evidence: EvidenceRow[]
  /** What bases state of it; absent where it extends none. */
  inherited?: Inherited
  /** `base`, or the name of the variant that was applied. */
  variant: string
  workloadHash: string
  stackHash: string
  /** Data files that were read; none of their text goes into a record. */
  tables: PersonTables
  /** `null` for a document that was read from no file. */
  origin: ScenarioOrigin | null
}

export type Parsed = { ok: true; loaded: LoadedScenario } | { ok: false; faults: Fault[] }

/** No one reads more, and a list of a million times may have a million faults. */
const maxFaults = 100

const onlyInFiles = 'is resolved where a scenario file is loaded; it cannot stand here'

/** Checks anything at all; never throws. Every fault at once, each with its path. */
export function parseScenario(document: unknown): Parsed {
  const plain = toPlain(document)
  if (!plain.ok) return { ok: false, faults: shortened(plain.faults) }
  if (!isMapping(plain.value)) {
    const message = `a scenario must be a mapping (name: …, arrivals: …), got ${show(plain.value)}`
    return { ok: false, faults: [{ path: '', message }] }
  }
  const { scenario, faults } = check(plain.value)
  if ('extends' in plain.value) faults.push({ path: 'extends', message: onlyInFiles })
  faults.push(...variantFaults(plain.value, scenario))
  if (scenario === null || faults.length > 0) return { ok: false, faults: shortened(faults) }
  const { cost: _cost, ...parameters } = plain.value
  const loaded: LoadedScenario = {
    scenario,
    document: withSortedKeys(withoutSecrets(plain.value)),
    evidence: evidenceOf(parameters),
    variant: baseVariant,
    ...hashesOf(scenario),
    tables: new Map(),
    origin: null,
  }
  return { ok: true, loaded }
}

/** The scenario, or `null` where it does not fit the schema; and the faults of it all but variants. */
function check(document: Mapping): { scenario: Scenario | null; faults: Fault[] } {
  const result = scenarioSchema.safeParse(document)
  if (result.success) {
    const faults = [
      ...evidenceFaults(document),
      ...ruleFaults(result.data, { document, faulty: new Set() }),
    ]
    return { scenario: faults.length === 0 ? result.data : null, faults }
  }
  const explained = explain(scenarioSchema, document)
  // Never without a word: should the explanation miss something, the library's own words do.
  const faults =
    explained.length > 0
      ? explained
      : result.error.issues.map(({ path, message }) => ({
          path: pathText(path.map((part) => (typeof part === 'number' ? part : String(part)))),
          message,
        }))
  const { sections, faulty } = sectionsOf(document)
  return {
    scenario: null,
    faults: [...faults, ...evidenceFaults(document), ...ruleFaults(sections, { document, faulty })],
  }
}

/** The parts that fit the schema by themselves, so that their rules can speak at the same time. */
function sectionsOf(document: Mapping): { sections: Partial<Scenario>; faulty: Set<string> } {
  const fitting: [string, unknown][] = []
  const faulty = new Set<string>()
  for (const [key, schema] of Object.entries(scenarioSchema.shape)) {
    const whole = schema.safeParse(document[key])
    if (!whole.success) faulty.add(key)
    const result = whole.success ? whole : schema.safeParse(fittingPart(key, schema, document[key]))
    if (result.success && result.data !== undefined) fitting.push([key, result.data])
  }
  return { sections: Object.fromEntries(fitting) as Partial<Scenario>, faulty }
}

/**
 * The fields of a part that fit by themselves, so that a bad `stack.instances` does not hide a rule
 * that the stations break. The rules speak of what must not be too much: one instance is no fault.
 */
function fittingPart(key: string, schema: Schema, part: unknown): unknown {
  const option = bare(schema)
  if (!(option instanceof z.ZodObject) || !isMapping(part)) return part
  const fields = Object.entries(part).filter(([name, value]) => {
    const field = fieldOf(option, name)
    return field !== undefined && z.safeParse(field, value).success
  })
  return { ...(key === 'stack' ? { instances: 1 } : {}), ...Object.fromEntries(fields) }
}

/** What is wrong with the variants: their paths always, their outcome once the base is right. */
function variantFaults(document: Mapping, base: Scenario | null): Fault[] {
  const variants: unknown[] = Array.isArray(document['variants']) ? document['variants'] : []
  // Each is parsed whole. Too many are a fault already.
  if (variants.length > sizeLimits.variants) return []
  return variants.flatMap((variant, i) => {
    if (!isMapping(variant)) return []
    const result = applyVariant(document, variant, i)
    if (!result.ok) return result.faults
    if (base === null) return []
    return check(result.document).faults.map(({ path, message }) => ({
      path: path === '' ? `variants[${i}]` : `variants[${i}].${path}`,
      message,
    }))
  })
}

function shortened(faults: readonly Fault[]): Fault[] {
  const seen = new Map(faults.map((fault) => [faultText(fault), fault]))
  const all = [...seen.values()]
  if (all.length <= maxFaults) return all
  const message = `and ${all.length - maxFaults} more faults`
  return [...all.slice(0, maxFaults), { path: '', message }]
}

function withSortedKeys(document: Mapping): Mapping {
  const copy = toPlain(document)
  return copy.ok && isMapping(copy.value) ? copy.value : document
}
