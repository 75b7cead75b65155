import { z } from 'zod'
import { isMapping, type Mapping } from '../scenario/plain.ts'
import { scenarioSchema } from '../scenario/schema/schema.ts'
import { fieldOf, isEvidenced, meant, optionsOf, type Schema } from '../scenario/schema/shape.ts'
import { boundsOf } from '../scenario/schema/words.ts'

/**
 * The document with every plain number that may carry evidence marked as assumed, from half of it to
 * twice it as far as its field allows; `source` is the text of its evidence.
 */
export function assumedDocument(document: Mapping, source: string): Mapping {
  const marked = markedIn(scenarioSchema, document, source)
  return isMapping(marked) ? marked : document
}

function markedIn(schema: Schema, value: unknown, source: string): unknown {
  if (typeof value === 'number') return assumed(schema, value, source)
  const option = meant(schema, value)
  if (option instanceof z.ZodArray && Array.isArray(value)) {
    return value.map((item: unknown) => markedIn(option.element, item, source))
  }
  if (!(option instanceof z.ZodObject) || !isMapping(value) || isEvidenced(option)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const field = fieldOf(option, key)
      return [key, field === undefined ? inner : markedIn(field, inner, source)]
    }),
  )
}

function assumed(schema: Schema, value: number, source: string): unknown {
  const interval = optionsOf(schema).find(
    (option) => option instanceof z.ZodObject && fieldOf(option, 'mid') !== undefined,
  )
  const number = interval instanceof z.ZodObject ? fieldOf(interval, 'mid') : undefined
  if (!(number instanceof z.ZodNumber)) return value
  const { whole, min, max } = boundsOf(number)
  const within = (given: number) => Math.min(max ?? Infinity, Math.max(min ?? -Infinity, given))
  const low = within(whole ? Math.floor(value / 2) : value / 2)
  const high = within(whole ? Math.ceil(value * 2) : value * 2)
  return {
    low: Math.min(low, high),
    mid: value,
    high: Math.max(low, high),
    evidence: 'assumed',
    source,
  }
}
