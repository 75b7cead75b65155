import type { TextPattern } from './linear-pattern.ts'

/** A pattern that the engine itself matches in linear time. */
export function nativePattern(source: string): TextPattern {
  const pattern = new RegExp(source, 'u')
  // The empty alternative matches anything, and so tells the number of groups.
  const groups = (new RegExp(`${source}|`, 'u').exec('')?.length ?? 1) - 1
  return {
    groups,
    test: (text) => pattern.test(text),
    exec(text) {
      const match = pattern.exec(text)
      if (match === null) return null
      return { from: match.index, to: match.index + match[0].length, groups: [...match] }
    },
  }
}
