import { bodyFactsOf, charsetWithin } from '../../client/body-facts.ts'
import type { BodyFault, BodyRules } from '../../client/transport.ts'

/**
 * The body of an answer as k6 hands it over: k6 has undone these codings, whatever the body's size,
 * and has read the bytes as UTF-8, putting U+FFFD for what is none. Another charset is lost by then.
 */
const decodedByK6: ReadonlySet<string> = new Set(['gzip', 'deflate', 'br', 'zstd'])

const isUtf8Label = (label: string): boolean =>
  /^(?:x-|unicode-?(?:1-1|11|20)-?)?utf-?8$/.test(label)

export interface K6Body {
  readonly body: string
  readonly bodyFault: BodyFault | null
}

/** `head`: the fields of the answer's header, as lines. */
export function bodyOf(text: string, head: string, rules: BodyRules): K6Body {
  const facts = bodyFactsOf(head)
  if (text === '') return { body: '', bodyFault: null }
  if (!facts.codings.every((coding) => decodedByK6.has(coding))) {
    return { body: '', bodyFault: 'EncodingUnknown' }
  }
  const { body, isCut } = withinBytes(text.replace(/^\ufeff/, ''), rules.maxBodyBytes)
  if (isUnsure(body, facts, rules)) return { body, bodyFault: 'CharsetUnknown' }
  return { body, bodyFault: isCut ? 'BodyTooLong' : null }
}

/** Whether what is not ASCII may be something else than it seems. */
function isUnsure(text: string, facts: ReturnType<typeof bodyFactsOf>, rules: BodyRules): boolean {
  // oxlint-disable-next-line no-control-regex
  if (/^[\u0001-\u001a\u001c-\u007f]*$/.test(text)) return false
  const within = facts.charset === '' ? charsetWithin(facts, text, () => true) : facts.charset
  const charset = within === '' ? rules.charset.toLowerCase() : within
  return charset === '' ? /\ufffd/.test(text) || text.includes('\0') : !isUtf8Label(charset)
}

function withinBytes(text: string, maxBytes: number): { body: string; isCut: boolean } {
  // No character of UTF-16 takes more than three bytes of UTF-8.
  if (text.length * 3 <= maxBytes) return { body: text, isCut: false }
  let bytes = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    // Each half of a pair stands for two of its four bytes.
    const isHalf = code >= 0xd800 && code <= 0xdfff
    bytes += code < 0x80 ? 1 : code < 0x800 || isHalf ? 2 : 3
    if (bytes > maxBytes) return { body: text.slice(0, i), isCut: true }
  }
  return { body: text, isCut: false }
}
