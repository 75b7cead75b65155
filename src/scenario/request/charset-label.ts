/** Names that servers write and the standard of encodings does not know. */
const aliases: ReadonlyMap<string, string> = new Map([
  ['ms949', 'euc-kr'],
  ['cp949', 'euc-kr'],
  ['uhc', 'euc-kr'],
  ['x-windows-949', 'euc-kr'],
  ['cp932', 'shift_jis'],
  ['cp936', 'gbk'],
  ['cp950', 'big5'],
  ['utf8mb4', 'utf-8'],
])

/** The label of a charset as `TextDecoder` knows it, in lower case. */
export function charsetLabel(text: string): string {
  const label = text.trim().toLowerCase()
  return aliases.get(label) ?? label
}

export function isCharset(text: string): boolean {
  try {
    return new TextDecoder(charsetLabel(text)).encoding !== ''
  } catch {
    return false
  }
}
