import { uniform } from '../../core/chance.ts'
import { readTemplate } from './template.ts'

/** One field of generated data: texts with parts between them. */
export interface Generator {
  readonly texts: readonly string[]
  readonly parts: readonly Part[]
  /** All `digits` of the field together: one number, cut into pieces. 0: it has none. */
  readonly digits: number
}

type Part =
  | { readonly kind: 'digits'; readonly count: number }
  | { readonly kind: 'sequence'; readonly from: number }
  | { readonly kind: 'pick'; readonly values: readonly string[] }

/** What a double holds exactly. */
const maxDigits = 15
const calls = '${digits(8)}, ${sequence(1)} or ${pick(["a", "b"])}'

/** Reads a field's pattern, or gives the message of its fault. */
export function readGenerator(text: string): Generator | string {
  const template = readTemplate(text)
  if (typeof template === 'string') return template
  const parts: Part[] = []
  for (const call of template.names) {
    const part = partOf(call)
    if (typeof part === 'string') return part
    parts.push(part)
  }
  const digits = parts.reduce((sum, part) => sum + (part.kind === 'digits' ? part.count : 0), 0)
  if (digits > maxDigits) return `must not have more than ${maxDigits} digits, got ${digits}`
  return { texts: template.texts, parts, digits }
}

function partOf(call: string): Part | string {
  const found = /^(digits|sequence|pick)\s*\(([^]*)\)$/.exec(call)
  const inside = found?.[2]?.trim() ?? ''
  switch (found?.[1]) {
    case 'digits': {
      const count = Number(inside)
      if (/^\d+$/.test(inside) && count >= 1) return { kind: 'digits', count }
      return 'digits needs a count, such as ${digits(8)}'
    }
    case 'sequence': {
      const from = inside === '' ? 1 : Number(inside)
      if (/^\d*$/.test(inside) && from < 1e15) return { kind: 'sequence', from }
      return 'sequence needs a first number, such as ${sequence(1)}'
    }
    case 'pick': {
      const values = listOf(inside)
      return values === null
        ? 'pick needs a list of texts, such as ${pick(["a", "b"])}'
        : { kind: 'pick', values }
    }
    default:
      return `knows only ${calls}, got \${${call}}`
  }
}

function listOf(text: string): string[] | null {
  try {
    const list: unknown = JSON.parse(text)
    if (!Array.isArray(list) || list.length === 0) return null
    return list.every((item) => typeof item === 'string') ? list : null
  } catch {
    return null
  }
}

/** How many persons get different digits; Infinity where it has no digits. */
export function maxPersons({ digits }: Generator): number {
  return digits === 0 ? Infinity : 10 ** digits
}

/**
 * The field of one person, below `maxPersons`: a pure function of the key (one a field and seed).
 * The digits of all persons are a permutation, so that no two are the same.
 */
export function generatedText(generator: Generator, key: number, person: number): string {
  const { texts, parts, digits } = generator
  const all = digits === 0 ? '' : digitsOf(digits, key, person)
  let taken = 0
  let text = texts[0] ?? ''
  parts.forEach((part, i) => {
    if (part.kind === 'digits') text += all.slice(taken, (taken += part.count))
    else if (part.kind === 'sequence') text += String(part.from + person)
    else text += part.values[Math.floor(uniform(key, person, i) * part.values.length)] ?? ''
    text += texts[i + 1] ?? ''
  })
  return text
}

/** Digits of the golden ratio: multiples of it are spread most evenly (Knuth, TAOCP 3, 6.4). */
const golden = 618_033_988_749_894n

/** An affine permutation of 0 … 10ⁿ - 1: its multiplier ends in 3, so has no divisor of 10ⁿ. */
function digitsOf(count: number, key: number, person: number): string {
  const size = 10n ** BigInt(count)
  const multiplier = (golden / 10n ** BigInt(maxDigits + 1 - count)) * 10n + 3n
  const offset = BigInt(Math.floor(uniform(key, -1) * 10 ** count))
  const value = (multiplier * BigInt(person) + offset) % size
  return value.toString().padStart(count, '0')
}
