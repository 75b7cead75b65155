import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ScenarioInput } from '../../scenario/schema/schema.ts'
import { Answer } from '../../workload/behaviour.ts'
import { populationOf } from '../../workload/population.ts'
import { Ledger } from './ledger.ts'
import { opening, visitors } from '../testing/opening.ts'

const eligible = 8
const ineligible = 2
const firstIneligible = eligible

function ledgerWith(offers?: NonNullable<ScenarioInput['inventory']>['offers']): Ledger {
  const scenario = opening({
    population: { people: eligible, ineligible },
    arrivals: [{ kind: 'burst', share: 1, forSec: 1 }],
    ...(offers === undefined ? {} : { inventory: { offers } }),
  })
  return new Ledger(scenario, populationOf(scenario, 1), 1)
}

const clinic = (slots: number, date = '26') => ({ place: 'clinic', date, slots })

describe('the ledger', () => {
  test('books a person once', () => {
    const ledger = ledgerWith()
    expect(ledger.identify(3)).toBe(Answer.ok)
    expect(ledger.book(3, 100)).toBe(Answer.ok)
    expect(ledger.book(3, 101)).toBe(Answer.alreadyBooked)
    expect(ledger.identify(3)).toBe(Answer.alreadyBooked)
    expect(ledger.identify(4)).toBe(Answer.ok)
    expect(ledger.booked).toBe(1)
    expect(ledger.bookings[3]).toBe(1)
    expect(ledger.inventory()).toBeNull()
  })

  test('turns away who may not book', () => {
    const ledger = ledgerWith([clinic(5)])
    expect(ledger.identify(firstIneligible)).toBe(Answer.ineligible)
    expect(ledger.book(firstIneligible, 1)).toBe(Answer.ineligible)
    expect(ledger.book(firstIneligible - 1, 1)).toBe(Answer.ok)
    expect(ledger.inventory()).toEqual({ offered: 5, left: 4 })
    expect(ledger.findings.eligibleRefused).toBe(0)
  })

  test('a fault that refuses the eligible refuses them all, and each case is found', () => {
    const ledger = ledgerWith()
    ledger.refusesEligible = true
    expect(ledger.identify(0)).toBe(Answer.ineligible)
    expect(ledger.book(1, 1)).toBe(Answer.ineligible)
    expect(ledger.identify(firstIneligible)).toBe(Answer.ineligible)
    expect(ledger.findings.eligibleRefused).toBe(2)
    ledger.refusesEligible = false
    expect(ledger.book(1, 1)).toBe(Answer.ok)
    expect(ledger.findings.eligibleRefused).toBe(2)
  })

  test('a fault that lets the ineligible in lasts until they have booked', () => {
    const ledger = ledgerWith()
    ledger.acceptsIneligible = true
    expect(ledger.identify(firstIneligible)).toBe(Answer.ok)
    expect(ledger.book(firstIneligible, 1)).toBe(Answer.ok)
    expect(ledger.book(0, 2)).toBe(Answer.ok)
    expect(ledger.booked).toBe(2)
  })

  test('sold out is sold out, until more is offered', () => {
    const ledger = ledgerWith([clinic(1, '26'), clinic(1, '27')])
    expect([0, 1, 2].map((person) => ledger.book(person, person))).toEqual([
      Answer.ok,
      Answer.ok,
      Answer.soldOut,
    ])
    ledger.supply({ date: '27', add: 1 })
    expect(ledger.inventory()).toEqual({ offered: 3, left: 1 })
    expect([2, 3].map((person) => ledger.book(person, person))).toEqual([Answer.ok, Answer.soldOut])
  })

  test('supply changes the offers that match, and takes away no more than is left', () => {
    const offers = [
      { place: 'a', date: '26', slots: 4 },
      { place: 'a', date: '27', slots: 4 },
      { place: 'b', date: '26', slots: 4 },
    ]
    const after = (change: Parameters<Ledger['supply']>[0]) => {
      const ledger = ledgerWith(offers)
      ledger.supply(change)
      return ledger.inventory()
    }
    expect(after({ add: 1 })).toEqual({ offered: 15, left: 15 })
    expect(after({ place: 'a', add: 1 })).toEqual({ offered: 14, left: 14 })
    expect(after({ date: '26', add: 10 })).toEqual({ offered: 32, left: 32 })
    expect(after({ place: 'a', date: '26', add: -3 })).toEqual({ offered: 9, left: 9 })
    expect(after({ add: -100 })).toEqual({ offered: 0, left: 0 })
    const ledger = ledgerWith([clinic(5)])
    ledger.book(0, 0)
    ledger.supply({ add: -100 })
    // The booked slot stays offered: it is taken.
    expect(ledger.inventory()).toEqual({ offered: 1, left: 0 })
  })

  test('visitors choose by the size of the offers', () => {
    const people = 4000
    const scenario = opening({
      comeSec: visitors(people),
      inventory: { offers: [clinic(people, '26'), clinic(3 * people, '27')] },
    })
    const ledger = new Ledger(scenario, populationOf(scenario, 1), 1)
    for (let person = 0; person < people; person++) ledger.book(person, person)
    // With the second offer taken away, what is left is left of the first.
    ledger.supply({ date: '27', add: -3 * people })
    const ofFirst = people - ledger.inventory()!.left
    expect(Math.abs(ofFirst / people - 0.25)).toBeLessThan(4 * Math.sqrt(0.1875 / people))
  })

  test('slots never go below zero, nobody books twice, whatever happens', () => {
    const act = fc.oneof(
      fc.record({ person: fc.nat({ max: 9 }), entity: fc.integer() }),
      fc.record({ add: fc.integer({ min: -6, max: 6 }), date: fc.constantFrom('26', '27') }),
      fc.record({ refuses: fc.boolean(), accepts: fc.boolean() }),
    )
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), fc.nat(3), fc.nat(3), (acts, a, b) => {
        const ledger = ledgerWith([clinic(a, '26'), clinic(b, '27')])
        const booked = new Set<number>()
        for (const given of acts) {
          const { left } = ledger.inventory()!
          if ('add' in given) ledger.supply(given)
          else if ('refuses' in given) {
            ledger.refusesEligible = given.refuses
            ledger.acceptsIneligible = given.accepts
          } else {
            const answer = ledger.book(given.person, given.entity)
            // A slot is found if there is any, at whichever offer.
            if (answer === Answer.soldOut) expect(left).toBe(0)
            if (answer !== Answer.ok) continue
            expect(left).toBeGreaterThan(0)
            expect(booked.has(given.person)).toBe(false)
            booked.add(given.person)
          }
        }
        const { offered, left } = ledger.inventory()!
        expect(left).toBeGreaterThanOrEqual(0)
        expect(offered - left).toBe(ledger.booked)
        expect(ledger.booked).toBe(booked.size)
        expect(Math.max(...ledger.bookings)).toBeLessThanOrEqual(1)
      }),
      { numRuns: 300 },
    )
  })
})
