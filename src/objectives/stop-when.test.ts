import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isFault, parseExpression } from './expression.ts'
import { defaultStopWhen, stopFault, stopRules, StopWatch, type LiveFigures } from './stop-when.ts'

const none: LiveFigures = {
  atSec: 0,
  requests: 0,
  requestErrors: 0,
  arrived: 0,
  errorEnds: 0,
  gateCalls: 0,
  gateErrors: 0,
  responseMs: { p50: null, p95: null, p99: null },
  waiting: 0,
}

/** Looks a second apart; of each, requests and errors of that second. Gives when it stops. */
function stopsAt(text: string, seconds: readonly (readonly [number, number])[]): number | null {
  const watch = new StopWatch([text])
  let requests = 0
  let requestErrors = 0
  for (const [i, [n, errors]] of seconds.entries()) {
    requests += n
    requestErrors += errors
    const reason = watch.look({ ...none, atSec: i + 1, requests, requestErrors })
    if (reason !== null) return i + 1
  }
  return null
}
const times = <T>(n: number, item: T): T[] => Array.from({ length: n }, () => item)
const good = [100, 10] as const
const bad = [100, 60] as const
const still = [0, 0] as const

function faultOf(text: string): string | null {
  const parsed = parseExpression(text)
  return isFault(parsed) ? parsed.message : stopFault(parsed)
}

describe('a rule to stop by', () => {
  test.each([
    defaultStopWhen,
    'errorShare >= 0.2 for 1.5s',
    'responseMs.p95 > 2000 for 10s',
    'responseMs.p99 / responseMs.p50 > 100',
    'requests > 1e6',
    '0 < waiting - 5000 for 60s',
    'requestErrors + errors > 10_000',
    'arrivals > 5',
  ])('%s', (text) => {
    expect(faultOf(text)).toBeNull()
  })

  test.each([
    ['requestErrorShare', 'must compare, as in "requestErrorShare > 0.5 for 30s"'],
    ['requestErrorShare > 0.5 at 20:00', 'knows no clause but "for <n>s"'],
    ['requestErrorShare > 0.5 during 20:00..20:01', 'knows no clause but "for <n>s"'],
    ['requestErrorShare > 0.5 for 30', 'needs seconds after "for", as in "for 30s"'],
    ['requestErrorShare > 0.5 for ever', 'needs seconds after "for", as in "for 30s"'],
    ['1 > 0 for 3s', 'reads nothing of the run'],
    ['responseMs.p90 > 5', 'responseMs.p90 is not known while a run goes on; did you mean'],
    ['serviceMs.p95 > 5', 'serviceMs.p95 is not known while a run goes on'],
    ['findings.doubleBooking > 0', 'findings.doubleBooking is not known while a run goes on'],
    ['requestErorShare > 0.5 for 30s', 'there is no path "requestErorShare"; did you mean'],
  ])('%s: %s', (text, message) => {
    expect(faultOf(text)).toContain(message)
  })

  test('guards hosts that are not this machine where the scenario says nothing', () => {
    expect(stopRules([], true)).toEqual([])
    expect(stopRules([], false)).toEqual([defaultStopWhen])
    for (const isLoopback of [true, false]) {
      expect(stopRules(['waiting > 5'], isLoopback)).toEqual(['waiting > 5'])
    }
  })
})

describe('StopWatch', () => {
  test('stops once it has held for so long without a break', () => {
    expect(stopsAt(defaultStopWhen, [...times(10, good), ...times(31, bad)])).toBe(41)
    expect(stopsAt(defaultStopWhen, [...times(10, good), ...times(30, bad)])).toBeNull()
    expect(stopsAt(defaultStopWhen, [...times(29, bad), good, ...times(29, bad), good])).toBeNull()
  })

  test('is not deceived by what went well before', () => {
    const seconds = [...times(600, good), ...times(31, bad)]
    expect(stopsAt(defaultStopWhen, seconds)).toBe(631)
    expect(stopsAt('requestErrorShare > 0.5', seconds)).toBeNull()
  })

  test('seconds in which no request ends neither break a stretch nor end the run', () => {
    const seconds = [...times(5, bad), ...times(30, still), bad]
    expect(stopsAt(defaultStopWhen, seconds)).toBe(36)
    expect(stopsAt(defaultStopWhen, [...times(5, bad), ...times(300, still)])).toBeNull()
    expect(stopsAt(defaultStopWhen, [...times(5, bad), ...times(300, still), good])).toBeNull()
    expect(stopsAt(defaultStopWhen, times(100, still))).toBeNull()
  })

  test('a waiting room that fails stops a run in which nobody gets as far as a request', () => {
    const watch = new StopWatch(stopRules([], false))
    const look = (sec: number) =>
      watch.look({ ...none, atSec: sec, gateCalls: 100 * sec, gateErrors: 90 * sec })
    const reasons = Array.from({ length: 31 }, (_, i) => look(i + 1))
    expect(reasons.slice(0, 30)).toEqual(times(30, null))
    expect(reasons[30]).toEqual({
      code: 'RuleHeld',
      rule: defaultStopWhen,
      requestsOf: 'waitingRoom',
      atSec: 31,
      left: 0.9,
      operator: '>',
      right: 0.5,
      heldSec: 30,
    })
  })

  test('a waiting room that is well hides nothing of the pages behind it', () => {
    const watch = new StopWatch([defaultStopWhen])
    const look = (sec: number) =>
      watch.look({ ...none, atSec: sec, requests: sec, requestErrors: sec, gateCalls: 1000 * sec })
    expect(Array.from({ length: 31 }, (_, i) => look(i + 1)).at(-1)).toMatchObject({
      requestsOf: 'journey',
      left: 1,
    })
  })

  test('without "for": at the first look at which it holds, shares over the run so far', () => {
    expect(stopsAt('requests >= 300', times(10, good))).toBe(3)
    expect(stopsAt('requestErrorShare > 0.3', [good, good, bad, bad, bad])).toBe(4)
  })

  test('looks at each rule, and says which one and why', () => {
    const watch = new StopWatch(['waiting > 10', 'responseMs.p95 > 800 for 2s', 'errorShare > 0.9'])
    const slow = { ...none, responseMs: { p50: 10, p95: 900.4, p99: 1000 } }
    expect(watch.look({ ...slow, atSec: 1 })).toBeNull()
    expect(watch.look({ ...none, atSec: 2 })).toBeNull()
    expect(watch.look({ ...slow, atSec: 3.2 })).toMatchObject({
      rule: 'responseMs.p95 > 800 for 2s',
      atSec: 3.2,
      left: 900.4,
      operator: '>',
      right: 800,
      heldSec: expect.closeTo(2.2) as number,
    })
    expect(
      new StopWatch(['errorShare > 0.9']).look({ ...none, arrived: 4, errorEnds: 4 }),
    ).toMatchObject({ rule: 'errorShare > 0.9', left: 1, right: 0.9, heldSec: null })
  })

  test('agrees with counting: a stretch of looks that are all bad, its ends n seconds apart', () => {
    const look = fc.constantFrom(good, bad, still)
    fc.assert(
      fc.property(fc.array(look, { maxLength: 60 }), fc.integer({ min: 1, max: 8 }), (all, n) => {
        let since: number | null = null
        let expected: number | null = null
        all.forEach((second, i) => {
          if (second === good) since = null
          if (second !== bad) return
          since ??= i + 1
          if (i + 1 - since >= n) expected ??= i + 1
        })
        expect(stopsAt(`requestErrorShare > 0.5 for ${n}s`, all)).toBe(expected)
      }),
    )
  })
})
