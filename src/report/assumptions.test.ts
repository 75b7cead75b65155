import { expect, test } from 'vitest'
import { groupedEvidence, sourceText } from './assumptions.ts'

const row = { label: 'reported', low: null, mid: 4, high: null, source: 'a paper' } as const

test('a number that a base states is shown with the file', () => {
  const stated = { ...row, path: 'stack.instances', file: 'base/night.yaml' }
  expect(sourceText(stated, '–')).toBe('a paper (in base/night.yaml)')
  expect(sourceText({ ...stated, source: null }, '–')).toBe('– (in base/night.yaml)')
  expect(sourceText({ ...row, path: 'stack.bootSec' }, '–')).toBe('a paper')
})

test('places that differ in nothing but the file are not drawn together', () => {
  const [first, second] = ['journey[0].timeoutMs', 'journey[1].timeoutMs'].map((path) => ({
    ...row,
    path,
  }))
  if (first === undefined || second === undefined) throw new Error('no rows')
  expect(groupedEvidence([first, second]).map(({ places }) => places)).toEqual([2])
  const files = groupedEvidence([first, { ...second, file: 'base/night.yaml' }])
  expect(files.map(({ places }) => places)).toEqual([1, 1])
})
