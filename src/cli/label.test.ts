import { describe, expect, test } from 'vitest'
import { labelOf } from './label.ts'
import { loadArgument } from './scenario-argument.ts'

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

  test('the shipped night: as it happened, and its variants in words', async () => {
    const { scenario: night } = await loadArgument('2021-07-19-ages-53-54', {})
    expect(labelOf('base', night)).toBe('as it happened')
    expect(night.variants.map(({ name }) => labelOf(name, night))).toEqual([
      '4 servers, gate tight',
      '4 servers, gate leaking',
      '10 servers, gate tight',
      '10 servers, gate leaking',
    ])
  })

  test('a variant that was loaded alone knows its name only', async () => {
    const { scenario: alone } = await loadArgument('2021-07-19-ages-53-54', { variant: '4-tight' })
    expect(labelOf('4-tight', alone)).toBe('4-tight')
  })

  test('the base of a scenario that nobody reported on', () => {
    expect(labelOf('base', scenario)).toBe('base')
  })
})
