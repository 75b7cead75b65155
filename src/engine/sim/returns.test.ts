import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Returns } from './returns.ts'

test('everyone comes once, within a second of the time; those after the end never', () => {
  const person = fc.record({ atMs: fc.integer({ min: 0, max: 80_000 }), hadTicket: fc.boolean() })
  fc.assert(
    fc.property(fc.array(person, { maxLength: 200 }), (people) => {
      const returns = new Returns({ speed: 1, endsAtMs: 60_000 } as never)
      people.forEach(({ atMs, hadTicket }, i) => returns.add(atMs, i, hadTicket))
      const came = new Set<number>()
      for (let sec = 1; sec <= 62; sec++) {
        const n = returns.take()
        for (const who of returns.taken.slice(0, n)) {
          const { atMs, hadTicket } = people[who >> 1]!
          expect(Math.abs(atMs - Math.max(1000, sec * 1000))).toBeLessThanOrEqual(1000)
          expect(who & 1).toBe(hadTicket ? 1 : 0)
          expect(came.has(who)).toBe(false)
          came.add(who)
        }
      }
      let late = 0
      returns.forEach((who) => {
        expect(people[who]!.atMs).toBeGreaterThan(60_000)
        late++
      })
      expect(came.size + late).toBe(people.length)
    }),
    { numRuns: 50 },
  )
})
