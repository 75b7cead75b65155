/**
 * Whether shown output is what came. Lines must come in the order shown, one right after the other.
 * `…` within a line stands for anything; a line of `…` alone for any number of lines. Spaces at the
 * ends of lines and how many stand between words do not count, so that a column may grow by a digit.
 * Lines of progress are passed over: how many there are depends on the machine.
 */
export function outputFault(shown: string, came: string): string | null {
  const expected = lines(shown)
  const actual = lines(came)
  // Positions from which what was matched so far may go on.
  let ends = new Set([0])
  let isFree = false
  for (const line of expected) {
    if (line === '…') {
      isFree = true
      continue
    }
    const pattern = patternOf(line)
    const next = new Set<number>()
    for (const end of ends) {
      const last = isFree ? actual.length - 1 : end
      for (let at = end; at <= last; at++) if (pattern.test(actual[at] ?? '')) next.add(at + 1)
    }
    if (next.size === 0) return `no line like this came where it is shown:\n  ${line}`
    ends = next
    isFree = false
  }
  if (isFree || ends.has(actual.length)) return null
  return `more came than is shown:\n  ${actual.slice(Math.max(...ends)).join('\n  ')}`
}

/** `███░░ candidates · 47 runs`, `shop 10:00:01 · 151 tickets · 0 waiting`. */
const progress = /^[█░]{10,} | · [\d,.]+( [kM])? (tickets|arrived) · /

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim().replaceAll(/\s+/g, ' '))
    .filter((line) => line !== '' && !progress.test(line))
}

function patternOf(line: string): RegExp {
  const literal = line.split('…').map((piece) => piece.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
  return new RegExp(`^${literal.join('.*')}$`)
}
