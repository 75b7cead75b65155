import { describe, expect, test } from 'vitest'
import { Answer } from '../workload/behaviour.ts'
import { badKey } from './bad-keys.ts'
import {
  judgeMay,
  judgeNo,
  judgeRefused,
  judgeStraight,
  mayHaveBooked,
  devicesFault,
  type Seen,
} from './judge.ts'
import { judgeOffers } from './offers.ts'
import { preflightVerdict } from './verdict.ts'

const seen = (edits: Partial<Seen> = {}): Seen => ({
  step: 'book',
  isBooking: true,
  answer: Answer.ok,
  status: 200,
  said: '',
  ...edits,
})
const http = (status: number) =>
  seen({ answer: status >= 500 ? Answer.http5xx : Answer.http4xx, status })
const { ok, soldOut, alreadyBooked, ineligible, notOpen, closed, malformed, timeout } = Answer

describe('a key that must open nothing', () => {
  test.each([
    [http(403), 'passed'],
    [http(401), 'passed'],
    [seen({ answer: notOpen }), 'passed'],
    [seen({ answer: malformed, status: 302 }), 'passed'],
    [seen({ answer: ok, isBooking: false }), 'failed'],
    [seen({ answer: soldOut }), 'failed'],
    [seen({ answer: alreadyBooked }), 'failed'],
    [seen({ answer: ineligible }), 'failed'],
    [http(404), 'failed'],
    [http(500), 'failed'],
    [seen({ answer: malformed }), 'failed'],
    [seen({ answer: timeout, status: 0 }), 'failed'],
    [seen({ answer: closed, status: 503 }), 'unchecked'],
  ] as const)('%j: %s', (given, result) => {
    expect(judgeRefused([http(403), given]).result).toBe(result)
  })

  test('is said at the page that let it through', () => {
    const through = seen({ step: 'look', isBooking: false, said: 'come in' })
    expect(judgeRefused([http(403), through]).came).toBe(
      'let through: a good answer at "look": come in',
    )
  })

  test('is made from what the gate gave out', () => {
    const known = { real: '0123456789abcdef', waiting: 'w' }
    expect(badKey('none', known)).toBe('')
    expect(badKey('invented', known)).toBe('789abcdef0123456')
    expect(badKey('altered', known)).toBe('0123456789abcde0')
    expect(badKey('altered', { real: 'a0', waiting: '' })).toBe('a1')
    expect(badKey('waiting', known)).toBe('w')
    expect(badKey('failOpen', known)).toBe('connection_timeout')
    expect(badKey('altered', { real: '', waiting: '' })).toBe(null)
  })
})

describe('a cohort', () => {
  test.each([
    [seen(), true, 'passed', 'booked, and taken back'],
    [seen(), false, 'failed', 'booked, but not taken back'],
    [seen({ isBooking: false, step: 'look' }), true, 'failed', 'a good answer at "look"'],
    [
      seen({ answer: ineligible, said: 'no' }),
      true,
      'failed',
      'refused as ineligible at "book": no',
    ],
    [seen({ answer: soldOut }), true, 'failed', 'told that all is sold out at "book"'],
    [
      seen({ answer: notOpen }),
      true,
      'unchecked',
      'the pages are shut: told that it is not open yet at "book"',
    ],
  ] as const)('that may book: %j, %s', (given, isUndone, result, came) => {
    expect(judgeMay(given, isUndone)).toEqual({ result, came })
  })

  test.each([
    [seen({ answer: ineligible }), true, 'passed'],
    [seen(), true, 'failed'],
    [seen(), false, 'failed'],
    [http(403), true, 'failed'],
    [http(403), false, 'unchecked'],
    [http(500), false, 'failed'],
    [seen({ answer: alreadyBooked }), true, 'failed'],
  ] as const)('that may not: %j, %s', (given, isTold, result) => {
    expect(judgeNo(given, { word: 'ineligible', isTold }).result).toBe(result)
  })

  test.each([
    [seen(), 'failed'],
    [seen({ answer: ineligible }), 'passed'],
    [http(400), 'passed'],
    [http(502), 'failed'],
    [seen({ answer: notOpen }), 'unchecked'],
  ] as const)('straight to the last page: %j, %s', (given, result) => {
    expect(judgeStraight(given).result).toBe(result)
  })
})

test('two at once: one books, the other is told', () => {
  const told = seen({ answer: alreadyBooked })
  expect(devicesFault([seen(), told])).toBe(null)
  expect(devicesFault([http(409), seen()])).toBe(null)
  expect(devicesFault([seen(), seen()])?.came).toBe('2 of 2 devices booked')
  expect(devicesFault([told, seen(), told, seen()])?.came).toBe('2 of 4 devices booked')
  expect(devicesFault([told, seen(), told, told])).toBe(null)
  expect(devicesFault([told, told])?.came).toContain('none booked')
  expect(devicesFault([seen(), http(500)])?.came).toContain('HTTP 500')
})

test('what may stand: told of, or not known', () => {
  expect([seen(), seen({ answer: timeout, status: 0 }), http(502)].map(mayHaveBooked)).toEqual(
    Array(3).fill(true),
  )
  expect([http(403), seen({ isBooking: false })].map(mayHaveBooked)).toEqual([false, false])
})

describe('offers', () => {
  const [first, second] = [
    { place: 'a', date: '2021-07-26', slots: 10 },
    { place: 'b', date: '2021-07-27', slots: 20 },
  ]
  const shown = (list: object[]) => ({ status: 200, text: JSON.stringify({ offers: list }) })
  const judge = (page: { status: number; text: string }, phase: 'before' | 'after' = 'before') =>
    judgeOffers([first, second], page, phase)

  test('the same, in any order', () => {
    expect(judge(shown([second, { ...first, remaining: 10 }]))).toEqual({
      result: 'passed',
      came: 'the same',
    })
  })

  test.each([
    [shown([first]), 'b, 2021-07-27 is not shown'],
    [shown([first, { ...second, slots: 19 }]), 'b, 2021-07-27: 19 slots, not 20'],
    [
      shown([first, { ...second, remaining: 18 }]),
      'b, 2021-07-27: 2 are booked before the opening',
    ],
    [
      shown([first, second, { ...second, date: '2021-07-28' }]),
      'b, 2021-07-28 is shown, but not configured',
    ],
    [{ status: 200, text: '<p>a 2021-07-26 b</p>' }, '2021-07-27 is not shown'],
    [{ status: 500, text: '' }, 'HTTP 500 for the page of offers'],
  ])('%j: %s', (page, came) => {
    expect(judge(page)).toEqual({ result: 'failed', came })
  })

  test('after the opening some are booked', () => {
    expect(judge(shown([first, { ...second, remaining: 1 }]), 'after').result).toBe('passed')
  })

  test('a page of no such kind, and none at all', () => {
    const page = { status: 200, text: '<p>a 2021-07-26 b 2021-07-27</p>' }
    expect(judge(page).came).toBe('every place and date is on the page; counts are not')
    expect(judge({ status: 404, text: '' }).result).toBe('unchecked')
  })
})

describe('the verdict', () => {
  const row = (kind: 'cohort' | 'offers', result: 'passed' | 'failed' | 'unchecked') => ({
    kind,
    result,
  })
  const good = row('cohort', 'passed')

  test.each([
    ['all passed', [good, row('offers', 'passed')], false, true],
    ['one failed', [good, row('offers', 'failed')], true, false],
    ['one unchecked', [good, row('offers', 'unchecked')], false, false],
    ['one unchecked, as allowed', [good, row('offers', 'unchecked')], true, true],
    [
      'no cohort, allowed or not',
      [row('cohort', 'unchecked'), row('offers', 'passed')],
      true,
      false,
    ],
    ['nothing at all', [], true, false],
  ] as const)('%s', (_name, rows, allows, ok) => {
    expect(preflightVerdict(rows, allows).ok).toBe(ok)
  })

  test('says why', () => {
    expect(preflightVerdict([row('cohort', 'unchecked')], true)).toMatchObject({
      allowsUnchecked: false,
      words: [
        '1 could not be checked, which is no pass',
        'no cohort could be checked: whether the right people may book is not known',
      ],
    })
  })
})
