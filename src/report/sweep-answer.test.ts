import { describe, expect, test } from 'vitest'
import type { SweepRow } from './sweep.ts'
import { answerText, carries } from './sweep-answer.ts'

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
    bucketSec: 10,
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
      'How many instances carry the first hour with under 1% errors? With a tight gate 4 do, the fewest tried (128 k people booked; 10 would book 320 k and still leave 4.9 M waiting); with a leaking gate not even 10 do (93% of requests and 93% of tickets fail).',
    )
  })

  test('the largest alone', () => {
    expect(answerText([row(4, 'tight', 0.5, 1), row(6, 'tight', 0, 50_000)], 'it')).toBe(
      'How many instances carry it with under 1% errors? With a tight gate 6 do (50 k people booked, 4.9 M still waiting).',
    )
  })

  test('an empty queue is told as such', () => {
    const empty = { ...row(6, 'tight', 0, 50_000), waitingAtEnd: 0 }
    expect(answerText([empty], 'it')).toContain(
      '6 do, the fewest tried (50 k people booked, nobody waiting).',
    )
    expect(answerText([row(4, 'tight', 0, 30_000), empty], 'it')).toContain(
      '4 do, the fewest tried (30 k people booked; 6 would book 50 k and leave nobody waiting).',
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

describe('what fails', () => {
  /** The answer for one gate, from rows of instances, share of tickets and share of requests. */
  function answerOf(...rows: [number, number | null, number | null][]): string {
    const given = rows.map(([instances, errorShare, requestErrorShare]) => {
      const shares = { errorShare, requestErrorShare }
      const filled = { ...row(instances, 'tight', 0, 20_000), ...shares, waitingAtEnd: 0 }
      return { ...filled, ok: carries(shares) }
    })
    return answerText(given, 'it').replace(/^.*\? With a tight gate /, '')
  }

  test.each([
    ['requests alone', [0.001, 0.2], '20% of requests fail'],
    ['tickets alone', [0.2, 0], '20% of tickets fail'],
    ['both', [0.2, 0.9], '90% of requests and 20% of tickets fail'],
    ['nobody came', [null, null], 'nobody came'],
    ['no request was made', [0, null], 'nobody got as far as a request'],
  ] as const)('%s', (_, [errorShare, requestErrorShare], words) => {
    const four: [number, number | null, number | null] = [4, errorShare, requestErrorShare]
    const ten: [number, number | null, number | null] = [10, errorShare, requestErrorShare]
    expect(answerOf(four)).toBe(`4 do not (${words}).`)
    expect(answerOf(four, ten)).toBe(`not even 10 do (${words}).`)
  })

  test('more that do worse are not passed over', () => {
    expect(answerOf([2, 0.5, 0.5], [4, 0, 0], [6, 0, 0.02], [8, 0, 0], [10, 0, 0.3])).toBe(
      '4 do (20 k people booked; 8 would book 20 k and leave nobody waiting), but not 6 and 10 (30% of requests fail).',
    )
    expect(answerOf([4, 0, 0], [6, 0.03, 0])).toBe(
      '4 do, the fewest tried (20 k people booked, nobody waiting), but not 6 (3% of tickets fail).',
    )
  })

  test('one instance is one, and fewer there are not', () => {
    expect(answerOf([1, 0, 0])).toBe('1 does (20 k people booked, nobody waiting).')
    expect(answerOf([1, 0, 0.5])).toBe('1 does not (50% of requests fail).')
    const alone = { ...row(1, 'tight', 0, 1), waitingAtEnd: 0 }
    expect(answerText([alone], 'it')).toContain('1 does (1 person booked, nobody waiting).')
  })

  test('gates that fare unlike, whichever comes first', () => {
    const rows = [row(4, 'tight', 0.5, 0), row(4, 'leaking', 0, 0)]
    const tight = 'ith a tight gate 4 do not (50% of requests and 50% of tickets fail)'
    const leaking =
      'ith a leaking gate 4 do, the fewest tried (0 people booked, 4.9 M still waiting)'
    expect(answerText(rows, 'it')).toContain(`? W${tight}; w${leaking}.`)
    expect(answerText(rows.toReversed(), 'it')).toContain(`? W${leaking}; w${tight}.`)
  })
})
