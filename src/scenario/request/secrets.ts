import { isMapping } from '../plain.ts'
import type { Mapping } from '../plain.ts'

const secretName =
  /authori[sz]ation|cookie|token|secret|passw|api[-_]?key|credential|session[-_]?id|bearer/i
const removed = '[removed]'

/**
 * The scenario or its document without what must not be recorded: the authorisation code, and in
 * requests (those of `undo` too), their data and what is expected of their answers whatever a name
 * gives away as a secret (headers, body fields, query parameters). A placeholder such as
 * `${env.TOKEN}` is no secret and stays. Safe to apply twice.
 */
export function withoutSecrets(document: Mapping): Mapping {
  const { authorisation: _code, journey, undo, variants, ...rest } = document
  return {
    ...rest,
    ...(journey === undefined ? {} : { journey: listOf(journey, stepWithout) }),
    ...(undo === undefined ? {} : { undo: isMapping(undo) ? stepWithout(undo) : undo }),
    ...(variants === undefined ? {} : { variants: listOf(variants, variantWithout) }),
  }
}

function listOf(value: unknown, each: (item: Mapping) => Mapping): unknown {
  if (!Array.isArray(value)) return value
  return value.map((item: unknown) => (isMapping(item) ? each(item) : item))
}

function stepWithout(step: Mapping): Mapping {
  const result = { ...step }
  for (const key of ['data', 'expect']) if (key in step) result[key] = scrub(step[key])
  const request = step['request']
  if (isMapping(request)) {
    const { extract, ...rest } = request
    // `extract` names where in an answer a token stands, not the token.
    result['request'] = { ...asMapping(scrub(rest)), ...(extract === undefined ? {} : { extract }) }
  }
  return result
}

function variantWithout(variant: Mapping): Mapping {
  return 'set' in variant ? { ...variant, set: scrub(variant['set']) } : variant
}

const asMapping = (value: unknown): Mapping => (isMapping(value) ? value : {})

function scrub(value: unknown): unknown {
  if (typeof value === 'string') return scrubText(value)
  if (Array.isArray(value)) return value.map(scrub)
  if (!isMapping(value)) return value
  // What an answer's field of such a name must equal.
  const { path, equals } = value
  if (equals !== undefined && typeof path === 'string' && secretName.test(path)) {
    return { ...value, equals: removed }
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const isScalar = typeof inner === 'string' || typeof inner === 'number'
      if (!secretName.test(key) || !isScalar) return [key, scrub(inner)]
      return [key, isPlaceholder(String(inner)) ? inner : removed]
    }),
  )
}

const isPlaceholder = (text: string): boolean => /^(?:bearer\s+|basic\s+)?\$\{[^}]*\}$/i.test(text)

/** `?token=abc` and `password=abc` in addresses and forms, `"password": "abc"` in JSON. */
function scrubText(text: string): string {
  return text
    .replace(/([\w-]+)=([^&\s]+)/g, (whole, name: string, value: string) =>
      secretName.test(name) && !isPlaceholder(value) ? `${name}=${removed}` : whole,
    )
    .replace(
      /("[\w-]+"\s*:\s*)(?:"((?:[^"\\]|\\.)*)"|-?\d[\d.e+-]*)/gi,
      (whole, name: string, value: string | undefined) =>
        secretName.test(name) && !isPlaceholder(value ?? '') ? `${name}"${removed}"` : whole,
    )
}
