import { describe, expect, test } from 'vitest'
import { formats, unknownText } from './format.ts'

describe('formats', () => {
  test.each([
    [810_827, '810,827'],
    [0, '0'],
    [-1234, '-1,234'],
  ])('count %d reads %s', (value, text) => expect(formats.count(value)).toBe(text))

  test.each([
    [6_040_000, '6.04 M'],
    [71_472, '71.5 k'],
    [9_994, '9,994'],
    [999_600, '1 M'],
    [36, '36'],
    [0.123_45, '0.123'],
    [2_000_000_000, '2 bn'],
  ])('compact %d reads %s', (value, text) => expect(formats.compact(value)).toBe(text))

  test.each([
    [845, '14 min 05 s'],
    [3780, '1 h 03 min'],
    [59.96, '1 min'],
    [3599.7, '1 h'],
    [12.34, '12.3 s'],
    [187_200, '2 d 4 h'],
    [-90, '−1 min 30 s'],
    [0, '0 s'],
  ])('duration %d reads %s', (value, text) => expect(formats.duration(value)).toBe(text))

  test.each([
    [0.539, '53.9%'],
    [0.0004, '0.04%'],
    [0.000_01, '< 0.01%'],
    [0.9999, '> 99.9%'],
    [1, '100%'],
    [0, '0%'],
  ])('share %d reads %s', (value, text) => expect(formats.share(value)).toBe(text))

  test('rates, times of requests and percentiles carry their unit', () => {
    expect(formats.perSec(36)).toBe('36/s')
    expect(formats.perSec(1_200_000)).toBe('1.2 M/s')
    expect(formats.ms(850)).toBe('850 ms')
    expect(formats.ms(1250)).toBe('1.25 s')
    expect(formats.ms(845_000)).toBe('14 min 05 s')
    expect([1, 2, 10, 1000].map((odds) => formats.percentile(odds))).toEqual([
      '0%',
      '50%',
      '90%',
      '99.9%',
    ])
    expect(formats.bytes(512_000_000)).toBe('512 MB')
  })

  test('what is not known is a dash in every format, never 0', () => {
    for (const format of Object.values(formats)) {
      expect(format(null)).toBe(unknownText)
      expect(format(undefined)).toBe(unknownText)
      expect(format(Number.NaN)).toBe(unknownText)
      expect(format(Infinity)).toBe(unknownText)
    }
  })
})
