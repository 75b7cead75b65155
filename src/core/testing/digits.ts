import { expect } from 'vitest'

/**
 * Asserts that a value agrees with a reference to six significant digits, or to as many as the
 * reference, written as text, shows.
 */
export function expectDigits(actual: number, reference: string): void {
  const value = Number(reference)
  const shown = 10 ** -(reference.split(/e/i)[0]?.split('.')[1]?.length ?? 0)
  const exponent = 10 ** Number(reference.split(/e/i)[1] ?? 0)
  const sixth = 10 ** (Math.floor(Math.log10(Math.abs(value))) - 5)
  const tolerance = 0.5000001 * Math.max(shown * exponent, sixth)
  const text = `${actual} against the reference ${reference}`
  expect(Math.abs(actual - value), text).toBeLessThanOrEqual(tolerance)
}
