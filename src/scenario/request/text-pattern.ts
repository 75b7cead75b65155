import { compileLinear, type TextPattern } from './linear-pattern.ts'
import { nativePattern } from './native-pattern.ts'
import { isLinear } from './pattern-cost.ts'

/**
 * Compiles a regular expression, or gives the message of its fault. One that a backtracking matcher might
 * take more than linear time for is matched by an automaton.
 */
export function readTextPattern(source: string): TextPattern | string {
  try {
    new RegExp(source, 'u')
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : 'unknown error'
    return words.replace(/^Invalid regular expression: /, 'is no regular expression: ')
  }
  const linear = compileLinear(source)
  if (typeof linear === 'string' || !isLinear(source)) return linear
  return nativePattern(source)
}
