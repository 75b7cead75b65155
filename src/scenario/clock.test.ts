import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clockSec, isoEpochMs, localClock, localIso } from './clock.ts'

const evening = '2021-07-19T20:00:00+09:00'
const night = '2021-07-12T00:00:00+09:00'

test.each([
  ['20:00', evening, 0],
  ['20:48', evening, 2880],
  ['20:48:30', evening, 2910],
  ['20:00:00.5', evening, 0.5],
  ['22:00', evening, 7200],
  ['19:30', evening, -1800],
  ['14:00', evening, -21_600],
  ['13:59', evening, 64_740],
  ['03:00', evening, 25_200],
  ['3:00', evening, 25_200],
  ['24:00', evening, 14_400],
  ['00:00', evening, 14_400],
  ['2021-07-20T12:00:00+09:00', evening, 57_600],
  ['2021-07-19T11:00:00Z', evening, 0],
  ['00:00', night, 0],
  ['24:00', night, 86_400],
  ['23:00', night, -3600],
  ['18:00', night, -21_600],
  ['17:59', night, 64_740],
  ['24:00', '2021-07-19T01:30:00-03:30', 81_000],
  ['01:30', '2021-07-19T01:30:00-03:30', 0],
])('%s with an opening at %s', (text, opensAt, sec) => {
  expect(clockSec(text, opensAt)).toBe(sec)
})

test.each([
  '',
  '8 pm',
  '20',
  '20:60',
  '24:01',
  '25:00',
  '20:00:60',
  '20:00+09:00',
  '-1:00',
  '20:00 ',
  '2021-07-19T20:00:00',
  '2021-02-30T20:00:00Z',
  '2021-07-19T25:00:00Z',
  '2021-07-19',
])('%s cannot be read', (text) => {
  expect(clockSec(text, evening)).toBeNull()
})

test('nor can anything where the opening cannot', () => {
  expect(clockSec('20:00', 'soon')).toBeNull()
})

test('local times are in the offset of the opening', () => {
  const epochMs = Date.UTC(2021, 6, 19, 11, 48, 30, 250)
  expect(localIso(epochMs, evening)).toBe('2021-07-19T20:48:30.250+09:00')
  expect(localIso(epochMs - 250, evening)).toBe('2021-07-19T20:48:30+09:00')
  expect(localIso(epochMs - 250, '2021-07-19T08:00:00Z')).toBe('2021-07-19T11:48:30Z')
  expect(localClock(epochMs, evening)).toBe('20:48:30')
  expect(localClock(epochMs, '2021-07-19T08:00:00-03:30')).toBe('08:18:30')
})

const zones = fc.constantFrom('+09:00', 'Z', '-03:30', '+05:45', '-11:00', '+14:00')
const epochs = fc.integer({ min: 0, max: 4_102_444_800 }).map((sec) => sec * 1000)

test('a local time reads back as the same instant', () => {
  fc.assert(
    fc.property(epochs, zones, (epochMs, zone) => {
      expect(isoEpochMs(localIso(epochMs, `2021-07-19T20:00:00${zone}`))).toBe(epochMs)
    }),
  )
})

test('a clock time is the one that the clock shows then, at most 6 h before the opening', () => {
  const ofDay = fc.integer({ min: 0, max: 86_399 })
  fc.assert(
    fc.property(epochs, zones, ofDay, (epochMs, zone, sec) => {
      const opensAt = localIso(epochMs, `2021-07-19T20:00:00${zone}`)
      const text = new Date(sec * 1000).toISOString().slice(11, 19)
      const afterSec = clockSec(text, opensAt) ?? Number.NaN
      expect(afterSec).toBeGreaterThanOrEqual(-6 * 3600)
      expect(afterSec).toBeLessThan(18 * 3600)
      expect(localClock(epochMs + afterSec * 1000, opensAt)).toBe(text)
    }),
  )
})
