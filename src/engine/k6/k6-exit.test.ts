import { expect, test } from 'vitest'
import { k6EndOf } from './k6-exit.ts'

test.each([
  [0, null, false],
  [99, null, false],
  [105, 'interrupted: k6 was stopped before its end', false],
  [104, 'failed: k6 does not take its options (104): words', true],
  [107, 'failed: the script failed in k6 (107): words', true],
  [108, 'failed: the script stopped the run (108): words', true],
  [137, 'failed: k6 ended with 137: words', true],
  [null, 'failed: k6 was killed: words', true],
])('exit code %s of k6 in our words', (code, cutShort, isFailure) => {
  const end = k6EndOf(code, 'words')
  expect(end).toMatchObject({ cutShort, isFailure })
  expect(end.note === null).toBe(code !== 99)
})
