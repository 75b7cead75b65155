import { configDefaults, defineConfig } from 'vitest/config'

/** Tests of minutes stand in files of their own and go on apart: `npm run test:long`. */
const long = 'src/**/*.long.test.ts'
const isLong = process.env['DAMBREAK_TESTS'] === 'long'

export default defineConfig({
  test: {
    include: isLong ? [long] : ['src/**/*.test.ts'],
    exclude: isLong ? configDefaults.exclude : [...configDefaults.exclude, long],
    testTimeout: 20_000,
    // Many tests mostly wait, for clocks, sockets and processes: one file more than the two cores we aim at
    // fills them. Full-size nights take half a gigabyte each.
    maxWorkers: 3,
    // Of a file's tests that say that they may go on at once.
    maxConcurrency: 4,
  },
})
