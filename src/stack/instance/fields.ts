import { birthYears } from '../../scenario/schema/limits.ts'
import type { Choice, Person } from '../contract.ts'

/** What a step's request says of the person, and of what they would have. */
export interface StepFields {
  readonly person: Person
  /** `null`: whatever is left. */
  readonly choice: Choice | null
}

const maxChars = 200

/** The fields of a request's JSON body, or words on what is wrong with them. */
export function fieldsOfBody(text: string): StepFields | string {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return 'the body must be JSON'
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return 'the body must be a JSON object'
  }
  return fieldsOf({ ...body })
}

/** The fields of a request without a body: those of its query. */
export function fieldsOfQuery(query: string): StepFields | string {
  const given = Object.fromEntries(new URLSearchParams(query))
  const { birthYear } = given
  return fieldsOf({ ...given, birthYear: birthYear === undefined ? birthYear : Number(birthYear) })
}

function fieldsOf(given: Readonly<Record<string, unknown>>): StepFields | string {
  const { person: id, birthYear } = given
  if (typeof id !== 'string' || !/^[A-Za-z0-9._-]{1,64}$/.test(id)) {
    return 'person must be 1 to 64 letters, digits, dots, dashes or underscores'
  }
  if (!isYear(birthYear)) {
    return `birthYear must be a whole number from ${birthYears.first} to ${birthYears.last}`
  }
  const place = textOf(given['place'])
  const date = textOf(given['date'])
  if (place === null || date === null) {
    return `place and date must be texts of at most ${maxChars} characters`
  }
  if ((place === '') !== (date === '')) return 'place and date go together'
  return { person: { id, birthYear }, choice: place === '' ? null : { place, date } }
}

function isYear(value: unknown): value is number {
  return (
    Number.isInteger(value) && Number(value) >= birthYears.first && Number(value) <= birthYears.last
  )
}

/** A text, '' where there is none, `null` where it cannot be one of an offer's. */
function textOf(value: unknown): string | null {
  if (value === undefined || value === null) return ''
  const isText = typeof value === 'string' && value.length <= maxChars && !/\p{Cc}/u.test(value)
  return isText && value.isWellFormed() ? value : null
}
