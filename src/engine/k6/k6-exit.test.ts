import { expect, test } from 'vitest'
import { k6EndOf } from './k6-exit.ts'

const failed = (exitCode: number | null) => ({
  kind: 'failed',
  detail: { code: 'K6Failed', exitCode, output: 'words' },
})

test.each([
  [0, { kind: 'finished', detail: null }],
  [99, { kind: 'finished', detail: null }],
  [105, { kind: 'interrupted', detail: null }],
  [104, failed(104)],
  [107, failed(107)],
  [108, failed(108)],
  [137, failed(137)],
  [null, failed(null)],
])('exit code %s of k6 says how its run ended', (code, ending) => {
  expect(k6EndOf(code, 'words')).toEqual({ ending, isThresholdCrossed: code === 99 })
})
