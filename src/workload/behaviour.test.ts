import { describe, expect, test } from 'vitest'
import { End, type EndName } from '../core/codes.ts'
import { uniform } from '../core/chance.ts'
import { parseScenario } from '../scenario/load/parse.ts'
import type { ScenarioInput } from '../scenario/schema/schema.ts'
import { Answer, crowdOf, entityOfReentry, patienceMs, step, type Crowd } from './behaviour.ts'
import { Action, Flag, NO_END, VisitorRows } from './rows.ts'

type ActionName = keyof typeof Action
type AnswerName = keyof typeof Answer

const nowMs = 100_000
const opensAtMs = 200_000
const resumeAtMs = 500_000

function crowdWith(behaviour: ScenarioInput['behaviour'], people = 2000): Crowd {
  const parsed = parseScenario({
    name: 'crowd',
    opensAt: '2021-07-19T20:00:00+09:00',
    endsAt: '2021-07-19T23:00:00+09:00',
    population: { people },
    arrivals: [{ kind: 'burst', share: 1, forSec: 1 }],
    waitingRoom: { admission: { perSec: 1 }, pollSec: { front: 2, back: 10 } },
    journey: [
      { step: 'identify', visits: [{ station: 'web', serviceMs: 1 }], thinkSec: 7 },
      { step: 'form', visits: [{ station: 'web', serviceMs: 1 }], thinkSec: 11 },
      { step: 'book', visits: [{ station: 'web', serviceMs: 1 }] },
    ],
    stack: { instances: 1, stations: [{ name: 'web', shared: true, slots: 1 }] },
    behaviour,
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
  const crowd = crowdOf(parsed.loaded.scenario, 1, new Uint8Array(people))
  crowd.opensAtMs = opensAtMs
  crowd.resumeAtMs = resumeAtMs
  return crowd
}

interface Visitor {
  readonly rows: VisitorRows
  readonly v: number
}

function visitor(at: { step?: number; tries?: number; flags?: number } = {}, entity = 5): Visitor {
  const rows = new VisitorRows(0, 4)
  const v = rows.add(entity, entity % 2000)
  rows.setStep(v, at.step ?? 0)
  rows.setTries(v, at.tries ?? 0)
  rows.set(v, at.flags ?? 0)
  rows.nextAtMs = NaN
  return { rows, v }
}

const nameOf = <T extends Record<string, number>>(table: T, code: number): string =>
  Object.entries(table).find(([, value]) => value === code)?.[0] ?? 'none'

/** What a visitor does next, in how many seconds, and how its ticket ended. */
function decided(crowd: Crowd, { rows, v }: Visitor, answer: AnswerName) {
  step(crowd, rows, v, Answer[answer], nowMs)
  const action = nameOf(Action, rows.action(v)) as ActionName
  const end = rows.end(v) === NO_END ? null : (nameOf(End, rows.end(v)) as EndName)
  return { action, inSec: action === 'none' ? null : (rows.nextAtMs - nowMs) / 1000, end }
}

interface Row {
  readonly action: ActionName
  readonly end: EndName | null
  /** Seconds until it acts: exactly, or from … to. */
  readonly inSec: number | readonly [number, number] | null
}

const gone = (end: EndName): Row => ({ action: 'none', end, inSec: null })

/** A visitor in the middle of its journey who never retries, re-enters or runs out of patience soon. */
const calm: Record<AnswerName, Row> = {
  ok: { action: 'send', end: null, inSec: 11 },
  refused: gone('refused'),
  reset: gone('failed'),
  connectTimeout: gone('timedOut'),
  timeout: gone('timedOut'),
  http4xx: gone('failed'),
  http5xx: gone('failed'),
  malformed: gone('failed'),
  dropped: gone('dropped'),
  queued: { action: 'abandon', end: null, inSec: 600 },
  called: { action: 'poll', end: null, inSec: [0, 2] },
  passed: { action: 'send', end: null, inSec: 0 },
  failedOpen: { action: 'enter', end: null, inSec: 6 },
  closed: { action: 'knock', end: null, inSec: 430 },
  voided: { action: 'knock', end: 'failed', inSec: 430 },
  notOpen: { action: 'enter', end: null, inSec: [100, 105] },
  heldUp: { action: 'poll', end: null, inSec: [400, 402] },
  soldOut: gone('soldOut'),
  alreadyBooked: gone('alreadyBooked'),
  ineligible: gone('ineligible'),
  gaveUp: gone('abandoned'),
}

function expectRow(found: ReturnType<typeof decided>, row: Row): void {
  expect({ action: found.action, end: found.end }).toEqual({ action: row.action, end: row.end })
  if (typeof row.inSec === 'object' && row.inSec !== null) {
    expect(found.inSec).toBeGreaterThanOrEqual(row.inSec[0])
    expect(found.inSec).toBeLessThanOrEqual(row.inSec[1])
  } else if (row.inSec === null) expect(found.inSec).toBeNull()
  else expect(found.inSec).toBeCloseTo(row.inSec, 9)
}

const answers = Object.keys(calm) as AnswerName[]
const comeBack = { probability: 1, delaySec: 30 }

describe('what a visitor does next', () => {
  test('the table has every answer', () => {
    expect(answers.toSorted()).toEqual(Object.keys(Answer).toSorted())
  })

  test.each(answers)('%s', (answer) => {
    const crowd = crowdWith({ patienceSec: 600, comeBack })
    expectRow(decided(crowd, visitor({ step: 1 }), answer), calm[answer])
  })

  test('an action left over from before is forgotten', () => {
    const crowd = crowdWith({})
    const waiting = visitor()
    waiting.rows.setAction(waiting.v, Action.abandon)
    expect(decided(crowd, waiting, 'soldOut').action).toBe('none')
    waiting.rows.setAction(waiting.v, Action.timeout)
    // Endless patience: a queued visitor has nothing to do by itself.
    expect(decided(crowd, waiting, 'queued').action).toBe('none')
  })

  test('a good answer leads to the next step with fresh tries, the last one to the end', () => {
    const crowd = crowdWith({})
    const one = visitor({ step: 0, tries: 3 })
    expect(decided(crowd, one, 'ok')).toEqual({ action: 'send', inSec: 7, end: null })
    expect([one.rows.step(one.v), one.rows.tries(one.v)]).toEqual([1, 0])
    expect(decided(crowd, one, 'ok')).toEqual({ action: 'send', inSec: 11, end: null })
    expect(decided(crowd, one, 'ok')).toEqual({ action: 'none', inSec: null, end: 'booked' })
  })

  test('who passes starts at the first step, with no tries behind it', () => {
    const crowd = crowdWith({})
    const one = visitor({ step: 2, tries: 9 })
    expect(decided(crowd, one, 'passed').action).toBe('send')
    expect([one.rows.step(one.v), one.rows.tries(one.v)]).toEqual([0, 0])
  })
})

describe('who was called and polls while service is off', () => {
  const heldUp = (crowd: Crowd, enteredMs: number) => {
    const one = visitor()
    one.rows.enteredMs[one.v] = enteredMs
    return decided(crowd, one, 'heldUp')
  }

  test('polls after the resume if its patience, counted from its entry, lasts until then', () => {
    const crowd = crowdWith({ patienceSec: 450 })
    const found = heldUp(crowd, 60_000)
    expect(found).toMatchObject({ action: 'poll', end: null })
    expect(found.inSec).toBeCloseTo(400 + 2 * uniform(crowd.keys.poll, 5), 9)
  })

  test('else gives up when it ends, at once if it has', () => {
    const crowd = crowdWith({ patienceSec: 450 })
    expect(heldUp(crowd, 40_000)).toEqual({ action: 'abandon', inSec: 390, end: null })
    expect(heldUp(crowd, -400_000)).toEqual({ action: 'abandon', inSec: 0, end: null })
  })

  test('without a resume gives up some time, or with endless patience waits on', () => {
    const given = crowdWith({ patienceSec: { dist: 'exponential', mean: 1000 } })
    const endless = crowdWith({})
    given.resumeAtMs = endless.resumeAtMs = Infinity
    const inSec = (60_000 + patienceMs(given, 5) - nowMs) / 1000
    expect(heldUp(given, 60_000)).toEqual({ action: 'abandon', inSec, end: null })
    expect(heldUp(endless, 60_000)).toEqual({ action: 'none', inSec: null, end: null })
  })
})

test('who stands at closed pages comes in over five seconds, by a chance of its own', () => {
  const crowd = crowdWith({})
  const found = Array.from({ length: 1000 }, (_, entity) =>
    decided(crowd, visitor({}, entity), 'notOpen'),
  )
  found.forEach(({ inSec }, entity) => {
    expect(inSec).toBeCloseTo(100 + 5 * uniform(crowd.keys.closedPages, entity), 9)
  })
  const meanSec = found.reduce((sum, { inSec }) => sum + inSec! - 100, 0) / found.length
  expect(Math.abs(meanSec - 2.5)).toBeLessThan((4 * 5) / Math.sqrt(12 * found.length))
})

describe('retries', () => {
  const behaviour = {
    retry: { tries: 3, backoffSec: { dist: 'uniform' as const, low: 4, high: 6 } },
    reenter: { probability: 1, delaySec: 60 },
  }

  test.each(['refused', 'reset', 'connectTimeout', 'timeout', 'http5xx'] as const)(
    '%s: as many as allowed, after a pause, then a new ticket',
    (answer) => {
      const crowd = crowdWith(behaviour)
      const one = visitor({ step: 1 })
      const pauses = [1, 2, 3].map((tries) => {
        const found = decided(crowd, one, answer)
        expect(found).toMatchObject({ action: 'send', end: null })
        expect([one.rows.step(one.v), one.rows.tries(one.v)]).toEqual([1, tries])
        expect(found.inSec).toBeGreaterThanOrEqual(4)
        expect(found.inSec).toBeLessThanOrEqual(6)
        return found.inSec
      })
      expect(new Set(pauses).size).toBe(3)
      expectRow(decided(crowd, one, answer), { ...calm[answer], action: 'knock', inSec: 60 })
    },
  )

  test.each(['http4xx', 'malformed', 'dropped'] as const)(
    '%s is not retried by default',
    (answer) => {
      const found = decided(crowdWith(behaviour), visitor({ step: 1 }), answer)
      expectRow(found, { ...calm[answer], action: 'knock', inSec: 60 })
    },
  )

  test('what is retried is for the scenario to say', () => {
    const crowd = crowdWith({ retry: { tries: 1, backoffSec: 2, on: ['http4xx'] } })
    const given = { action: 'send', inSec: 2, end: null }
    expect(decided(crowd, visitor({ step: 1 }), 'http4xx')).toEqual(given)
    expect(decided(crowd, visitor({ step: 1 }), 'timeout').end).toBe('timedOut')
  })

  test('the most tries that a scenario may ask for are counted out, not wrapped round', () => {
    const crowd = crowdWith({ retry: { tries: 255, backoffSec: 1 } })
    const one = visitor()
    let sent = 0
    while (decided(crowd, one, 'refused').action === 'send' && sent < 1000) sent++
    expect(sent).toBe(255)
  })

  test('more tries than are counted is a fault of the scenario', () => {
    expect(() => crowdWith({ retry: { tries: 256, backoffSec: 1 } })).toThrow(
      'behaviour.retry.tries',
    )
  })
})

describe('coming again', () => {
  const share = (crowd: Crowd, answer: AnswerName, entities: number): number => {
    let knocks = 0
    for (let entity = 0; entity < entities; entity++) {
      if (decided(crowd, visitor({}, entity), answer).action === 'knock') knocks++
    }
    return knocks / entities
  }

  test.each(['timeout', 'http4xx', 'ineligible'] as const)(
    'after %s: as likely as it says',
    (answer) => {
      const crowd = crowdWith({ reenter: { probability: 0.3, delaySec: 1 } })
      // Four standard errors of a share of 0.3 in 4,000.
      expect(Math.abs(share(crowd, answer, 4000) - 0.3)).toBeLessThan(4 * Math.sqrt(0.21 / 4000))
    },
  )

  test.each(['abandoned', 'soldOut', 'alreadyBooked'] as const)('never once %s', (end) => {
    const crowd = crowdWith({ reenter: { probability: 1, delaySec: 1 } })
    const answer = end === 'abandoned' ? 'gaveUp' : end
    expect(decided(crowd, visitor(), answer)).toEqual({ action: 'none', inSec: null, end })
  })

  test('not if the same person has booked meanwhile', () => {
    const crowd = crowdWith({ reenter: { probability: 1, delaySec: 1 }, comeBack })
    const booked = { ...crowd, bookings: Uint8Array.of(0, 0, 0, 0, 0, 1) }
    expect(decided(booked, visitor(), 'timeout')).toEqual({
      action: 'none',
      inSec: null,
      end: 'timedOut',
    })
    expect(decided(booked, visitor(), 'voided')).toEqual({
      action: 'none',
      inSec: null,
      end: 'failed',
    })
    expect(decided(booked, visitor(), 'closed')).toEqual({ action: 'none', inSec: null, end: null })
  })

  test('a booking that nobody waited for is a booking, when its ticket finds out', () => {
    const crowd = crowdWith({ reenter: { probability: 1, delaySec: 1 } })
    const flags = Flag.booked
    expect(decided(crowd, visitor({ flags }), 'alreadyBooked')).toMatchObject({ end: 'booked' })
    expect(decided(crowd, visitor({ flags }), 'timeout')).toMatchObject({
      action: 'none',
      end: 'booked',
    })
  })

  test('after a halt people decide, not devices; each device in its own time', () => {
    const crowd = crowdWith({
      comeBack: { probability: 0.6, delaySec: { dist: 'exponential', mean: 100 } },
    })
    let people = 0
    let differing = 0
    for (let person = 0; person < 2000; person++) {
      const devices = [person, person + 2000].map((entity) => visitor({}, entity))
      const [first, second] = devices.map((device) => decided(crowd, device, 'voided'))
      expect(second!.action).toBe(first!.action)
      if (first!.action !== 'knock') continue
      people++
      // Nobody is back before the resume.
      expect(Math.min(first!.inSec!, second!.inSec!)).toBeGreaterThanOrEqual(400)
      if (first!.inSec !== second!.inSec) differing++
    }
    expect(Math.abs(people / 2000 - 0.6)).toBeLessThan(4 * Math.sqrt(0.24 / 2000))
    expect(differing).toBe(people)
  })

  test('nobody waits for a resume that nobody has announced', () => {
    const crowd = crowdWith({ comeBack })
    crowd.resumeAtMs = Infinity
    expect(decided(crowd, visitor(), 'voided')).toEqual({
      action: 'none',
      inSec: null,
      end: 'failed',
    })
  })

  test('the next ticket has its own luck, always the same', () => {
    const crowd = crowdWith({})
    const chain = (entity: number) => {
      const second = entityOfReentry(crowd, entity)
      return [second, entityOfReentry(crowd, second)]
    }
    expect(chain(5)).toEqual(chain(5))
    const all = Array.from({ length: 1000 }, (_, entity) => chain(entity)).flat()
    expect(new Set(all).size).toBeGreaterThan(1990)
    for (const entity of all) expect(entity).toBe(entity | 0)
  })
})

describe('chance', () => {
  test('the same visitor has the same patience in any order, another seed another', () => {
    const patienceSec = { dist: 'exponential' as const, mean: 100 }
    const crowd = crowdWith({ patienceSec })
    const of = (entity: number) => decided(crowd, visitor({}, entity), 'queued').inSec
    const forward = [1, 2, 3].map(of)
    expect([3, 2, 1].map(of).toReversed()).toEqual(forward)
    expect(new Set(forward).size).toBe(3)
  })
})
