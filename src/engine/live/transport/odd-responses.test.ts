import { describe, expect, test } from 'vitest'
import { outcomeNames } from '../../../core/codes.ts'
import { Client, type CreateTransport, get } from './testing/client.ts'
import { differences, type OddResponse, oddResponses } from './testing/odd-responses.ts'
import { RawTarget } from './testing/raw-target.ts'
import { type Reply, Want } from '../../client/transport.ts'
import { createUndiciTransport } from './undici.ts'
import { createWireTransport } from './wire/wire.ts'

/** Answers beyond this are not cut everywhere. */
const SMALL = 250

const described = (reply: Reply): string =>
  reply.status === 0 ? outcomeNames[reply.outcome]! : `${reply.status} ${reply.body}`

/** Where an answer is cut: at every `step` in turn if it is small, else into some pieces. */
function cutsOf({ bytes }: OddResponse, step: number): number[][] {
  const length = Math.ceil(bytes.length / step) + 1
  if (bytes.length <= SMALL) return Array.from({ length }, (_, i) => [i * step])
  const size = Math.ceil(bytes.length / 7) + 1
  return [
    [],
    [20, bytes.length - 3],
    [1, 2, 3, 4],
    Array.from({ length: 6 }, (_, i) => (i + 1) * size),
  ]
}

/** Serves an odd answer in pieces to the first request of a connection; plain ones to the others. */
async function serveOdd(): Promise<RawTarget> {
  return new RawTarget(({ request, socket, answer }) => {
    const [, index, ...cuts] = request.split(' ')[1]!.split('/').map(Number)
    const response = oddResponses[index!]
    if (response === undefined) {
      answer('next')
      return
    }
    const { bytes, ends } = response
    const from = [0, ...cuts]
    const pieces = from.map((at, i) => bytes.slice(at, from[i + 1] ?? bytes.length))
    const go = () => {
      const piece = pieces.shift()
      if (piece === undefined) {
        if (ends) socket.end()
        return
      }
      if (piece !== '' && socket.writable) socket.write(piece, 'latin1')
      // The first turn of the loop sends it, the second one reads it: then comes the next.
      setImmediate(() => setImmediate(go))
    }
    go()
  }).start()
}

/** Every odd answer, cut in every way; then a plain one for the same visitor. */
async function performAll(
  create: CreateTransport,
  step: number,
): Promise<Map<string, Set<string>>> {
  const target = await serveOdd()
  const client = new Client(create, target.target, { connections: 10_000 })
  const found = new Map<string, Set<string>>()
  const work = oddResponses.flatMap((response, index) =>
    cutsOf(response, step).map((cuts) => ({ response, path: `/${[index, ...cuts].join('/')}` })),
  )
  const worker = async (visitor: number) => {
    for (;;) {
      const next = work.pop()
      if (next === undefined) return
      const { response, path } = next
      const reply = await client.ask(visitor, { ...get, method: response.method, path }, Want.body)
      const all = found.get(response.name) ?? new Set()
      found.set(response.name, all.add(described(reply)))
      if (response.trails) {
        client.transport.forget(visitor)
        continue
      }
      const after = await client.ask(visitor, { ...get, path: '/next' }, Want.body)
      expect({ path, after: described(after) }).toEqual({ path, after: '200 next' })
    }
  }
  await Promise.all(Array.from({ length: 50 }, (_, visitor) => worker(visitor)))
  expect(client.transport.inFlight).toBe(0)
  await client.close()
  await target.stop()
  return found
}

const short = (all: ReadonlySet<string> | undefined) =>
  [...(all ?? [])].map((text) => text.slice(0, 60))

describe('odd answers', () => {
  test('wire takes each for what it is, wherever it is cut', async () => {
    const found = await performAll(createWireTransport, 2)
    for (const { name, expected } of oddResponses) {
      expect({ name, found: short(found.get(name)) }).toEqual({
        name,
        found: [expected.slice(0, 60)],
      })
    }
  })

  test('undici agrees, but for the differences that are listed', async () => {
    const found = await performAll(createUndiciTransport, 5)
    for (const { name, expected } of oddResponses) {
      const wanted = differences[name]?.[0] ?? expected
      expect({ name, found: short(found.get(name)) }).toEqual({
        name,
        found: [wanted.slice(0, 60)],
      })
    }
  })

  test('each difference is one', () => {
    const expected = new Map(oddResponses.map((response) => [response.name, response.expected]))
    expect(expected.size).toBe(oddResponses.length)
    for (const [name, [undici]] of Object.entries(differences)) {
      expect(expected.has(name)).toBe(true)
      expect(undici).not.toBe(expected.get(name))
    }
  })
})
