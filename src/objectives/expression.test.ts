import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isFault, parseExpression, readsRun, type ParseOptions } from './expression.ts'

function messageOf(text: string, options: ParseOptions = {}): string | null {
  const parsed = parseExpression(text, options)
  return isFault(parsed) ? parsed.message : null
}

describe('what can be written', () => {
  test.each([
    'waitSec.p95 < 1800',
    'errorShare < 0.01',
    'findings.doubleBooking == 0',
    'responseMs.p95 < 800 during 20:00..20:10',
    'people.booked >= 400000 at 23:00',
    'people.booked at 22:00',
    '30410 / opening.admitPerSec',
    'admittedWaitSec.p05 during 22:00..23:00',
    'admittedWaitSec.p95 during 22:00..23:00',
    'visitors.arrived at 24:00',
    'visitors.arrived at 2021-07-20T12:00:00+09:00',
    'waiting at 24:00',
    'requestErrorShare during 20:05..20:40',
    'steps.book.responseMs.p999',
    'steps.예약-하기.outcomes.timeout / steps."my step 2.0".count',
    'stations.db-pool.utilisation during 20:00:30..20:01',
    'stations.db.queue.max > 1e3',
    '-(1 + waiting) * 2 - -3',
    'requestErrorShare > 0.5 for 30s',
  ])('%s', (text) => {
    expect(messageOf(text)).toBeNull()
  })

  test('binds as arithmetic does, and the clause to the whole', () => {
    const parsed = parseExpression('1 + 2 * waiting - 3 < 4 at 20:00')
    expect(parsed).toMatchObject({
      left: {
        operator: '-',
        left: { operator: '+', right: { operator: '*', right: { path: 'waiting' } } },
        right: { value: 3 },
      },
      comparison: { operator: '<', right: { value: 4 } },
      clause: { kind: 'at', at: '20:00' },
    })
  })

  test('knows whether a term reads the run', () => {
    const reads = (text: string) => {
      const parsed = parseExpression(text)
      return !isFault(parsed) && readsRun(parsed.left)
    }
    expect(['1 + 2', '-(3)', '1 - waiting', '-errorShare'].map(reads)).toEqual([
      false,
      false,
      true,
      true,
    ])
  })
})

describe('what cannot', () => {
  test.each([
    ['', 'is empty'],
    ['   ', 'is empty'],
    ['waitSec.p95 <', 'needs a number or a path at its end'],
    ['< 3', 'needs a number or a path before "< 3"'],
    ['(waiting + 1', 'misses a ")" at its end'],
    ['waiting)', 'does not go on with ")"'],
    ['waiting 5', 'does not go on with "5"'],
    ['waiting < 3 < 4', 'does not go on with "< 4"'],
    ['waitSec. < 3', 'has a path that ends in a dot before "< 3"'],
    ['waiting sometimes today', 'does not go on with "sometimes today"'],
    ['waiting at', 'needs a clock time such as 20:00 or 20:00:30, got ""'],
    ['waiting at noon', 'needs a clock time such as 20:00 or 20:00:30, got "noon"'],
    ['waiting at 25:00', 'needs a clock time such as 20:00 or 20:00:30, got "25:00"'],
    ['at 20:00', 'needs a number or a path before "at 20:00"'],
    ['waiting during 20:00', 'needs two clock times after "during", as in "during 20:00..20:10"'],
    ['waiting during 20:00..x', 'needs a clock time such as 20:00 or 20:00:30, got "x"'],
    ['waiting > 1 for ever', 'needs seconds after "for", as in "for 30s"'],
    ['people.bokked at 22:00', 'there is no path "people.bokked"; did you mean people.booked?'],
    ['waitsec.p95 < 3', 'there is no path "waitsec.p95"; did you mean waitSec.p95?'],
    ['nonsense', 'there is no path "nonsense"'],
    [
      'waitSec.median',
      'waitSec.median: has no "median"; it has mean, max and p05, p50, p95, p99, p999 …',
    ],
    ['waitSec.p5', 'waitSec.p5: "p5" is unclear: write p05 or p50'],
    [
      'waitSec.p100',
      'waitSec.p100: has no "p100"; the 99.9th percentile is p999, the largest is max',
    ],
    [
      'findings.doubleBooking == 0 during 20:00..21:00',
      'findings.doubleBooking is known for the whole run only; drop "during …"',
    ],
    [
      '1 - steps.book.responseMs.p95 at 21:00',
      'steps.book.responseMs.p95 is known for the whole run only; drop "at …"',
    ],
    [
      'visitors.booked at 22:00',
      'visitors.booked is known for the whole run only; drop "at …", or write people.booked',
    ],
  ])('%s', (text, message) => {
    expect(messageOf(text)).toBe(message)
  })

  test('names that the scenario does not have', () => {
    const names = { steps: ['login', 'book'], stations: ['web', 'db'] }
    expect(messageOf('steps.boook.count', names)).toBe(
      'there is no step named "boook"; there are login, book',
    )
    expect(messageOf('stations.cache.queue', names)).toBe(
      'there is no station named "cache"; there are web, db',
    )
    expect(messageOf('stations.db.qeue', names)).toBe(
      'there is no path "stations.db.qeue"; did you mean stations.db.queue?',
    )
    expect(messageOf('steps.book.count + stations.web.busy', names)).toBeNull()
  })

  test('a window that ends before it starts, by the clock of the opening', () => {
    const at = { opensAt: '2021-07-19T20:00:00+09:00' }
    expect(messageOf('waiting during 22:00..21:00', at)).toBe(
      'has a window that ends before it starts: 22:00..21:00',
    )
    expect(messageOf('waiting during 22:00..03:00', at)).toBeNull()
  })

  test.each([
    ['parentheses', (n: number) => `${'('.repeat(n)}waiting${')'.repeat(n)} < 1`],
    ['signs', (n: number) => `${'-'.repeat(n)}waiting < 1`],
    ['both', (n: number) => `${'-('.repeat(n / 2)}waiting${')'.repeat(n / 2)} < 1`],
  ])('nested %s are bounded', (_name, text) => {
    expect(messageOf(text(64))).toBeNull()
    expect(messageOf(text(66))).toBe('nests more than 64 parentheses or signs')
    expect(messageOf(text(5000))).toBe('is longer than 2000 characters')
  })

  test('a long sum is bounded', () => {
    expect(messageOf(`${'1+'.repeat(900)}waiting < 1`)).toBeNull()
    expect(messageOf(`${'1+'.repeat(100_000)}waiting < 1`)).toBe('is longer than 2000 characters')
  })

  test('any text is an expression or a fault, never an error', () => {
    const pieces = fc.constantFrom(
      'waiting',
      'waitSec',
      '.',
      'p95',
      '<',
      '==',
      '(',
      ')',
      '+',
      '-',
      '*',
      '/',
      '1',
      '0.5',
      'during',
      'at',
      'for',
      '20:00',
      '..',
      ' ',
      '"',
      'steps',
      '30s',
      'errorShare',
      'é',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), fc.string(), (parts, noise) => {
        for (const text of [parts.join(' '), parts.join(''), noise]) {
          const parsed = parseExpression(text)
          expect(isFault(parsed) ? parsed.message !== '' : parsed.text === text.trim()).toBe(true)
        }
      }),
      { numRuns: 500 },
    )
  })
})
