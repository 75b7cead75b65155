import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    testTimeout: 20_000,
    // Many tests mostly wait, for clocks, sockets and processes: one file more than the two cores we aim at
    // fills them. Full-size nights take half a gigabyte each.
    maxWorkers: 3,
    // Of a file's tests that say that they may go on at once.
    maxConcurrency: 4,
  },
})
