import { streamKey, streams, uniform } from '../core/chance.ts'

/** Number of the offer that the holder of ticket `entity` chooses. */
export type OfferDraw = (entity: number) => number

/** Visitors choose by the size of the offers at first, each by chance of its own. */
export function offerDraw(offers: readonly { readonly slots: number }[], seed: number): OfferDraw {
  const key = streamKey(seed, streams.offer)
  const offered = offers.reduce((sum, offer) => sum + offer.slots, 0)
  const last = offers.length - 1
  let sum = 0
  /** Cumulative share of each offer. */
  const chosenBelow = offers.map((offer) => (sum += offer.slots) / Math.max(1, offered))
  return (entity) => {
    const u = uniform(key, entity)
    let chosen = 0
    while (chosen < last && u >= chosenBelow[chosen]!) chosen++
    return chosen
  }
}
