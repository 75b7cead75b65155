import { expect, test } from 'vitest'
import { LoadWatch, type Change } from './load-watch.ts'

/** What it tells minute by minute, of minutes with so many requests; 6,000 are expected. */
function told(requests: readonly number[], edits: { isLost?: boolean } = {}): Change[] {
  const base = { requestsPerMs: 0.1, requestsPerBundle: 200, isLost: false, ...edits }
  const watch = new LoadWatch(0, 60_000, base)
  return requests.map((n, i) => watch.add(n, (i + 1) * 60_000))
}

test('a load that stays within a bundle of what is expected is none', () => {
  expect(told([6000, 6200, 5800, 6100, 5900, 6200])).toEqual(Array(6).fill('none'))
})

test('a jump is told at once, a small rise once it has lasted, a fall when it is larger', () => {
  expect(told([6000, 7500]).at(-1)).toBe('rise')
  expect(told([6900])).toEqual(['none'])
  expect(told([6900, 6900, 6900, 6900])).toEqual(['none', 'rise', 'rise', 'rise'])
  expect(told([5000, 5000, 5000, 5000])).toEqual(Array(4).fill('none'))
  expect(told([6000, 4000]).at(-1)).toBe('fall')
})

test('a stack that is lost gets no worse, and may recover sooner', () => {
  expect(told([7500], { isLost: true })).toEqual(['none'])
  expect(told([4750], { isLost: true })).toEqual(['fall'])
  expect(told([4750])).toEqual(['none'])
})

test('parts of a minute add up to one', () => {
  const base = { requestsPerMs: 0.1, requestsPerBundle: 0, isLost: false }
  const watch = new LoadWatch(0, 60_000, base)
  expect([30_000, 60_000].map((ms) => watch.add(4000, ms))).toEqual(['none', 'rise'])
})
