/** Longer lines are cut here, and are broken: no server writes such. */
export const maxLineChars = 65_536

/**
 * Cuts a stream of bytes into lines, a batch a chunk; what is kept between chunks is bounded by one
 * cut line. Bytes that are no UTF-8 become U+FFFD. Line ends may be `\n` or `\r\n`; blank lines stay.
 */
export async function* lineBatches(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string[]> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = cut(lines.pop() ?? '')
    yield lines.map(cleaned)
  }
  rest += decoder.decode()
  if (rest !== '') yield [cleaned(rest)]
}

/** One character over the limit is kept, so that a reader sees that it was cut. */
const cut = (line: string): string =>
  line.length > maxLineChars ? line.slice(0, maxLineChars + 1) : line

const cleaned = (line: string): string => cut(line.endsWith('\r') ? line.slice(0, -1) : line)
