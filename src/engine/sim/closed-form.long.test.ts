import { describe, test } from 'vitest'
import { expectRow, rows } from './testing/closed-form-rows.ts'

describe('the simulator against closed forms that take long', () => {
  const long = rows.filter(({ isLong }) => isLong === true)
  test.each(long)('$name', { timeout: 120_000 }, expectRow)
})
