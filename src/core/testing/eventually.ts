import { vi } from 'vitest'

/**
 * Waits until the assertion holds. The limit only guards against hanging: a loaded machine may take
 * seconds to run a timer.
 */
export function eventually<T>(assertion: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(assertion, { timeout: 120_000, interval: 20 })
}
