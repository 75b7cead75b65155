/** Translation of regular expressions of JavaScript, with the flag `u`, into those of RE2. */

/** White space as JavaScript has it, and its complement, as the inside of a class. */
const space = String.raw`\t-\r \x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{FEFF}`
const notSpace = String.raw`\x{00}-\x{08}\x{0E}-\x{1F}!-\x{9F}\x{A1}-\x{167F}\x{1681}-\x{1FFF}\x{200B}-\x{2027}\x{202A}-\x{202E}\x{2030}-\x{205E}\x{2060}-\x{2FFF}\x{3001}-\x{FEFE}\x{FF00}-\x{10FFFF}`
const any = '(?s:.)'
const none = String.raw`[^\x{00}-\x{10FFFF}]`

const hex = (code: number) => `\\x{${code.toString(16).toUpperCase()}}`

/** An escape, and where it ends; `null` for what RE2 does not have. */
interface Escape {
  readonly text: string
  readonly end: number
}

const codeForms: readonly RegExp[] = [
  /\\u\{([\da-f]+)\}/iy,
  /\\u(d[89ab][\da-f]{2})\\u(d[c-f][\da-f]{2})/iy,
  /\\u([\da-f]{4})/iy,
  /\\x([\da-f]{2})/iy,
]

function codeAt(source: string, at: number): Escape | null {
  for (const form of codeForms) {
    form.lastIndex = at
    const found = form.exec(source)
    if (found === null) continue
    const [whole, high = '', low] = found
    const first = Number.parseInt(high, 16)
    const code =
      low === undefined
        ? first
        : 0x10000 + ((first - 0xd800) << 10) + (Number.parseInt(low, 16) - 0xdc00)
    return { text: hex(code), end: at + whole.length }
  }
  return null
}

const propertyForm = /\\([pP])\{(?:(?:Script|sc|General_Category|gc)=)?(\w+)\}/y

function escapeAt(source: string, at: number, isInClass: boolean): Escape | null {
  const code = codeAt(source, at)
  if (code !== null) return code
  propertyForm.lastIndex = at
  const property = propertyForm.exec(source)
  if (property !== null) {
    const [whole, letter = '', name = ''] = property
    return { text: `\\${letter}{${name}}`, end: at + whole.length }
  }
  const letter = source[at + 1] ?? ''
  const end = at + 2
  if (letter === 's') return { text: isInClass ? space : `[${space}]`, end }
  if (letter === 'S') return { text: isInClass ? notSpace : `[${notSpace}]`, end }
  if (letter === 'c') return { text: hex(source.charCodeAt(at + 2) % 32), end: at + 3 }
  if (letter === '0') return { text: hex(0), end }
  if (letter === 'b' && isInClass) return { text: hex(8), end }
  if (/[1-9k]/.test(letter)) return null
  return { text: `\\${letter}`, end }
}

/** The class that begins at `at`, and where it ends. */
function classAt(source: string, at: number): Escape | null {
  const isNegated = source[at + 1] === '^'
  let text = ''
  let i = at + (isNegated ? 2 : 1)
  while (i < source.length && source[i] !== ']') {
    if (source[i] === '\\') {
      const escape = escapeAt(source, i, true)
      if (escape === null) return null
      text += escape.text
      i = escape.end
    } else {
      text += source[i] === '[' ? '\\[' : (source[i] ?? '')
      i += 1
    }
  }
  const end = i + 1
  if (text === '') return { text: isNegated ? any : none, end }
  return { text: `[${isNegated ? '^' : ''}${text}]`, end }
}

/**
 * An expression for RE2 that matches what `new RegExp(source, 'u')` matches; `null` where RE2 has none:
 * looking ahead or behind, and referring back.
 */
export function re2Source(source: string): string | null {
  let text = ''
  for (let i = 0; i < source.length;) {
    const character = source[i] ?? ''
    if (/\(\?(?:=|!|<=|<!)/.test(source.slice(i, i + 4)) && character === '(') return null
    const part =
      character === '\\'
        ? escapeAt(source, i, false)
        : character === '['
          ? classAt(source, i)
          : character === '.'
            ? { text: String.raw`[^\n\r\x{2028}\x{2029}]`, end: i + 1 }
            : { text: character, end: i + 1 }
    if (part === null) return null
    text += part.text
    i = part.end
  }
  return text
}
