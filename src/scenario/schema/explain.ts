import { z } from 'zod'
import type { Fault } from '../../core/errors.ts'
import { pathText } from '../path.ts'
import type { Path } from '../path.ts'
import { isMapping } from '../plain.ts'
import type { Mapping } from '../plain.ts'
import { discriminatorOf, fieldOf, isEvidenced, isOptional, meant, optionsOf } from './shape.ts'
import type { Schema } from './shape.ts'
import {
  boundsOf,
  boundsText,
  hasUnit,
  nearest,
  numberMeant,
  oneOf,
  show,
  unitOf,
} from './words.ts'

/**
 * Why a value does not fit its schema: every fault as a sentence. The schema library says whether the
 * value fits. This says why, for the option of a union that the author most likely meant, and suggests a
 * correction if there is one.
 */
export function explain(schema: Schema, value: unknown, path: Path = []): Fault[] {
  if (z.safeParse(schema, value).success) return []
  const fault = (message: string): Fault[] => [{ path: pathText(path), message }]
  if (value === undefined) return fault(missingText(schema, nameOf(path)))
  const tag = discriminatorOf(schema)
  if (tag !== null && isMapping(value)) {
    const tagFaults = explainTag(value, tag, path)
    const isNumber = 'value' in value || 'evidence' in value
    if (tagFaults.length > 0 && !(value[tag.key] === undefined && isNumber)) return tagFaults
  }
  const choice = isMapping(value) ? choiceText(schema, value) : null
  if (choice !== null) return fault(choice)
  const option = meant(schema, value)
  if (option instanceof z.ZodObject && isMapping(value)) return explainMapping(option, value, path)
  if (option instanceof z.ZodArray && Array.isArray(value)) {
    if (value.length === 0) return fault('must have at least one entry')
    const issues = option.safeParse(value).error?.issues ?? []
    const long = issues.find(({ code, path: at }) => code === 'too_big' && at.length === 0)
    if (long?.code === 'too_big') {
      return fault(`must have at most ${long.maximum} entries, got ${value.length}`)
    }
    return value.flatMap((item, i) => explain(option.element, item, [...path, i]))
  }
  if (option instanceof z.ZodRecord && isMapping(value)) {
    return Object.entries(value).flatMap(([key, inner]) =>
      explain(option.valueType, inner, [...path, key]),
    )
  }
  return fault(leafText(schema, option, { value, name: nameOf(path) }))
}

function explainTag(value: Mapping, tag: { key: string; values: string[] }, path: Path): Fault[] {
  const given = value[tag.key]
  if (typeof given === 'string' && tag.values.includes(given)) return []
  const where = pathText([...path, tag.key])
  const expected = `must be ${oneOf(tag.values)}`
  if (given === undefined) return [{ path: where, message: `missing; ${expected}` }]
  return [{ path: where, message: `${expected}, got ${show(given)}${hint(given, tag.values)}` }]
}

/** The fault if the author used several mappings of a union, or none; else `null`. */
function choiceText(schema: Schema, value: Mapping): string | null {
  const options = optionsOf(schema).filter((option) => option instanceof z.ZodObject)
  if (options.length < 2 || discriminatorOf(schema) !== null) return null
  if (options.some(isEvidenced)) {
    const isBoth = 'value' in value && ('low' in value || 'mid' in value || 'high' in value)
    return isBoth ? 'must be { value, evidence } or { low, mid, high, evidence }, not both' : null
  }
  const known = [...new Set(options.flatMap((option) => Object.keys(option.shape)))]
  const given = known.filter((key) => key in value)
  const isMisspelt = Object.keys(value).some((key) => nearest(key, known) !== null)
  if (given.length === 1 || (given.length === 0 && isMisspelt)) return null
  const got = given.length === 0 ? 'none' : given.join(' and ')
  return `must have exactly one of ${known.join(', ')}, got ${got}`
}

function explainMapping(option: z.ZodObject, value: Mapping, path: Path): Fault[] {
  const known = Object.keys(option.shape)
  const suggested = new Set<string>()
  const faults: Fault[] = []
  for (const [key, inner] of Object.entries(value)) {
    const field = fieldOf(option, key)
    if (field !== undefined) {
      faults.push(...explain(field, inner, [...path, key]))
      continue
    }
    const near = nearest(
      key,
      known.filter((name) => value[name] === undefined),
    )
    if (near !== null) suggested.add(near)
    faults.push({ path: pathText([...path, key]), message: unknownText(key, near, known) })
  }
  for (const key of known) {
    const field = fieldOf(option, key)
    // A misspelt field is not reported as missing too.
    if (value[key] !== undefined || suggested.has(key) || field === undefined) continue
    if (!isOptional(field)) faults.push(...explain(field, undefined, [...path, key]))
  }
  return faults
}

function unknownText(key: string, near: string | null, known: readonly string[]): string {
  if (near === null) return `unknown field; known here: ${known.join(', ')}`
  const unit = unitOf(near)
  const inUnit = unit !== null && hasUnit(key) && key !== near ? `, in ${unit}` : ''
  return `unknown field; did you mean ${near}${inUnit}?`
}

const inNumber = new Set(['value', 'low', 'mid', 'high', 'mean', 'scale', 'values'])

/** The field that names the unit: for `patienceSec.mean` that is `patienceSec`. */
function nameOf(path: Path): string {
  const names = path.filter((part) => typeof part === 'string')
  return names.findLast((name) => !inNumber.has(name)) ?? ''
}

function missingText(schema: Schema, name: string): string {
  const tag = discriminatorOf(schema)
  const option = meant(schema, undefined)
  if (tag === null && (option instanceof z.ZodObject || option instanceof z.ZodUnknown)) {
    const options = optionsOf(schema)
    return options.length > 1 ? `missing; must be ${mappingsText(options)}` : 'missing'
  }
  return `missing; must be ${kindText(schema, option, name)}`
}

function leafText(schema: Schema, option: Schema, at: { value: unknown; name: string }): string {
  const { value, name } = at
  const got = `, got ${show(value)}`
  if (option instanceof z.ZodNumber && typeof value === 'number') {
    const bounds = boundsOf(option)
    if (bounds.whole && Number.isInteger(value) && !Number.isSafeInteger(value))
      return `is too large${got}`
    if (bounds.whole && !Number.isInteger(value)) return `must be a whole number${got}`
    return `must be ${boundsText(bounds)}${got}`
  }
  if (option instanceof z.ZodNumber && typeof value === 'string') {
    const write = numberMeant(value, name)
    if (write !== null) return `must be ${numberText(option, name, false)}${got}; write ${write}`
  }
  if (option instanceof z.ZodString && typeof value === 'string' && value === '') {
    return 'must not be empty'
  }
  if (option instanceof z.ZodString && typeof value === 'string') {
    const [issue] = option.safeParse(value).error?.issues ?? []
    return `${issue?.message ?? 'is not valid'}${got}`
  }
  const names = option instanceof z.ZodEnum ? option.options.map(String) : []
  return `must be ${kindText(schema, option, name)}${got}${hint(value, names)}`
}

function hint(value: unknown, known: readonly string[]): string {
  const near = typeof value === 'string' ? nearest(value, known) : null
  return near === null ? '' : `; did you mean ${near}?`
}

function numberText(schema: z.ZodNumber, name: string, withBounds = true): string {
  const bounds = boundsOf(schema)
  const unit = unitOf(name)
  const kind = `a ${bounds.whole ? 'whole ' : ''}number${unit === null ? '' : ` of ${unit}`}`
  const range = withBounds ? boundsText(bounds) : ''
  if (range === '') return kind
  return range.startsWith('between') ? `${kind} ${range}` : `${kind}, ${range}`
}

const timeText = 'a time with its offset from UTC, such as 2021-07-19T20:00:00+09:00'
const distributionText = 'a distribution such as { dist: lognormal, mean: 250, cv: 0.8 }'

function kindText(schema: Schema, option: Schema, name: string): string {
  const options = optionsOf(schema)
  const tag = discriminatorOf(schema)
  if (tag?.key === 'dist' && option instanceof z.ZodNumber) {
    return `${numberText(option, name, false)} or ${distributionText}`
  }
  if (tag !== null) return `a mapping with ${tag.key}: ${tag.values.join(' | ')}`
  if (option instanceof z.ZodNumber) {
    const others = options.filter((one) => one instanceof z.ZodObject && !isEvidenced(one))
    const or = others.length > 0 ? ` or ${mappingsText(others)}` : ''
    return `${numberText(option, name, or === '')}${or}`
  }
  if (option instanceof z.ZodISODateTime) return timeText
  if (option instanceof z.ZodString) return 'text'
  if (option instanceof z.ZodBoolean) return 'true or false'
  if (option instanceof z.ZodEnum) return oneOf(option.options.map(String))
  if (option instanceof z.ZodArray) return 'a list'
  if (!(option instanceof z.ZodRecord)) return mappingsText(options)
  return `a mapping of names to ${option.valueType instanceof z.ZodString ? 'text' : 'values'}`
}

function mappingsText(options: readonly Schema[]): string {
  const shapes = options.flatMap((option) =>
    option instanceof z.ZodObject ? [`{ ${Object.keys(option.shape).join(', ')} }`] : [],
  )
  return `${shapes.length > 1 ? '' : 'a mapping '}${shapes.join(' or ')}`
}
