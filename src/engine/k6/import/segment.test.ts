import { expect, test } from 'vitest'
import { missingShare, overlap, readSegment, type Segment } from './segment.ts'

const segment = (text: string): Segment => {
  const read = readSegment(text)
  if (read === null) throw new Error(`${text} is no segment`)
  return read
}

test.each([
  ['0:1', 0, 1],
  ['1/4:1/2', 0.25, 0.5],
  ['1/4', 0, 0.25],
  [':1/4', 0, 0.25],
  ['3/4:', 0.75, 1],
  ['25%:50%', 0.25, 0.5],
  ['0.25:0.5', 0.25, 0.5],
])('%s is read as k6 reads it', (text, from, to) => {
  expect(segment(text)).toEqual({ text, from, to })
})

test.each(['', 'all', '1/2:1/4', '0:2', '-1:1', '1/0:1', '0:1/4:1/2', 'NaN:1'])(
  '%j is none',
  (text) => {
    expect(readSegment(text)).toBeNull()
  },
)

test('thirds that meet do not overlap, and leave nothing out', () => {
  const thirds = ['0:1/3', '1/3:2/3', '2/3:1'].map(segment)
  expect(thirds.some((a) => thirds.some((b) => a !== b && overlap(a, b)))).toBe(false)
  expect(missingShare(thirds)).toBe(0)
  expect(missingShare(thirds.slice(1))).toBeCloseTo(1 / 3, 9)
  expect(overlap(segment('0:1/2'), segment('1/3:1'))).toBe(true)
})
