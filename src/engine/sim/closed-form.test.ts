import { describe, expect, test } from 'vitest'
import { allowed, expectRow, figureCount, rows } from './testing/closed-form-rows.ts'
import { errorsAllowed } from './testing/estimates.ts'

describe('the simulator against closed forms', () => {
  test('the level is corrected for all figures', () => {
    expect(figureCount).toBe(40)
    expect(errorsAllowed(1)).toBeCloseTo(3, 3)
    expect(allowed).toBeGreaterThan(3.9)
    expect(allowed).toBeLessThan(4.2)
  })

  const quick = rows.filter(({ isLong }) => isLong !== true)
  test.each(quick)('$name', { timeout: 120_000 }, expectRow)
})
