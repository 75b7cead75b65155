import { z } from 'zod'
import { isMapping } from '../scenario/plain.ts'

/**
 * A mapping from names that people chose to values. Any name is kept, `__proto__` too, which `z.record`
 * passes over.
 */
export function namedRecord<T>(value: z.ZodType<T>): z.ZodType<Record<string, T>> {
  return z.unknown().transform((given, { issues }): Record<string, T> => {
    if (!isMapping(given)) {
      issues.push({ code: 'invalid_type', expected: 'record', input: given })
      return z.NEVER
    }
    const entries = Object.entries(given).map(([name, one]): [string, T] => {
      const parsed = value.safeParse(one)
      if (parsed.success) return [name, parsed.data]
      for (const issue of parsed.error.issues) {
        issues.push({
          ...issue,
          input: one,
          path: [name, ...issue.path],
        } as (typeof issues)[number])
      }
      return [name, z.NEVER]
    })
    return Object.fromEntries(entries)
  })
}
