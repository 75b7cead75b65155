import type { RunRecord } from '../../record/run.ts'
import type { Case, CaseBench } from './case.ts'

/** Cases of answers that were misread, and of what visitors carry. */
export const clientCases: readonly Case[] = [
  { number: 10, expected: 'soldOut 1, booked 0, malformed 0', observe: endsOf('gzip') },
  { number: 11, expected: 'soldOut 1, booked 0, malformed 0', observe: endsOf('euckr') },
  {
    number: 13,
    expected: '/b/2733382000000000049',
    observe: async (bench) => pathOf(await secondRequest(bench, 'bigid')),
  },
  {
    number: 14,
    expected: 'sid=NEW, sid=ROOT',
    observe: async (bench) => {
      const other = await secondRequest(bench, 'otherpath')
      return `${cookieOf(other)}, ${cookieOf(await secondRequest(bench, 'twopaths'))}`
    },
  },
  {
    number: 15,
    expected: 'booked 1, auth=chunks-3; authC1=v…, no note',
    observe: async (bench) => {
      const { requests, run } = await bench.rehearse('chunked', 'scenario.json')
      const cookie = cookieOf(requests[1]).replace(/v{20,}$/, 'v…')
      const isDropped = run?.verdict.notes.some(({ code }) => code === 'CookiesDropped')
      return `booked ${run?.summary.visitors.booked}, ${cookie}, ${isDropped === false ? 'no note' : 'a note'}`
    },
  },
  {
    number: 18,
    expected: 'soldOut 0, booked 1, malformed 0; soldOut 0, booked 1, malformed 0',
    observe: async (bench) => `${await endsOf('bom')(bench)}; ${await endsOf('token')(bench)}`,
  },
]

function endsOf(kind: string): Case['observe'] {
  return async ({ rehearse }) => textOf((await rehearse(kind, 'scenario.json')).run)
}

function textOf(run: RunRecord | null): string {
  if (run === null) return 'no run'
  const { visitors, steps } = run.summary
  const malformed = Object.values(steps).reduce((n, step) => n + step.outcomes.malformed, 0)
  return `soldOut ${visitors.soldOut}, booked ${visitors.booked}, malformed ${malformed}`
}

/** The line of the request that the visitor's second step sent; `undefined`: there was none. */
async function secondRequest({ rehearse }: CaseBench, kind: string): Promise<string | undefined> {
  return (await rehearse(kind, 'scenario.json')).requests.find((line) => line.includes(' /b'))
}

const pathOf = (line = 'none none'): string => line.split(' ')[1] ?? ''
const cookieOf = (line = ''): string => /cookie: (.*?) \|/i.exec(line)?.[1] ?? 'none'
