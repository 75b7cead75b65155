import { describe, expect, test } from 'vitest'
import { eventually } from '../../../../core/testing/eventually.ts'
import { Outcome } from '../../../../core/codes.ts'
import { type CreateTransport, get } from './client.ts'
import type { Exchange } from './raw-target.ts'
import { setStage } from './stage.ts'

/** Whose connections a transport makes, keeps and closes, in both of its modes. */
export function connectionContract(name: string, create: CreateTransport): void {
  const { start } = setStage(create)
  const silent = () => undefined
  const outcomes = (client: { replies: readonly { reply: { outcome: number } }[] }) =>
    client.replies.map(({ reply }) => reply.outcome)

  describe(`${name}: a connection for each visitor`, () => {
    test('each visitor keeps its own', async () => {
      const { target, client } = await start(({ connection, answer }) => answer(`${connection}`))
      const rounds: string[][] = []
      for (let i = 0; i < 4; i++) {
        const replies = await Promise.all([0, 7, 5000, 9, 100_000].map((v) => client.ask(v)))
        rounds.push(replies.map((reply) => reply.body))
      }
      for (const round of rounds) expect(round).toEqual(rounds[0])
      expect(new Set(rounds[0]).size).toBe(5)
      expect(target.accepted).toBe(5)
      expect(client.transport).toMatchObject({ inFlight: 0, connections: 5 })
    })

    test('the longest idle makes room for a new one', async () => {
      const { target, client } = await start(({ answer }) => answer(), { connections: 3 })
      for (const v of [0, 1, 2, 0]) await client.ask(v)
      expect((await client.ask(3)).connectUs).toBeGreaterThanOrEqual(0)
      expect(client.transport.connections).toBe(3)
      // Visitor 1 had been idle for longest; 0 and 2 were not touched.
      expect((await client.ask(0)).connectUs).toBe(-1)
      expect((await client.ask(2)).connectUs).toBe(-1)
      expect((await client.ask(1)).connectUs).toBeGreaterThanOrEqual(0)
      expect(target.accepted).toBe(5)
      await eventually(() => expect(target.sockets.size).toBe(3))
    })

    test('where none idles the request is dropped, and no other suffers', async () => {
      const held: Exchange[] = []
      const { client } = await start((exchange) => held.push(exchange), { connections: 2 })
      const first = [client.ask(0), client.ask(1)]
      const third = await client.ask(2)
      expect(third).toMatchObject({ outcome: Outcome.dropped, status: 0, connectUs: -1 })
      expect(third.sentMs).toBeNaN()
      await eventually(() => expect(held).toHaveLength(2))
      for (const { answer } of held) answer()
      expect((await Promise.all(first)).map((reply) => reply.outcome)).toEqual([
        Outcome.ok,
        Outcome.ok,
      ])
    })

    test('who gives up before it hears of being dropped hears of it then, once', async () => {
      const { client } = await start(silent, { connections: 1 })
      client.send(0)
      client.send(1)
      expect(client.abandon(1).outcome).toBe(Outcome.dropped)
      client.send(1)
      client.send(2)
      await eventually(() => expect(client.replies).toHaveLength(3))
      await new Promise((resolve) => setImmediate(resolve))
      expect(client.replies.map(({ visitor }) => visitor)).toEqual([1, 1, 2])
      expect(client.transport.inFlight).toBe(1)
    })

    test('who asks again at once after being dropped does not stop the rest', async () => {
      const { client } = await start(({ answer }) => setImmediate(() => answer()), {
        connections: 1,
      })
      let again = 0
      client.onReply = (visitor, reply) => {
        if (reply.outcome !== Outcome.dropped) return
        again++
        client.send(visitor)
      }
      client.send(0)
      client.send(1)
      await eventually(() =>
        expect(outcomes(client).filter((o) => o === Outcome.ok)).toHaveLength(2),
      )
      expect(again).toBeGreaterThan(0)
    })
  })

  describe(`${name}: a pool`, () => {
    test('never more connections than it may, and everybody is answered', async () => {
      const { target, client } = await start(
        ({ request, answer }) => setImmediate(() => answer(request.split(' ')[1])),
        { mode: 'pool', connections: 4 },
      )
      const asked = Array.from({ length: 200 }, (_, v) => client.ask(v, { ...get, path: `/${v}` }))
      expect(client.transport.inFlight).toBe(200)
      const replies = await Promise.all(asked)
      expect(replies.map((reply) => reply.body)).toEqual(replies.map((_, v) => `/${v}`))
      expect(outcomes(client)).toEqual(replies.map(() => Outcome.ok))
      expect(target.maxOpen).toBe(4)
      expect(client.transport).toMatchObject({ inFlight: 0, connections: 4 })
    })

    test('first come, first served', async () => {
      const { target, client } = await start(({ answer }) => setImmediate(() => answer()), {
        mode: 'pool',
        connections: 1,
      })
      await Promise.all([5, 3, 9, 1, 7].map((v) => client.ask(v, { ...get, path: `/${v}` })))
      expect(target.requests.map((request) => request.split(' ')[1])).toEqual([
        '/5',
        '/3',
        '/9',
        '/1',
        '/7',
      ])
    })

    test('one visitor uses another’s connection', async () => {
      const { target, client } = await start(({ answer }) => answer(), { mode: 'pool' })
      const replies = []
      for (let v = 0; v < 5; v++) replies.push(await client.ask(v))
      expect(replies.map((reply) => reply.connectUs >= 0)).toEqual([
        true,
        false,
        false,
        false,
        false,
      ])
      expect(target.accepted).toBe(1)
    })

    test('who waits for a connection can give up, or be forgotten, and the next has the turn', async () => {
      const held: Exchange[] = []
      const { target, client } = await start((exchange) => held.push(exchange), {
        mode: 'pool',
        connections: 1,
      })
      for (let v = 0; v < 5; v++) client.send(v, { ...get, path: `/${v}` })
      await eventually(() => expect(held).toHaveLength(1))
      const reply = client.abandon(1)
      expect(reply).toMatchObject({ outcome: Outcome.connectTimeout, connectUs: -1 })
      expect(reply.sentMs).toBeNaN()
      client.transport.forget(3)
      expect(client.transport.inFlight).toBe(3)
      held[0]!.answer()
      await eventually(() => expect(held).toHaveLength(2))
      expect(client.abandon(2).outcome).toBe(Outcome.timeout)
      await eventually(() => expect(held).toHaveLength(3))
      held[2]!.answer()
      await eventually(() => expect(client.replies).toHaveLength(4))
      expect(target.requests.map((request) => request.split(' ')[1])).toEqual(['/0', '/2', '/4'])
      expect(client.replies.map(({ visitor }) => visitor)).toEqual([1, 0, 2, 4])
      expect(client.transport).toMatchObject({ inFlight: 0, connections: 1 })
    })

    test('a connection that fails makes room for who waits', async () => {
      const { target, client } = await start(
        ({ connection, socket, answer }) => (connection < 3 ? socket.destroy() : answer()),
        { mode: 'pool', connections: 2 },
      )
      await Promise.all(Array.from({ length: 10 }, (_, v) => client.ask(v)))
      const found = outcomes(client).toSorted((a, b) => a - b)
      expect(found).toEqual([
        ...Array<number>(7).fill(Outcome.ok),
        ...Array<number>(3).fill(Outcome.reset),
      ])
      expect(target.maxOpen).toBeLessThanOrEqual(2)
    })
  })

  describe.each(['per-visitor', 'pool'] as const)(`${name}, %s`, (mode) => {
    test('a request sent while its visitor’s last answer is being read', async () => {
      const { target, client } = await start(({ answer }) => answer(), { mode, connections: 2 })
      const done = new Promise<void>((resolve) => {
        client.onReply = (visitor) => {
          if (client.replies.length < 50) client.send(visitor)
          else resolve()
        }
      })
      client.send(4)
      await done
      expect(outcomes(client)).toEqual(client.replies.map(() => Outcome.ok))
      expect(target.accepted).toBe(1)
    })

    test('connections that the target closes after each answer', async () => {
      const { target, client } = await start(
        ({ socket }) =>
          socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok'),
        { mode, connections: 2 },
      )
      for (let i = 0; i < 6; i++) {
        const reply = await client.ask(i % 2)
        expect(reply).toMatchObject({ outcome: Outcome.ok, body: 'ok' })
        expect(reply.connectUs).toBeGreaterThanOrEqual(0)
      }
      expect(target.accepted).toBe(6)
    })

    test('a forgotten visitor: no reply, its request given up', async () => {
      const { target, client } = await start(silent, { mode })
      client.send(0)
      await eventually(() => expect(target.requests).toHaveLength(1))
      client.transport.forget(0)
      expect(client.transport).toMatchObject({ inFlight: 0, connections: 0 })
      await eventually(() => expect(target.sockets.size).toBe(0))
      client.transport.forget(0)
      client.transport.abandon(0)
      expect(client.replies).toEqual([])
    })

    test('the end: every connection closed, no reply any more', async () => {
      const { target, client } = await start(
        ({ connection, answer }) => {
          if (connection % 2 === 0) answer()
        },
        { mode, connections: 6 },
      )
      for (let v = 0; v < 12; v++) client.send(v)
      await eventually(() => expect(target.requests.length).toBeGreaterThanOrEqual(6))
      await client.close()
      const replied = client.replies.length
      expect(client.transport).toMatchObject({ inFlight: 0, connections: 0 })
      client.transport.abandon(1)
      await eventually(() => expect(target.sockets.size).toBe(0))
      expect(client.replies.length).toBe(replied)
    })

    test('local addresses in turn', async () => {
      const localAddresses = ['127.0.0.2', '127.0.0.3', '127.0.0.4']
      const { target, client } = await start(silent, { mode, localAddresses })
      for (let v = 0; v < 6; v++) client.send(v)
      await eventually(() => expect(target.peers).toHaveLength(6))
      expect(target.peers.toSorted()).toEqual([...localAddresses, ...localAddresses].toSorted())
    })
  })

  test(`${name}: a visitor that idles has nothing to give up, and is forgotten with its connection`, async () => {
    const { target, client } = await start(({ answer }) => answer())
    await client.ask(0)
    client.transport.abandon(0)
    client.transport.abandon(123_456)
    expect(client.replies).toHaveLength(1)
    expect(client.transport.connections).toBe(1)
    client.transport.forget(0)
    expect(client.transport.connections).toBe(0)
    await eventually(() => expect(target.sockets.size).toBe(0))
  })
}
