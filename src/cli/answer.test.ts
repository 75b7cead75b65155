import { describe, expect, test } from 'vitest'
import type { SweepRow } from '../report/sweep.ts'
import { answerText, carries } from './answer.ts'

function row(instances: number, gate: string, errors: number, booked: number): SweepRow {
  const shares = { errorShare: errors, requestErrorShare: errors }
  return {
    instances,
    gate,
    ...shares,
    booked,
    peakWaiting: 5_000_000,
    waitingAtEnd: 4_900_000,
    waitSecP50: null,
    waitSecP95: null,
    busiestStation: 'web',
    busiestUtilisation: 0.9,
    ok: carries(shares),
  }
}

describe('how many', () => {
  test('the fewest that carry the window, for each gate', () => {
    const rows = [
      row(10, 'tight', 0.001, 320_000),
      row(4, 'tight', 0.002, 128_000),
      row(4, 'leaking', 0.97, 900),
      row(10, 'leaking', 0.93, 4100),
    ]
    expect(answerText(rows, 'the first hour')).toBe(
      'How many instances carry the first hour with under 1% errors? With a tight gate 4 do (128 k people booked, 10 would book 320 k); with a leaking gate not even 10 do (93% of requests fail).',
    )
  })

  test('the largest alone', () => {
    expect(answerText([row(4, 'tight', 0.5, 1), row(6, 'tight', 0, 50_000)], 'it')).toBe(
      'How many instances carry it with under 1% errors? With a tight gate 6 do (50 k people booked).',
    )
  })

  test('missing figures do not carry', () => {
    expect(carries({ errorShare: null, requestErrorShare: 0 })).toBe(false)
    expect(carries({ errorShare: 0, requestErrorShare: null })).toBe(false)
    expect(carries({ errorShare: 0.0099, requestErrorShare: 0.0099 })).toBe(true)
    expect(carries({ errorShare: 0.01, requestErrorShare: 0 })).toBe(false)
  })
})
