/**
 * What comes from outside never reaches an output as it is: one function for each place. This is the only
 * file that knows which characters are dangerous where; `architecture.test.ts` holds that.
 */

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text for HTML content and quoted attributes: nothing in it is markup, and nothing hides in it. */
export function escapeHtml(text: string): string {
  return visibleLines(text.replaceAll('\t', ' ')).replace(
    /[&<>"']/g,
    (character) => entities[character] ?? '',
  )
}

/**
 * JSON that may stand inside a `<script>`: no `<` (so neither `</script>` nor `<!--`), and no line
 * separators that older script parsers take for line ends.
 */
export function jsonForScript(value: unknown): string {
  return JSON.stringify(value)
    .replace(/</g, '\\u003c')
    .replace(/>/g, '\\u003e')
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029')
}

/** Source of ours (or of a library) that may stand inside a `<script>`. */
export function sourceForScript(source: string): string {
  return source
    .replace(/^\/\/# sourceMappingURL=.*$/gm, '')
    .replace(/<\/(script)/gi, '<\\/$1')
    .replace(/<!--/g, '<\\!--')
}

/**
 * Text from outside in one line in which nothing hides: control characters, bidirectional
 * overrides and lone surrogates become visible escapes (`\\x1b`, `\\u{202e}`).
 */
export function visibleText(text: string): string {
  return text.toWellFormed().replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (char) => {
    const code = char.codePointAt(0) ?? 0
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`
  })
}

/** The same for text of several lines: its line breaks stay. */
export function visibleLines(text: string): string {
  return text.split('\n').map(visibleText).join('\n')
}

/** Text for the content and the quoted attributes of XML 1.0, which has no way to write some characters. */
export function escapeXml(text: string): string {
  return escapeHtml(text).replaceAll(
    /[\ufffe\uffff]/g,
    (char) => `\\u{${char.charCodeAt(0).toString(16)}}`,
  )
}

/** Text in one line without control characters (escape sequences, line ends) and without what is invisible. */
export function plainText(text: string): string {
  return drawnText(text).trim()
}

/** The same for a picture, where spaces at either end have a meaning. */
export function drawnText(text: string): string {
  return text.toWellFormed().replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
}

/** A value of plain data with every text in it as `drawnText`. */
export function drawnTexts<T>(value: T): T {
  if (typeof value === 'string') return drawnText(value) as T
  if (Array.isArray(value)) return value.map(drawnTexts) as T
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, drawnTexts(one)])) as T
}

/**
 * Output of a command, whole lines or parts of them: the last guard, after the texts in it were made
 * safe one by one. No line is a command to the runner of a workflow, which takes a line that begins
 * with `::`, and `##[` anywhere, for one. What a terminal acts on and we never send is escaped as JSON does,
 * so that JSON stays what it was.
 */
export function consoleText(text: string): string {
  return text
    .replaceAll(/(^|[\r\n])(\s*):(?=:)/g, '$1$2\\x3a')
    .replaceAll(/(##\w*)\[/g, '$1\\u005b')
    .replaceAll(/[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, (char) => {
      return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
    })
}

/**
 * Text for a Markdown cell or sentence: nothing in it is markup or HTML, and what shows it makes no link, no
 * mention and no reference of it. An invisible space keeps `@` and `#` from what follows, because mentions are
 * looked for when entities are resolved already.
 */
export function escapeMarkdown(text: string): string {
  return plainText(text)
    .replace(/[\\`*_{}[\]|#~!]/g, '\\$&')
    .replace(/[&<>]/g, (character) => entities[character] ?? '')
    .replace(/^([-+])(?=\s)|^([-=])(?=[-=\s]*$)/, '\\$&')
    .replace(/^(\d+)([.)])(?=\s)/, '$1\\$2')
    .replaceAll(/#(?=\d)/g, '#&#8203;')
    .replaceAll(/(https?|ftp|mailto|xmpp):/gi, '$1&#58;')
    .replaceAll(/www\./gi, (prefix) => `${prefix.slice(0, -1)}&#46;`)
    .replaceAll('@', '&#64;&#8203;')
}

/**
 * A Markdown code span that holds any text as it is: nothing in it is markup, a link, a mention or
 * HTML. In a table `tableCodeSpan`.
 */
export function codeSpan(text: string): string {
  const shown = visibleText(text)
  const longest = [...shown.matchAll(/`+/g)].reduce((most, [run]) => Math.max(most, run.length), 0)
  const fence = '`'.repeat(longest + 1)
  // A space at either end is taken off again, and keeps a backtick of the text from the fence.
  return shown.trim() === '' ? '' : `${fence} ${shown} ${fence}`
}

/** The same in a cell, which a bar would end. */
export function tableCodeSpan(text: string): string {
  return codeSpan(text).replaceAll('|', '\\|')
}

/** A sentence of ours for Markdown with words of others in it: no markup, no HTML, no link made of an address. */
export function markdownSentence(text: string): string {
  return escapeMarkdown(visibleText(text))
}

/**
 * One RFC 4180 field. Text that a spreadsheet would run as a formula is led by an apostrophe
 * (numbers come as numbers and stay so).
 */
export function csvField(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : ''
  const shown = visibleLines(value)
  const safe = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/.test(shown) ? `'${shown}` : shown
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
