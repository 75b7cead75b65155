import { birthYears as possible } from '../scenario/schema/limits.ts'
import { requestOf, templatesOf } from '../scenario/request/request.ts'
import type { Scenario } from '../scenario/schema/schema.ts'
import { templateOf } from '../scenario/request/template.ts'
import { bookStepOf } from '../engine/client/pages.ts'

/** What a preflight looks at, made from the scenario alone: nothing here sends anything. */

/** On which side of the opening the target must be. */
export type PreflightPhase = 'before' | 'after'

/** Keys that must open nothing. */
export type BadKey = 'none' | 'invented' | 'altered' | 'waiting' | 'failOpen'

export type Check =
  | { readonly kind: 'shut' | 'open' | 'second' | 'devices' | 'order' | 'offers' | 'cleanUp' }
  | { readonly kind: 'badKey'; readonly key: BadKey }
  /** Somebody who may not book asks for the last page at once, past those that find it out. */
  | { readonly kind: 'straight'; readonly birthYear: number }
  /** `birthYear` null: the requests do not say one, so that every person is alike. */
  | { readonly kind: 'cohort'; readonly may: boolean; readonly birthYear: number | null }

export interface PlannedRow {
  /** Stable, for machines: `may-book-1967`. */
  readonly id: string
  /** What is looked at, in words. */
  readonly what: string
  readonly expected: string
  readonly check: Check
}

/** So far outside on both sides: next door, where a shift by one shows, and further away. */
const outsideBy = [1, 2, 10] as const

/** The rows in the order in which they are performed. */
export function preflightRows(scenario: Scenario, phase: PreflightPhase): PlannedRow[] {
  const isGated = scenario.waitingRoom.protocol !== 'none'
  return [
    ...gateRows(phase, isGated),
    ...(isGated ? keyRows(phase) : []),
    ...(scenario.inventory === undefined ? [] : [offersRow(scenario.inventory.offers)]),
    ...cohortRows(scenario),
    ...bookingRows(isGated),
  ]
}

function gateRows(phase: PreflightPhase, isGated: boolean): PlannedRow[] {
  if (phase === 'before') {
    const what = isGated ? 'gate before the opening' : 'pages before the opening'
    return [row('gate-shut', what, 'lets nobody in', { kind: 'shut' })]
  }
  if (!isGated) return []
  return [row('gate-open', 'gate after the opening', 'lets a visitor in', { kind: 'open' })]
}

function keyRows(phase: PreflightPhase): PlannedRow[] {
  const keys: readonly (readonly [string, string, BadKey])[] = [
    ['no-key', 'direct link, no key', 'none'],
    ['invented-key', 'made-up key', 'invented'],
    ['altered-key', 'altered key', 'altered'],
    ...(phase === 'before' ? ([['waiting-key', 'key of one who waits', 'waiting']] as const) : []),
    ['timeout-key', 'key connection_timeout', 'failOpen'],
  ]
  return keys.map(([id, what, key]) => row(id, what, 'refused', { kind: 'badKey', key }))
}

function offersRow(offers: readonly { slots: number }[]): PlannedRow {
  const slots = offers.reduce((sum, offer) => sum + offer.slots, 0)
  const count = `${offers.length} offer${offers.length === 1 ? '' : 's'}`
  return row('offers', 'slots and dates shown', `${count}, ${slots} slots`, { kind: 'offers' })
}

function cohortRows(scenario: Scenario): PlannedRow[] {
  if (!saysBirthYear(scenario)) {
    const check = { kind: 'cohort', may: true, birthYear: null } as const
    return [row('may-book', 'a person on the list', 'books', check)]
  }
  const { from, to } = scenario.population.birthYears
  const inside = Array.from({ length: to - from + 1 }, (_, i) => from + i)
  const outside = [
    ...outsideBy.toReversed().map((years) => from - years),
    ...outsideBy.map((years) => to + years),
  ].filter((year) => year >= possible.first && year <= possible.last)
  const [next] = to < possible.last ? [to + 1] : outside
  const isStraight = next !== undefined && bookStepOf(scenario) > 0
  const cohort = (birthYear: number, may: boolean) => ({ kind: 'cohort', may, birthYear }) as const
  return [
    ...inside.map((year) => row(`may-book-${year}`, `born ${year}`, 'books', cohort(year, true))),
    ...outside.map((year) =>
      row(`may-not-book-${year}`, `born ${year}`, 'refused as ineligible', cohort(year, false)),
    ),
    ...(isStraight ? [straightRow(next)] : []),
  ]
}

function straightRow(birthYear: number): PlannedRow {
  const check = { kind: 'straight', birthYear } as const
  return row(`straight-${birthYear}`, `born ${birthYear}, last page only`, 'not booked', check)
}

function bookingRows(isGated: boolean): PlannedRow[] {
  const order = row('order', 'two in line', 'first come, first in', { kind: 'order' })
  return [
    row('second-booking', 'second booking', 'refused as already booked', {
      kind: 'second',
    }),
    row('devices-at-once', 'six devices at once', 'one booking', { kind: 'devices' }),
    ...(isGated ? [order] : []),
    row('clean-up', 'bookings of this check', 'all taken back', { kind: 'cleanUp' }),
  ]
}

const row = (id: string, what: string, expected: string, check: Check): PlannedRow => ({
  id,
  what,
  expected,
  check,
})

/** Whether a birth year goes into any request: without one, cohorts cannot be told apart. */
function saysBirthYear({ journey }: Scenario): boolean {
  return journey.some((step) =>
    templatesOf(requestOf(step)).some(({ text }) => templateOf(text).names.includes('birthYear')),
  )
}
