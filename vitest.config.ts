import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    testTimeout: 20_000,
    // Full-size nights take hundreds of megabytes each: two at a time is what the machines we aim at can hold.
    maxWorkers: 2,
    // Of a file's tests that say that they may go on at once.
    maxConcurrency: 4,
  },
})
