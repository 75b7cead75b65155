import { describe, expect, test } from 'vitest'
import { isFickle, isLost, isSteady, type Sight } from './steadiness.ts'

const calm: Sight = {
  entered: 2000,
  asked: 10_000,
  failed: 0,
  delayMs: 20,
  inside: 4000,
  stations: [{ busy: 60, queue: 0.5 }],
}

describe('two windows of a stack', () => {
  test.each([
    ['agree where they are the same', {}, true],
    ['agree where chance lies between them', { entered: 2080, inside: 4100 }, true],
    ['agree where the load falls slowly', { entered: 1700, inside: 3500 }, true],
    ['differ where more come', { entered: 2500 }, false],
    ['differ where far fewer come', { entered: 1300 }, false],
    ['differ where a queue builds up', { stations: [{ busy: 66, queue: 60 }] }, false],
    ['differ where the slots fill', { stations: [{ busy: 85, queue: 0.5 }] }, false],
    ['differ where requests begin to fail', { failed: 100 }, false],
  ])('%s', (_, edits, steady) => {
    expect(isSteady(calm, { ...calm, ...edits })).toBe(steady)
  })
})

describe('a stack that chance may tip', () => {
  test('has had a queue of a tenth of a timeout, or has some requests fail', () => {
    expect(isFickle(calm, 10_000)).toBe(false)
    expect(isFickle({ ...calm, delayMs: 1100 }, 10_000)).toBe(true)
    expect(isFickle({ ...calm, failed: 300 }, 10_000)).toBe(true)
  })

  test('is none that has broken down already', () => {
    const lost = { ...calm, failed: 9900, delayMs: 9000 }
    expect(isFickle(lost, 10_000)).toBe(false)
    expect([isLost(lost), isLost(calm)]).toEqual([true, false])
  })
})
