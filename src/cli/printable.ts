import { visibleLines, visibleText } from '../report/escape.ts'

/**
 * Text from outside (names in a scenario, paths, answers of a target) made safe for a terminal:
 * control characters, bidirectional overrides and lone surrogates become visible escapes.
 */
export function printable(text: string): string {
  return visibleText(text)
}

/** The same for text of several lines: its line breaks stay. */
export function printableLines(text: string): string {
  return visibleLines(text)
}
