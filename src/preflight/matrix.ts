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

/** Devices of one person that book at once: of six, fifteen pairs may meet in a gap. */
export const devicesAtOnce = 6

export type Check =
  | { readonly kind: 'open' | 'second' | 'order' | 'cleanUp' }
  /** Before the opening: the gate, or where there is none the pages. */
  | { readonly kind: 'shut'; readonly isGated: boolean }
  | { readonly kind: 'badKey'; readonly key: BadKey }
  | { readonly kind: 'offers'; readonly offers: number; readonly slots: number }
  | { readonly kind: 'devices'; readonly devices: number }
  /** Somebody who may not book asks for the last page at once, past those that find it out. */
  | { readonly kind: 'straight'; readonly birthYear: number }
  /** `birthYear` null: the requests state none, so that every person is alike. */
  | { readonly kind: 'cohort'; readonly may: boolean; readonly birthYear: number | null }

export interface PlannedRow {
  /** Stable, for machines: `may-book-1967`. */
  readonly id: string
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
    return [row('gate-shut', { kind: 'shut', isGated })]
  }
  if (!isGated) return []
  return [row('gate-open', { kind: 'open' })]
}

function keyRows(phase: PreflightPhase): PlannedRow[] {
  const keys: readonly (readonly [string, BadKey])[] = [
    ['no-key', 'none'],
    ['invented-key', 'invented'],
    ['altered-key', 'altered'],
    ...(phase === 'before' ? ([['waiting-key', 'waiting']] as const) : []),
    ['timeout-key', 'failOpen'],
  ]
  return keys.map(([id, key]) => row(id, { kind: 'badKey', key }))
}

function offersRow(offers: readonly { slots: number }[]): PlannedRow {
  const slots = offers.reduce((sum, offer) => sum + offer.slots, 0)
  return row('offers', { kind: 'offers', offers: offers.length, slots })
}

function cohortRows(scenario: Scenario): PlannedRow[] {
  if (!statesBirthYear(scenario)) {
    return [row('may-book', { kind: 'cohort', may: true, birthYear: null })]
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
    ...inside.map((year) => row(`may-book-${year}`, cohort(year, true))),
    ...outside.map((year) => row(`may-not-book-${year}`, cohort(year, false))),
    ...(isStraight ? [row(`straight-${next}`, { kind: 'straight', birthYear: next })] : []),
  ]
}

function bookingRows(isGated: boolean): PlannedRow[] {
  return [
    row('second-booking', { kind: 'second' }),
    row('devices-at-once', { kind: 'devices', devices: devicesAtOnce }),
    ...(isGated ? [row('order', { kind: 'order' })] : []),
    row('clean-up', { kind: 'cleanUp' }),
  ]
}

const row = (id: string, check: Check): PlannedRow => ({ id, check })

/** Whether a birth year goes into any request: without one, cohorts cannot be distinguished. */
function statesBirthYear({ journey }: Scenario): boolean {
  return journey.some((step) =>
    templatesOf(requestOf(step)).some(({ text }) => templateOf(text).names.includes('birthYear')),
  )
}
