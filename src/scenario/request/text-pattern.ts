import { compileLinear, type TextPattern } from './linear-pattern.ts'
import { isLinear } from './pattern-cost.ts'

/**
 * Compiles a regular expression, or gives the message of its fault. One that a backtracking matcher might
 * take more than linear time for is matched by an automaton.
 */
export function readTextPattern(source: string): TextPattern | string {
  let pattern: RegExp
  try {
    pattern = new RegExp(source, 'u')
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : 'unknown error'
    return words.replace(/^Invalid regular expression: /, 'is no regular expression: ')
  }
  const linear = compileLinear(source)
  if (typeof linear === 'string' || !isLinear(source)) return linear
  return {
    groups: linear.groups,
    test: (text) => pattern.test(text),
    exec(text) {
      const match = pattern.exec(text)
      if (match === null) return null
      return { from: match.index, to: match.index + match[0].length, groups: [...match] }
    },
  }
}
