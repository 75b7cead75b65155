import { configDefaults, defineConfig } from 'vitest/config'

/**
 * Tests of minutes stand in files of their own and go on apart: `npm run test:long`. Sweeps
 * (`*.sweep.test.ts`) go on in both: a few cases here, all there.
 */
const long = 'src/**/*.long.test.ts'
const isLong = process.env['DAMBREAK_TESTS'] === 'long'
const exclude = isLong ? configDefaults.exclude : [...configDefaults.exclude, long]
/** A guard against hanging only: a loaded machine must not fail a test. */
const patienceMs = 120_000

export default defineConfig({
  test: {
    provide: { isLong },
    testTimeout: patienceMs,
    hookTimeout: patienceMs,
    teardownTimeout: patienceMs,
    expect: { poll: { timeout: patienceMs } },
    // Many tests mostly wait, for clocks, sockets and processes: one file more than the two cores we aim at
    // fills them. Full-size nights take half a gigabyte each.
    maxWorkers: 3,
    // Of a file's tests that say that they may go on at once.
    maxConcurrency: 4,
    include: isLong ? ['src/**/*.{long,sweep}.test.ts'] : ['src/**/*.test.ts'],
    exclude,
    // Modules keep no state, so files share workers, and with them what was imported and compiled.
    isolate: false,
  },
})
