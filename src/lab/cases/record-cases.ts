import type { Case } from './case.ts'

/** Cases of records that said less than was seen. */
export const recordCases: readonly Case[] = [
  {
    number: 19,
    expected: 'people booked 2, double bookings 510',
    observe: async ({ rehearse }) => {
      // A server that answers every request with 200.
      const { run } = await rehearse('otherpath', 'scenario.yaml')
      const { people, findings } = run?.summary ?? {}
      return `people booked ${people?.booked}, double bookings ${findings?.doubleBooking}`
    },
  },
]
