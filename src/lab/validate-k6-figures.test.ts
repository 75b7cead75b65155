import { describe, expect, test } from 'vitest'
import type { Summary } from '../record/run.ts'
import { arrivalDifference, engineRows } from './validate-k6-figures.ts'

const summary = (n: number, ms: number) =>
  ({
    visitors: { arrived: 1000, admitted: n, booked: n },
    steps: { book: { serviceMs: { p50: ms, p95: 2 * ms } } },
  }) as unknown as Summary

const wrong = (n: number, ms: number) =>
  engineRows(summary(1000, 100), summary(n, ms))
    .filter(({ ok }) => !ok)
    .map(({ text }) => text.split(/ {2,}/, 1)[0])

describe('the figures of validate:k6', () => {
  test('counts may be 3% apart, percentiles 10%', () => {
    expect(wrong(1029, 109.9)).toEqual([])
    expect(wrong(971, 90.1)).toEqual([])
    expect(wrong(1031, 100)).toEqual(['✕ admitted', '✕ booked'])
    expect(wrong(1000, 110.1)).toEqual(['✕ book service p50', '✕ book service p95'])
    expect(wrong(1000, 89.9)).toEqual(['✕ book service p50', '✕ book service p95'])
  })

  test('what one of them has no figure of does not agree', () => {
    expect(wrong(Number.NaN, Number.NaN)).toHaveLength(4)
  })

  test('arrivals are held against each other second by second, and as they add up', () => {
    expect(arrivalDifference([3, 3, 3], [2, 4, 3])).toEqual({ most: 1, inASecond: 1, inAll: 0 })
    expect(arrivalDifference([3], [2, 0, 2])).toEqual({ most: 1, inASecond: 2, inAll: 1 })
  })
})
