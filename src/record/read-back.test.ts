import { describe, expect, test } from 'vitest'
import { DambreakError } from '../core/errors.ts'
import { readBack, resultText } from './read-back.ts'
import { runText, serialiseRun } from './serialise.ts'
import { smallRun } from './testing/small-run.ts'

function faultsOf(write: () => unknown) {
  try {
    write()
  } catch (error) {
    if (error instanceof DambreakError) return { kind: error.kind, faults: error.faults }
    throw error
  }
  return null
}

describe('a record that is about to be written', () => {
  test('has the text that was given, where its reader takes it', () => {
    const run = smallRun()
    expect(serialiseRun(run)).toBe(runText(run))
  })

  test('is refused where a figure contradicts what it was taken from', () => {
    const run = smallRun()
    run.summary.errorShare = 0.75
    expect(faultsOf(() => serialiseRun(run))).toMatchObject({
      kind: 'engine',
      faults: [{ path: 'summary.errorShare' }],
    })
  })

  test('is refused where its reader refuses its shape', () => {
    const run = smallRun()
    run.summary.visitors.arrived = -1
    const refused = faultsOf(() => serialiseRun(run))
    expect(refused?.kind).toBe('engine')
    expect(refused?.faults.map(({ path }) => path)).toContain('summary.visitors.arrived')
  })

  test('is refused with the message of a reader that lists no faults', () => {
    const read = () => {
      throw new DambreakError('usage', 'is not one of ours')
    }
    expect(faultsOf(() => readBack('it', '{}', read))?.faults).toEqual([
      { path: '', message: 'is not one of ours' },
    ])
  })
})

test('a result without a reader holds finite numbers only', () => {
  expect(resultText({ a: [1, null] }, 0)).toBe('{"a":[1,null]}\n')
  expect(() => resultText({ a: [Number.NaN] }, 0)).toThrow('finite numbers only')
})
