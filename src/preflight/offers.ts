import type { AnswerFaultName } from '../core/codes.ts'
import type { Scenario } from '../scenario/schema/schema.ts'
import { failed, passed, unchecked, type Judgement } from './judge.ts'
import type { PreflightPhase } from './matrix.ts'
import type { OfferFault } from './observation.ts'

type Offers = NonNullable<Scenario['inventory']>['offers']

/** What a target answers where its offers stand. */
export interface OffersPage {
  /** HTTP status; 0: no answer. */
  readonly status: number
  readonly text: string
  /** Why `text` is not all of it; `null`: it is. */
  readonly fault: AnswerFaultName | null
}

interface ShownOffer {
  readonly place: string
  readonly date: string
  readonly slots: number
  readonly remaining: number | null
}

/**
 * Slots and dates as configured? A page of JSON, `{ offers: [{ place, date, slots, remaining }] }`
 * or the list alone, is compared with the scenario one by one; any other page is searched for the
 * places and dates. Before the opening nothing may have been booked.
 */
export function judgeOffers(
  configured: Offers,
  { status, text, fault }: OffersPage,
  phase: PreflightPhase,
): Judgement {
  if (status === 0) return failed({ code: 'OffersUnanswered' })
  if (status === 404 || status === 401 || status === 403) {
    return unchecked({ code: 'OffersNotFound', status })
  }
  if (status !== 200) return failed({ code: 'OffersError', status })
  const shown = shownOffers(text)
  const faults =
    shown === null ? textFaults(configured, text) : listFaults(configured, shown, phase)
  if (faults.length > 0 && fault !== null) return unchecked({ code: 'OffersUnreadable', fault })
  if (faults.length > 0) return failed({ code: 'OffersDiffer', faults })
  return passed({ code: shown === null ? 'OffersNamed' : 'OffersSame' })
}

const nameOf = ({ place, date }: { place: string; date: string }): string => `${place}, ${date}`

function listFaults(configured: Offers, shown: ShownOffer[], phase: PreflightPhase): OfferFault[] {
  const byName = new Map(shown.map((offer) => [nameOf(offer), offer]))
  const wanted = new Set(configured.map(nameOf))
  const faults = configured.flatMap(({ place, date, slots: own }): OfferFault[] => {
    const found = byName.get(nameOf({ place, date }))
    if (found === undefined) return [{ code: 'NotShown', place, date }]
    const { slots, remaining } = found
    if (slots !== own) return [{ code: 'OtherSlots', place, date, shown: slots, configured: own }]
    if (phase === 'after' || remaining === null || remaining === slots) return []
    return [{ code: 'BookedBeforeOpening', place, date, booked: slots - remaining }]
  })
  const foreign = shown.filter((offer) => !wanted.has(nameOf(offer)))
  return [
    ...faults,
    ...foreign.map(({ place, date }): OfferFault => ({ code: 'NotConfigured', place, date })),
  ]
}

function textFaults(configured: Offers, text: string): OfferFault[] {
  const wanted = new Set(configured.flatMap(({ place, date }) => [place, date]))
  return [...wanted]
    .filter((one) => !text.includes(one))
    .map((one) => ({ code: 'TextNotShown', text: one }))
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
