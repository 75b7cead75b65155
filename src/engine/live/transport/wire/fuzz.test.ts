import fc from 'fast-check'
import { expect, test } from 'vitest'
import { outcomeNames } from '../../../../core/codes.ts'
import { Client, get } from '../testing/client.ts'
import { type FuzzedAnswer, fuzzedAnswer } from '../testing/fuzzed-answer.ts'
import { RawTarget } from '../testing/raw-target.ts'
import { createWireTransport } from './wire.ts'

/** Outcomes that come of what a target sends. */
const possible = new Set(['ok', 'http4xx', 'http5xx', 'reset', 'malformed'])

test('law: exactly one reply to each request, whatever is sent back', async () => {
  let answers: readonly FuzzedAnswer[] = []
  const target = await new RawTarget(({ request, socket }) => {
    const { bytes } = answers[Number(request.split(' ')[1]!.slice(1))]!
    const middle = Math.floor(bytes.length / 2)
    socket.write(bytes.subarray(0, middle))
    setImmediate(() => setImmediate(() => socket.end(bytes.subarray(middle))))
  }).start()
  const client = new Client(createWireTransport, target.target)
  await fc.assert(
    fc.asyncProperty(fc.array(fuzzedAnswer, { minLength: 1, maxLength: 30 }), async (given) => {
      answers = given
      const before = client.replies.length
      const replies = await Promise.all(
        given.map(({ method }, v) => client.ask(v, { ...get, method, path: `/${v}` })),
      )
      for (const { outcome, status } of replies) {
        expect(possible).toContain(outcomeNames[outcome])
        if (outcome === 0) expect(status).toBeLessThan(400)
      }
      // Whoever would hear twice hears it while the next ones are asked.
      expect(client.replies.length).toBe(before + given.length)
      expect(client.transport.inFlight).toBe(0)
    }),
    { numRuns: 150 },
  )
  await client.close()
  await target.stop()
})
