/** Throws on a bug of ours. Never use it for input from outside. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`dambreak bug: ${message}`)
}

/** The value; throws where our own code promised that it is there. */
export function must<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null) throw new Error(`dambreak bug: missing ${what}`)
  return value
}
