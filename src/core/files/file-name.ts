/** Longer names are cut: file systems take 255 bytes, and a letter may have four. */
const maxChars = 60

/**
 * A text of others as the name of one file: letters and digits of any script, dots, dashes and underscores
 * stay, everything else becomes a dash. It leads nowhere else, hides nothing and is never empty.
 */
export function fileNameOf(text: string): string {
  const plain = text
    .normalize('NFC')
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[.-]+/, '')
  return [...plain].slice(0, maxChars).join('').replace(/[.]+$/, '') || 'unnamed'
}

/** The same for several, no two alike on a file system that ignores case: a later one gets a number. */
export function fileNamesOf(texts: readonly string[]): string[] {
  const taken = new Set<string>()
  return texts.map((text) => {
    const name = fileNameOf(text)
    let free = name
    for (let n = 2; taken.has(free.toLowerCase()); n++) free = `${name}-${n}`
    taken.add(free.toLowerCase())
    return free
  })
}
