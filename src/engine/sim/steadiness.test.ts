import { describe, expect, test } from 'vitest'
import { isFickle, isLost, isSteady, staysLost, type WindowSample } from './steadiness.ts'

const calm: WindowSample = {
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

describe('a stack that has broken down', () => {
  const lost: WindowSample = {
    entered: 2000,
    asked: 20_000,
    failed: 20_000,
    delayMs: 9000,
    inside: 4000,
    stations: [{ busy: 60, queue: 7500 }],
  }
  const shorter = { ...lost, stations: [{ busy: 60, queue: 7100 }] }

  test('is steady while its queue stays full, and not once it drains, however many come', () => {
    for (const entered of [1900, 2000, 2600]) {
      expect(isSteady(lost, { ...lost, entered })).toBe(true)
      expect(isSteady(lost, { ...shorter, entered })).toBe(false)
    }
    expect(isSteady(lost, { ...lost, stations: [{ busy: 60, queue: 7350 }] })).toBe(true)
  })

  test('stays so at a lower load, unless its queue drains or something gets through', () => {
    const less = { ...lost, entered: 1000, asked: 9000, failed: 9000, inside: 2000 }
    expect(staysLost(lost, less)).toBe(true)
    expect(staysLost(lost, { ...less, stations: shorter.stations })).toBe(false)
    expect(staysLost(lost, { ...less, failed: 8000 })).toBe(false)
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
