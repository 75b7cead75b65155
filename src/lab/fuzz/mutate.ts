/** Changes of an input as strangers, bit rot and other programs make them. All chance is handed in. */

/** A number in [0, 1), the next one at each call. */
export type Next = () => number

const pick = <T>(list: readonly T[], next: Next): T => list[Math.floor(next() * list.length)] as T

/** Values at which readers break: edges of number types, names of prototypes, control characters. */
const oddValues: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  -0,
  0.5,
  1e-320,
  255,
  256,
  65_536,
  2 ** 31,
  2 ** 32,
  3e12,
  2 ** 53,
  1e21,
  1e308,
  '',
  'x',
  'NaN',
  '1e999',
  '__proto__',
  'constructor',
  '../../x',
  'a\nb',
  '\u0000\u001b[31m\u202e',
  '\ud800',
  '2021-07-19T20:00:00+09:00',
  'a'.repeat(10_000),
  [],
  {},
  [[]],
  [null],
]

const oddKeys = ['__proto__', 'constructor', 'toString', 'length', '', '0', 'a.b', 'a\nb', '\u202e']

const oddPieces = [
  '\n',
  '\r\n',
  '\0',
  '"',
  '\\',
  '{',
  '}',
  '[',
  '(',
  ',',
  ':',
  '-',
  '0',
  '9'.repeat(30),
  '1e400',
  '\ufeff',
  '\u202e',
  '\ud800',
  '\u001b[2J',
  '%00',
  '%ZZ',
  '__proto__',
  '&a *a',
  '!!js/function',
  '<script>',
]

type Container = unknown[] | Record<string, unknown>

const isContainer = (value: unknown): value is Container =>
  typeof value === 'object' && value !== null

/**
 * Where the entries of a value stand. Entries of arrays count as one kind, so that a field is reached as
 * often as a long list.
 */
export function kindsOfEntries(value: unknown): (readonly string[])[][] {
  const kinds = new Map<string, (readonly string[])[]>()
  const visit = (at: unknown, path: readonly string[], kind: string) => {
    if (!isContainer(at)) return
    for (const [key, inner] of Object.entries(at)) {
      const innerKind = `${kind}/${Array.isArray(at) ? '*' : key}`
      const innerPath = [...path, key]
      const known = kinds.get(innerKind)
      if (known === undefined) kinds.set(innerKind, [innerPath])
      // A few of a long list will do.
      else if (known.length < 5) known.push(innerPath)
      else continue
      visit(inner, innerPath, innerKind)
    }
  }
  visit(value, [], '')
  return [...kinds.values()]
}

function changeEntry(container: Container, key: string, next: Next): void {
  const change = next()
  const old: unknown = Object.hasOwn(container, key) ? Reflect.get(container, key) : null
  let value: unknown
  if (change < 0.1) {
    if (Array.isArray(container)) container.splice(Number(key), 1)
    else Reflect.deleteProperty(container, key)
    return
  }
  if (change < 0.15 && Array.isArray(container)) {
    container.push(structuredClone(old))
    return
  }
  if (change < 0.3 && typeof old === 'number') value = old + pick([1, -1, 0.5, -old * 2, 1e9], next)
  else if (change < 0.4 && typeof old === 'string') value = mutateText(old, next)
  else value = structuredClone(pick(oddValues, next))
  const isOdd = !Array.isArray(container) && next() < 0.03
  const name = isOdd ? pick(oddKeys, next) : key
  Object.defineProperty(container, name, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  })
}

/** A copy of a JSON value with one to three entries deleted, repeated, or given another value. */
export function mutateValue(
  value: unknown,
  kinds: readonly (readonly (readonly string[])[])[],
  next: Next,
): unknown {
  const copy = structuredClone(value)
  const changes = 1 + Math.floor(next() ** 2 * 3)
  for (let i = 0; i < changes; i++) {
    const path = pick(pick(kinds, next), next)
    let container: unknown = copy
    for (const key of path.slice(0, -1)) {
      container = isContainer(container) ? Reflect.get(container, key) : undefined
    }
    if (isContainer(container)) changeEntry(container, path.at(-1) ?? '', next)
  }
  return copy
}

/** A changed text: one to six pieces are cut out, repeated, replaced or put in. */
export function mutateText(text: string, next: Next): string {
  let changed = text
  const changes = 1 + Math.floor(next() * 6)
  for (let i = 0; i < changes; i++) {
    const from = Math.floor(next() * (changed.length + 1))
    const to = Math.min(changed.length, from + Math.floor(next() ** 4 * 200))
    const kind = next()
    const piece =
      kind < 0.2
        ? ''
        : kind < 0.5
          ? pick(oddPieces, next)
          : kind < 0.7
            ? changed.slice(from, to).repeat(2)
            : kind < 0.85
              ? String.fromCharCode(Math.floor(next() * 256))
              : changed.slice(Math.floor(next() * changed.length)).slice(0, 40)
    changed = changed.slice(0, from) + piece + changed.slice(to)
  }
  return changed
}
