import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Case } from './case.ts'

/** A page on which a backtracking matcher takes exponential time. */
async function withPage<T>(page: string, use: (target: string) => Promise<T>): Promise<T> {
  const server = createServer((_request, response) => response.end(page)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

/** Cases of inputs that take all time or memory. */
export const limitCases: readonly Case[] = [
  {
    number: 21,
    expected: 'the run ends by itself, 20 booked',
    observe: (bench) =>
      withPage('a'.repeat(80), async (target) => {
        const where = ['--target', target, '--out', bench.out('r'), '--format', 'json']
        const { code } = await bench.dambreak(['rehearse', bench.file('scenario.yaml'), ...where])
        const booked = bench.record('r')?.summary.visitors.booked
        return code === 0 || code === 3
          ? `the run ends by itself, ${booked} booked`
          : `code ${code}`
      }),
  },
]
