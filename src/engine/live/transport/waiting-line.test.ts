import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Outgoing } from '../../client/transport.ts'
import { WaitingLine } from './waiting-line.ts'

const outgoing = (visitor: number): Outgoing => ({
  method: 'GET',
  path: `/${visitor}`,
  headers: '',
  body: '',
})

test('law: whoever is left in line comes out in the order of joining, with what was asked', () => {
  const act = fc.oneof(
    { weight: 5, arbitrary: fc.constant('join' as const) },
    { weight: 2, arbitrary: fc.constant('next' as const) },
    { weight: 2, arbitrary: fc.double({ min: 0, max: 0.999, noNaN: true }) },
  )
  fc.assert(
    fc.property(fc.array(act, { maxLength: 600, size: 'max' }), (acts) => {
      const line = new WaitingLine()
      let waiting: { visitor: number; place: number }[] = []
      let visitor = 0
      for (const given of acts) {
        if (given === 'join') {
          visitor++
          waiting.push({ visitor, place: line.join(visitor, outgoing(visitor), visitor % 4) })
        } else if (given === 'next') {
          const first = waiting.shift()
          expect(line.next()).toBe(first !== undefined)
          if (first === undefined) continue
          expect(line.visitor).toBe(first.visitor)
          expect(line.outgoing).toEqual(outgoing(first.visitor))
          expect(line.want).toBe(first.visitor % 4)
        } else if (waiting.length > 0) {
          const leaving = waiting[Math.floor(given * waiting.length)]!
          line.leave(leaving.place)
          waiting = waiting.filter((each) => each !== leaving)
        }
        expect(line.length).toBe(waiting.length)
      }
      line.clear()
      expect(line.next()).toBe(false)
    }),
  )
})
