import { assert } from '../../core/assert.ts'
import { streamKey, streams, uniform } from '../../core/chance.ts'
import { birthYears as possible } from '../../scenario/schema/limits.ts'
import type { Scenario } from '../../scenario/schema/schema.ts'
import { offerDraw } from '../../workload/offers.ts'
import type { Population } from '../../workload/population.ts'

/** Who a person is to the target: pure functions of scenario, seed and number. */
export interface Identity {
  /** `<run code>-<number>`: no two runs make the same persons. */
  readonly person: (person: number) => string
  /** Whoever may book was born in one of the scenario's years, nobody else was. */
  readonly birthYear: (person: number) => number
  /** What the holder of a ticket would have; `null` where nothing is on offer by name. */
  readonly choice: (entity: number) => { readonly place: string; readonly date: string } | null
}

export interface IdentityInputs {
  readonly population: Pick<Population, 'eligibleCame'>
  readonly seed: number
  /** Letters, digits, dots, dashes and underscores, at most 40. */
  readonly runCode: string
}

/** What a person is called in the requests of one run. */
export const personName = (runCode: string, person: number): string => `${runCode}-${person}`

export function createIdentity(
  scenario: Pick<Scenario, 'population' | 'inventory'>,
  { population, seed, runCode }: IdentityInputs,
): Identity {
  assert(/^[\w.-]{1,40}$/.test(runCode), `run code: ${runCode}`)
  const { from, to } = scenario.population.birthYears
  const { eligibleCame } = population
  const key = streamKey(seed, streams.birthYear)
  const inside = to - from + 1
  const before = from - possible.first
  const outside = before + possible.last - to
  const offers = scenario.inventory?.offers ?? []
  const draw = offerDraw(offers, seed)
  return {
    person: (person) => personName(runCode, person),
    birthYear: (person) => {
      const u = uniform(key, person)
      if (person < eligibleCame) return from + Math.floor(u * inside)
      const i = Math.floor(u * outside)
      return i < before ? possible.first + i : to + 1 + i - before
    },
    choice: (entity) => (offers.length === 0 ? null : offers[draw(entity)]!),
  }
}
