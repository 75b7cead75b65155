import type { Scenario } from '../scenario/schema/schema.ts'
import { failed, passed, unchecked, type Judgement } from './judge.ts'
import type { PreflightPhase } from './matrix.ts'

type Offers = NonNullable<Scenario['inventory']>['offers']

/** What a target answers where its offers stand. */
export interface OffersPage {
  /** HTTP status; 0: no answer. */
  readonly status: number
  readonly text: string
}

interface ShownOffer {
  readonly place: string
  readonly date: string
  readonly slots: number
  readonly remaining: number | null
}

const maxTold = 3

/**
 * Slots and dates as configured? A page of JSON, `{ offers: [{ place, date, slots, remaining }] }`
 * or the list alone, is held against the scenario one by one; in any other page the places and dates
 * are looked for. Before the opening nothing may have been booked.
 */
export function judgeOffers(
  configured: Offers,
  { status, text }: OffersPage,
  phase: PreflightPhase,
): Judgement {
  if (status === 0) return failed('the page of offers does not answer')
  if (status === 404 || status === 401 || status === 403) {
    return unchecked(`HTTP ${status} for the page of offers: name another by --offers <path>`)
  }
  if (status !== 200) return failed(`HTTP ${status} for the page of offers`)
  const shown = shownOffers(text)
  const faults =
    shown === null ? textFaults(configured, text) : listFaults(configured, shown, phase)
  if (faults.length > 0) {
    const more = faults.length > maxTold ? `; and ${faults.length - maxTold} more` : ''
    return failed(faults.slice(0, maxTold).join('; ') + more)
  }
  return passed(shown === null ? 'every place and date is on the page; counts are not' : 'the same')
}

const nameOf = ({ place, date }: { place: string; date: string }): string => `${place}, ${date}`

function listFaults(configured: Offers, shown: ShownOffer[], phase: PreflightPhase): string[] {
  const byName = new Map(shown.map((offer) => [nameOf(offer), offer]))
  const wanted = new Set(configured.map(nameOf))
  const faults = configured.flatMap((offer): string[] => {
    const found = byName.get(nameOf(offer))
    if (found === undefined) return [`${nameOf(offer)} is not shown`]
    const { slots, remaining } = found
    if (slots !== offer.slots) return [`${nameOf(offer)}: ${slots} slots, not ${offer.slots}`]
    if (phase === 'after' || remaining === null || remaining === slots) return []
    return [`${nameOf(offer)}: ${slots - remaining} are booked before the opening`]
  })
  const foreign = shown.filter((offer) => !wanted.has(nameOf(offer)))
  return [...faults, ...foreign.map((offer) => `${nameOf(offer)} is shown, but not configured`)]
}

function textFaults(configured: Offers, text: string): string[] {
  const wanted = new Set(configured.flatMap(({ place, date }) => [place, date]))
  return [...wanted].filter((one) => !text.includes(one)).map((one) => `${one} is not shown`)
}

/** `null` where the page is no list of offers. */
function shownOffers(text: string): ShownOffer[] | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  const list = Array.isArray(value) ? value : fieldOf(value, 'offers')
  if (!Array.isArray(list)) return null
  const offers = (list as unknown[]).map(shownOffer)
  return offers.every((offer) => offer !== null) ? offers : null
}

function shownOffer(value: unknown): ShownOffer | null {
  const [place, date, slots, remaining] = ['place', 'date', 'slots', 'remaining'].map((name) =>
    fieldOf(value, name),
  )
  if (typeof place !== 'string' || typeof date !== 'string' || typeof slots !== 'number') {
    return null
  }
  return { place, date, slots, remaining: typeof remaining === 'number' ? remaining : null }
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  return (value as Readonly<Record<string, unknown>>)[name]
}
