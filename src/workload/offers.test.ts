import { expect, test } from 'vitest'
import { offerDraw } from './offers.ts'

test('visitors choose by the size of the offers, each by its own chance', () => {
  const draw = offerDraw([{ slots: 60 }, { slots: 0 }, { slots: 40 }], 1)
  const chosen = [0, 0, 0]
  for (let entity = 0; entity < 10_000; entity++) chosen[draw(entity)]!++
  expect(chosen[1]).toBe(0)
  // Four standard deviations.
  expect(Math.abs(chosen[0]! - 6000)).toBeLessThan(200)
  expect(draw(123)).toBe(draw(123))
  const other = offerDraw([{ slots: 60 }, { slots: 0 }, { slots: 40 }], 2)
  const differs = Array.from({ length: 100 }, (_, i) => draw(i) !== other(i))
  expect(differs).toContain(true)
})

test('where all is gone, or there is one offer, the last or only one is chosen', () => {
  expect(offerDraw([{ slots: 0 }, { slots: 0 }], 1)(5)).toBe(1)
  expect(offerDraw([{ slots: 3 }], 1)(5)).toBe(0)
})
