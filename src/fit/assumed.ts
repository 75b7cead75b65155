import { z } from 'zod'
import { isMapping, type Mapping } from '../scenario/plain.ts'
import { scenarioSchema } from '../scenario/schema/schema.ts'
import { fieldOf, isEvidenced, meant, optionsOf, type Schema } from '../scenario/schema/shape.ts'
import { boundsOf } from '../scenario/schema/words.ts'

const source = 'the default of dambreak init: nobody measured it'

/**
 * The document with every plain number that may carry evidence marked as assumed, from half of it to
 * twice it as far as its field allows.
 */
export function assumedDocument(document: Mapping): Mapping {
  const marked = markedIn(scenarioSchema, document)
  return isMapping(marked) ? marked : document
}

function markedIn(schema: Schema, value: unknown): unknown {
  if (typeof value === 'number') return assumed(schema, value)
  const option = meant(schema, value)
  if (option instanceof z.ZodArray && Array.isArray(value)) {
    return value.map((item: unknown) => markedIn(option.element, item))
  }
  if (!(option instanceof z.ZodObject) || !isMapping(value) || isEvidenced(option)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const field = fieldOf(option, key)
      return [key, field === undefined ? inner : markedIn(field, inner)]
    }),
  )
}

function assumed(schema: Schema, value: number): unknown {
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
