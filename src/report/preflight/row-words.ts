import type { BadKey, Check } from '../../preflight/matrix.ts'

const plural = (count: number, one: string) => `${count} ${one}${count === 1 ? '' : 's'}`

const keys: Record<BadKey, string> = {
  none: 'direct link, no key',
  invented: 'made-up key',
  altered: 'altered key',
  waiting: 'key of a waiting visitor',
  failOpen: 'key connection_timeout',
}

export interface RowWords {
  /** What is looked at. */
  readonly what: string
  readonly expected: string
}

type CheckOf<Kind> = Extract<Check, { readonly kind: Kind }>

type Words = { readonly [Kind in Check['kind']]: (check: CheckOf<Kind>) => RowWords }

/** The words for each kind of row. */
const words: Words = {
  shut: ({ isGated }) => ({
    what: `${isGated ? 'gate' : 'pages'} before the opening`,
    expected: 'lets nobody in',
  }),
  open: () => ({ what: 'gate after the opening', expected: 'lets a visitor in' }),
  badKey: ({ key }) => ({ what: keys[key], expected: 'refused' }),
  offers: ({ offers, slots }) => ({
    what: 'slots and dates shown',
    expected: `${plural(offers, 'offer')}, ${plural(slots, 'slot')}`,
  }),
  cohort: ({ may, birthYear }) => ({
    what: birthYear === null ? 'a person on the list' : `born ${birthYear}`,
    expected: may ? 'books' : 'refused as ineligible',
  }),
  straight: ({ birthYear }) => ({
    what: `born ${birthYear}, last page only`,
    expected: 'not booked',
  }),
  second: () => ({ what: 'second booking', expected: 'refused as already booked' }),
  devices: ({ devices }) => ({ what: `${devices} devices at once`, expected: 'one booking' }),
  order: () => ({ what: 'two in line', expected: 'first come, first in' }),
  cleanUp: () => ({ what: 'bookings of this check', expected: 'all taken back' }),
}

/** What a row looks at, and what is expected of it. */
export function rowWords(check: Check): RowWords {
  const say = words[check.kind] as (one: Check) => RowWords
  return say(check)
}
