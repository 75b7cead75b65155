import { describe, expect, test } from 'vitest'
import { badKey } from './bad-keys.ts'
import {
  judgeMay,
  judgeNo,
  judgeRefused,
  judgeStraight,
  mayHaveBooked,
  devicesFault,
} from './judge.ts'
import type { Seen } from './observation.ts'
import { judgeOffers } from './offers.ts'
import { preflightVerdict } from './verdict.ts'

const seen = (edits: Partial<Seen> = {}): Seen => ({
  step: 'book',
  isBooking: true,
  answer: 'ok',
  status: 200,
  said: '',
  ...edits,
})
const http = (status: number) => seen({ answer: status >= 500 ? 'http5xx' : 'http4xx', status })

describe('a key that must open nothing', () => {
  test.each([
    [http(403), 'passed'],
    [http(401), 'passed'],
    [seen({ answer: 'notOpen' }), 'passed'],
    [seen({ answer: 'malformed', status: 302 }), 'passed'],
    [seen({ answer: 'ok', isBooking: false }), 'failed'],
    [seen({ answer: 'soldOut' }), 'failed'],
    [seen({ answer: 'alreadyBooked' }), 'failed'],
    [seen({ answer: 'ineligible' }), 'failed'],
    [http(404), 'failed'],
    [http(500), 'failed'],
    [seen({ answer: 'malformed' }), 'failed'],
    [seen({ answer: 'timeout', status: 0 }), 'failed'],
    [seen({ answer: 'closed', status: 503 }), 'unchecked'],
  ] as const)('%j: %s', (given, result) => {
    expect(judgeRefused([http(403), given]).result).toBe(result)
  })

  test('is said at the page that let it through', () => {
    const through = seen({ step: 'look', isBooking: false, said: 'come in' })
    expect(judgeRefused([http(403), through]).came).toEqual({ code: 'LetThrough', seen: through })
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
  const ineligibleOnes = seen({ answer: 'ineligible', said: 'no' })
  const looked = seen({ isBooking: false, step: 'look' })
  const shut = seen({ answer: 'notOpen' })
  const sold = seen({ answer: 'soldOut' })

  test.each([
    [seen(), true, 'passed', { code: 'BookedAndTakenBack' }],
    [seen(), false, 'failed', { code: 'BookedNotTakenBack' }],
    [looked, true, 'failed', { code: 'NotBooked', seen: looked }],
    [ineligibleOnes, true, 'failed', { code: 'NotBooked', seen: ineligibleOnes }],
    [sold, true, 'failed', { code: 'NotBooked', seen: sold }],
    [shut, true, 'unchecked', { code: 'PagesShut', seen: shut }],
  ] as const)('that may book: %j, %s', (given, isUndone, result, came) => {
    expect(judgeMay(given, isUndone)).toEqual({ result, came })
  })

  test.each([
    [seen({ answer: 'ineligible' }), true, 'passed'],
    [seen(), true, 'failed'],
    [seen(), false, 'failed'],
    [http(403), true, 'failed'],
    [http(403), false, 'unchecked'],
    [http(500), false, 'failed'],
    [seen({ answer: 'alreadyBooked' }), true, 'failed'],
  ] as const)('that may not: %j, %s', (given, isTold, result) => {
    expect(judgeNo(given, { expected: 'ineligible', isTold }).result).toBe(result)
  })

  test.each([
    [seen(), 'failed'],
    [seen({ answer: 'ineligible' }), 'passed'],
    [http(400), 'passed'],
    [http(502), 'failed'],
    [seen({ answer: 'notOpen' }), 'unchecked'],
  ] as const)('straight to the last page: %j, %s', (given, result) => {
    expect(judgeStraight(given).result).toBe(result)
  })
})

test('two at once: one books, the other is told', () => {
  const told = seen({ answer: 'alreadyBooked' })
  const fault = (...all: Seen[]) => devicesFault(all, 3)
  expect(fault(seen(), told)).toBe(null)
  expect(fault(http(409), seen())).toBe(null)
  expect(fault(told, seen(), told, told)).toBe(null)
  const several = { code: 'SeveralBooked', attempt: 3 }
  expect(fault(seen(), seen())).toEqual({ ...several, booked: 2, devices: 2 })
  expect(fault(told, seen(), told, seen())).toEqual({ ...several, booked: 2, devices: 4 })
  expect(fault(told, told)).toEqual({ code: 'NoneBooked', attempt: 3, seen: told })
  expect(fault(seen(), http(500))).toEqual({ code: 'OtherNotTold', attempt: 3, seen: http(500) })
})

test('what may stand: told of, or not known', () => {
  expect([seen(), seen({ answer: 'timeout', status: 0 }), http(502)].map(mayHaveBooked)).toEqual(
    Array(3).fill(true),
  )
  expect([http(403), seen({ isBooking: false })].map(mayHaveBooked)).toEqual([false, false])
})

describe('offers', () => {
  const [first, second] = [
    { place: 'a', date: '2021-07-26', slots: 10 },
    { place: 'b', date: '2021-07-27', slots: 20 },
  ]
  const secondName = { place: 'b', date: '2021-07-27' }
  const shown = (list: object[]) => ({ status: 200, text: JSON.stringify({ offers: list }) })
  const judge = (page: { status: number; text: string }, phase: 'before' | 'after' = 'before') =>
    judgeOffers([first, second], { fault: null, ...page }, phase)

  test('a page that cannot be read shows nothing, unless all is there', () => {
    const page = { status: 200, text: 'a 2021-07-26', fault: 'BodyTooLong' as const }
    expect(judge(page)).toEqual({
      result: 'unchecked',
      came: { code: 'OffersUnreadable', fault: 'BodyTooLong' },
    })
    expect(judge({ ...page, text: 'a b 2021-07-26 2021-07-27' }).result).toBe('passed')
  })

  test('the same, in any order', () => {
    expect(judge(shown([second, { ...first, remaining: 10 }]))).toEqual({
      result: 'passed',
      came: { code: 'OffersSame' },
    })
  })

  test.each([
    [shown([first]), { code: 'NotShown', ...secondName }],
    [
      shown([first, { ...second, slots: 19 }]),
      { code: 'OtherSlots', ...secondName, shown: 19, configured: 20 },
    ],
    [
      shown([first, { ...second, remaining: 18 }]),
      { code: 'BookedBeforeOpening', ...secondName, booked: 2 },
    ],
    [
      shown([first, second, { ...second, date: '2021-07-28' }]),
      { code: 'NotConfigured', place: 'b', date: '2021-07-28' },
    ],
    [
      { status: 200, text: '<p>a 2021-07-26 b</p>' },
      { code: 'TextNotShown', text: '2021-07-27' },
    ],
  ])('%j: %j', (page, fault) => {
    expect(judge(page)).toEqual({
      result: 'failed',
      came: { code: 'OffersDiffer', faults: [fault] },
    })
  })

  test('an error, and no answer', () => {
    expect(judge({ status: 500, text: '' }).came).toEqual({ code: 'OffersError', status: 500 })
    expect(judge({ status: 0, text: '' }).came).toEqual({ code: 'OffersUnanswered' })
  })

  test('after the opening some are booked', () => {
    expect(judge(shown([first, { ...second, remaining: 1 }]), 'after').result).toBe('passed')
  })

  test('a page of no such kind, and none at all', () => {
    const page = { status: 200, text: '<p>a 2021-07-26 b 2021-07-27</p>' }
    expect(judge(page).came).toEqual({ code: 'OffersNamed' })
    expect(judge({ status: 404, text: '' })).toEqual({
      result: 'unchecked',
      came: { code: 'OffersNotFound', status: 404 },
    })
  })
})

describe('the verdict', () => {
  const row = (kind: 'cohort' | 'offers', result: 'passed' | 'failed' | 'unchecked') => ({
    check: { kind },
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
      reasons: [
        { code: 'RowsUnchecked', unchecked: 1, isAllowed: false },
        { code: 'NoCohortChecked' },
      ],
    })
  })
})
