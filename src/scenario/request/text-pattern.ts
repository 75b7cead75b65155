/** No more of an answer than this is searched by expressions, or for a text. */
export const searchedChars = 64 * 1024

/**
 * Compiles a regular expression that will be held against answers of others, or gives the message of
 * its fault. Repeats of what repeats itself or has a choice, and references back, can take time
 * that grows exponentially with the text: they are refused. What is left may still take
 * time that grows with a power of the text's length, which is why `searchedChars` bounds that.
 */
export function readTextPattern(source: string): RegExp | string {
  let pattern: RegExp
  try {
    pattern = new RegExp(source, 'u')
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : 'unknown error'
    return words.replace(/^Invalid regular expression: /, 'is no regular expression: ')
  }
  return isTame(source) ? pattern : wildText
}

/** How many groups of an expression are kept. */
export function groupsOf(pattern: RegExp): number {
  const found = new RegExp(`${pattern.source}|`, pattern.flags).exec('')
  return found === null ? 0 : found.length - 1
}

const wildText =
  'may never end: a repeated group must not contain a repeat or a choice, and back references are not allowed'

/** For a pattern that compiles: its brackets pair up. */
function isTame(source: string): boolean {
  const piecePattern = /\\[^]|\[(?:\\[^]|[^\]\\])*\]|\{\d+,?\d*\}|[^]/gu
  /** Of each open group, and of the whole: whether it has a repeat or a choice in it. */
  const open = [false]
  /** Whether what stands before is a group that has one. */
  let isWildGroup = false
  let before = ''
  for (const [piece] of source.matchAll(piecePattern)) {
    if (/^\\[1-9k]/.test(piece)) return false
    if (isWildGroup && /^(?:[*+]|\{\d)/.test(piece)) return false
    if (piece === '(') open.push(false)
    isWildGroup = piece === ')' && open.pop() === true
    const isChoice = piece === '|' || (piece === '?' && before !== '(')
    const isRepeat = /^(?:[*+]|\{\d+,)/.test(piece)
    if (isRepeat || isChoice || isWildGroup) open[open.length - 1] = true
    before = piece
  }
  return true
}
