const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]|[\u{1f300}-\u{1faff}]/u

/** Columns a terminal gives a text: Hangul and other wide characters take two. */
export function textColumns(text: string): number {
  let columns = 0
  for (const character of text) columns += wide.test(character) ? 2 : 1
  return columns
}

/** The text in at most so many columns; what is longer ends in an ellipsis. */
export function cutText(text: string, columns: number): string {
  if (textColumns(text) <= columns) return text
  let kept = ''
  let used = 1
  for (const character of text) {
    used += textColumns(character)
    if (used > columns) break
    kept += character
  }
  return `${kept}…`
}
