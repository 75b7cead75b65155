import type { TextPattern } from '../../../scenario/request/linear-pattern.ts'

/**
 * In place of `scenario/request/linear-pattern.ts` in the k6 script. k6 matches with Go's `regexp`, which
 * is linear by itself, and the automaton would cost each VU memory. Patterns that are not linear there
 * (they look ahead or behind, or refer back) were refused when the scenario was exported.
 */
export function compileLinear(source: string): TextPattern {
  const pattern = new RegExp(source, 'u')
  const empty = new RegExp(`${source}|`, 'u').exec('')
  return {
    groups: (empty?.length ?? 1) - 1,
    test: (text) => pattern.test(text),
    exec(text) {
      const match = pattern.exec(text)
      if (match === null) return null
      return { from: match.index, to: match.index + match[0].length, groups: [...match] }
    },
  }
}
