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
      'How many instances carry the first hour with under 1% errors? With a tight gate 4 do (128 k people booked; 10 would book 320 k and still leave 4.9 M waiting); with a leaking gate not even 10 do (93% of requests fail).',
    )
  })

  test('the largest alone', () => {
    expect(answerText([row(4, 'tight', 0.5, 1), row(6, 'tight', 0, 50_000)], 'it')).toBe(
      'How many instances carry it with under 1% errors? With a tight gate 6 do (50 k people booked, 4.9 M still waiting).',
    )
  })

  test('an empty queue is told as such', () => {
    const empty = { ...row(6, 'tight', 0, 50_000), waitingAtEnd: 0 }
    expect(answerText([empty], 'it')).toContain('6 do (50 k people booked, nobody waiting).')
    expect(answerText([row(4, 'tight', 0, 30_000), empty], 'it')).toContain(
      '4 do (30 k people booked; 6 would book 50 k and leave nobody waiting).',
    )
  })

  test('what waits is that of the most instances, not of the fewest that do', () => {
    const rows = [row(10, 'tight', 0, 288_000), row(4, 'tight', 0, 123_000)]
    const text = answerText([{ ...rows[0]!, waitingAtEnd: 3_240_000 }, rows[1]!], 'the first hour')
    expect(text).toContain('10 would book 288 k and still leave 3.24 M waiting')
    expect(text).not.toContain('\n')
  })

  test('missing figures do not carry', () => {
    expect(carries({ errorShare: null, requestErrorShare: 0 })).toBe(false)
    expect(carries({ errorShare: 0, requestErrorShare: null })).toBe(false)
    expect(carries({ errorShare: 0.0099, requestErrorShare: 0.0099 })).toBe(true)
    expect(carries({ errorShare: 0.01, requestErrorShare: 0 })).toBe(false)
  })
})
