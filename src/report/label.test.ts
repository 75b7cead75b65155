import { describe, expect, test } from 'vitest'
import { smallRun } from '../record/testing/small-record.ts'
import type { RunRecord } from '../record/run.ts'
import { labelAlone, labelOf, labelsOf } from './label.ts'
import { loadJudgeable } from '../objectives/load-judgeable.ts'

const longest = 'x'.repeat(40)

function variant(name: string, description: string) {
  return { name, description, set: {}, dropEvents: [] }
}

const scenario = {
  reported: [],
  variants: [
    variant('4-tight', ' 4 servers, gate tight\n'),
    variant('longest', longest),
    variant('longer', `${longest}x`),
    variant('hangul', '대'.repeat(40)),
    variant('silent', ''),
    variant('a', 'the same'),
    variant('b', 'the same'),
  ],
}

describe('what a run is called', () => {
  test('a variant by its own description, where that has at most 40 characters', () => {
    expect(labelOf('4-tight', scenario)).toBe('4 servers, gate tight')
    expect(labelOf('longest', scenario)).toBe(longest)
    expect(labelOf('hangul', scenario)).toBe('대'.repeat(40))
    expect(labelOf('longer', scenario)).toBe('longer')
    expect(labelOf('silent', scenario)).toBe('silent')
  })

  test('two variants are never called the same', () => {
    expect(labelOf('a', scenario)).toBe('a')
    expect(labelOf('b', scenario)).toBe('b')
  })

  test('the shipped night: as it happened, and its variants by their titles', async () => {
    const { scenario: night } = await loadJudgeable('2021-07-19-ages-53-54', {})
    expect(labelOf('base', night)).toBe('as it happened')
    expect(night.variants.map(({ name }) => labelOf(name, night))).toEqual([
      '4 servers, gate tight',
      '4 servers, gate leaking',
      '10 servers, gate tight',
      '10 servers, gate leaking',
    ])
  })

  test('a variant that was loaded alone knows its name only', async () => {
    const { scenario: alone } = await loadJudgeable('2021-07-19-ages-53-54', { variant: '4-tight' })
    expect(labelOf('4-tight', alone)).toBe('4-tight')
  })

  test('the base of a scenario that nobody reported on', () => {
    expect(labelOf('base', scenario)).toBe('base')
  })
})

/** A run as it was written: variants stand in the record of a base only. */
function written(name: string, header: Partial<RunRecord['header']> = {}): RunRecord {
  const run = smallRun()
  const isBase = name === 'base'
  return {
    ...run,
    header: { ...run.header, scenarioName: 's', seed: 1, variant: name, ...header },
    scenario: { reported: [{ id: 'V1' }], ...(isBase ? { variants: scenario.variants } : {}) },
  }
}

describe('what runs that were written before are called', () => {
  test('as in the study that wrote them, in whatever order they are given', () => {
    expect(labelsOf([written('4-tight'), written('base')])).toEqual([
      '4 servers, gate tight',
      'as it happened',
    ])
  })

  test('a variant by its name where its base is not there, and not by another scenario’s', () => {
    expect(labelsOf([written('4-tight'), written('a')])).toEqual(['4-tight', 'a'])
    const other = written('4-tight', { scenarioName: 't' })
    expect(labelsOf([written('base'), other])).toEqual(['as it happened', '4-tight'])
  })

  test('a run alone by its scenario, whose base may be no night that happened', () => {
    expect(labelsOf([written('base')])).toEqual(['s'])
    expect(labelsOf([written('4-tight')])).toEqual(['s: 4-tight'])
    expect(labelAlone({ scenarioName: 's', variant: '4-tight' }, scenario)).toBe(
      's: 4 servers, gate tight',
    )
  })

  test('no two the same: told apart by what differs, else by number', () => {
    expect(labelsOf([written('base'), written('base', { scenarioName: 't' })])).toEqual([
      'as it happened, s',
      'as it happened, t',
    ])
    const halved = { seed: 2, population: 0.5 }
    expect(labelsOf([written('base'), written('a'), written('base', halved)])).toEqual([
      'as it happened, seed 1, population × 1',
      'a',
      'as it happened, seed 2, population × 0.5',
    ])
    const grown = written('base')
    grown.timeline.instances = grown.timeline.instances.map(() => 7)
    expect(labelsOf([grown, written('base')])[0]).toBe('as it happened, 7 instances at most')
    expect(labelsOf([written('base'), written('base'), written('base', { seed: 2 })])).toEqual([
      'as it happened, seed 1, no. 1',
      'as it happened, seed 1, no. 2',
      'as it happened, seed 2',
    ])
  })

  test('a live run and a simulated one of the same are told apart by that alone', () => {
    const live = { engine: 'live' } as const
    expect(labelsOf([written('base', live), written('base')])).toEqual([
      'as it happened, measured live',
      'as it happened, simulated',
    ])
    expect(labelsOf([written('base', { ...live, speed: 6 }), written('base')])).toEqual([
      'as it happened, measured live, speed × 6',
      'as it happened, simulated, speed × 1',
    ])
    expect(labelsOf([written('base', live), written('4-tight')])).toEqual([
      'as it happened',
      '4 servers, gate tight',
    ])
  })

  test('bases of one scenario that nobody reported on go by its name', () => {
    const plain = (header: Partial<RunRecord['header']>) => ({
      ...written('base', header),
      scenario: {},
    })
    expect(labelsOf([plain({ engine: 'live' }), plain({})])).toEqual([
      's, measured live',
      's, simulated',
    ])
    expect(labelsOf([plain({}), plain({ scenarioName: 't' })])).toEqual(['base, s', 'base, t'])
  })

  test('a record whose scenario is not as expected', () => {
    const odd = { ...written('base'), scenario: { variants: [null, { name: 4 }], reported: 'x' } }
    expect(labelsOf([odd, written('a')])).toEqual(['base', 'a'])
  })
})
