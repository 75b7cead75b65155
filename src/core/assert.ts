/** Crashes loudly on a bug of ours; never use it for what comes from outside. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`dambreak bug: ${message}`)
}

/** The value, or a crash where our own code promised that it is there. */
export function must<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null) throw new Error(`dambreak bug: missing ${what}`)
  return value
}
