import { configDefaults, defineConfig } from 'vitest/config'

/**
 * Tests of minutes stand in files of their own and go on apart: `npm run test:long`. Sweeps
 * (`*.sweep.test.ts`) go on in both: a few cases here, all there.
 */
const long = 'src/**/*.long.test.ts'
const isLong = process.env['DAMBREAK_TESTS'] === 'long'
const exclude = isLong ? configDefaults.exclude : [...configDefaults.exclude, long]
const inFolders = (...folders: string[]) =>
  folders.map((folder) => `src/${folder}/**/*${isLong ? '.{long,sweep}' : ''}.test.ts`)

/**
 * Layers whose modules keep no state and start nothing: their tests share workers, and with them what
 * was imported and compiled.
 */
const pure = inFolders(
  'core',
  'workload',
  'waitingroom',
  'statistics',
  'record',
  'queueing',
  'objectives',
  'logs',
  'compare',
  'fit',
  'plan',
  'gate',
  'report',
  'engine/sim',
  'engine/k6',
)

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
    projects: [
      { extends: true, test: { name: 'pure', include: pure, exclude, isolate: false } },
      {
        extends: true,
        test: {
          name: 'whole',
          include: inFolders('*').concat(isLong ? [] : ['src/*.test.ts']),
          exclude: [...exclude, ...pure],
        },
      },
    ],
  },
})
