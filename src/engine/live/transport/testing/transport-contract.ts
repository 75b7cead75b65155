import { once } from 'node:events'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { eventually } from '../../../../core/testing/eventually.ts'
import { Outcome } from '../../../../core/codes.ts'
import { usualAnswerRules } from '../../../../scenario/request/answer-rules.ts'
import { type Outgoing, Want } from '../../../client/transport.ts'
import { type CreateTransport, get } from './client.ts'
import { openDeafPort } from './deaf-port.ts'
import { type Exchange, loopbackTarget, plainAnswer } from './raw-target.ts'
import { setStage } from './stage.ts'

const { maxBodyBytes } = usualAnswerRules

/** What every transport must do; see `transport.ts`. */
export function transportContract(name: string, create: CreateTransport): void {
  const { serve, clientOf, start, after } = setStage(create)
  const silent = () => undefined

  describe(`${name}: what is sent`, () => {
    test('method, path, headers and body as given; host and length are its own', async () => {
      const { target, client } = await start(({ answer }) => answer())
      const outgoing: Outgoing = {
        method: 'POST',
        path: '/seats?date=2021-07-19&x=%20',
        headers: 'content-type: text/plain\r\ncookie: a=1; b=\xe9\r\n',
        body: '좌석 é',
      }
      await client.ask(3, outgoing)
      const [request] = target.requests
      expect(request).toMatch(/^POST \/seats\?date=2021-07-19&x=%20 HTTP\/1\.1\r\n/)
      expect(request).toMatch(new RegExp(`\r\nhost: ${target.target.host}\r\n`, 'i'))
      expect(request).toMatch(/\r\ncontent-length: 9\r\n/i)
      expect(request).toContain('content-type: text/plain\r\n')
      expect(request).toContain('cookie: a=1; b=\xe9\r\n')
      expect(Buffer.from(request!.split('\r\n\r\n')[1]!, 'latin1').toString()).toBe('좌석 é')
    })

    test('an empty POST says that it is empty, and a GET says nothing', async () => {
      const { target, client } = await start(({ answer }) => answer())
      await client.ask(0, { ...get, method: 'POST' })
      await client.ask(0, get)
      expect(target.requests[0]).toMatch(/\r\ncontent-length: 0\r\n/i)
      expect(target.requests[1]).not.toMatch(/content-length|transfer-encoding/i)
    })

    test('a body larger than any buffer arrives whole, and the connection is kept', async () => {
      const { target, client } = await start(({ answer }) => answer())
      const body = 'x'.repeat(3_000_000)
      await client.ask(0, { ...get, method: 'PUT', body })
      const reply = await client.ask(0)
      expect(reply).toMatchObject({ outcome: Outcome.ok, connectUs: -1 })
      expect(target.requests[0]!.endsWith(body)).toBe(true)
    })

    test('requests made anew each time are not mistaken for earlier ones', async () => {
      const { client } = await start(({ request, answer }) => answer(request.split(' ')[1]))
      for (let i = 0; i < 40; i++) {
        const reply = await client.ask(i % 3, { ...get, path: `/${i}` })
        expect(reply.body).toBe(`/${i}`)
      }
    })
  })

  describe(`${name}: what an answer comes to`, () => {
    test.each([
      ['200 OK', Outcome.ok],
      ['204 No Content', Outcome.ok],
      ['302 Found', Outcome.ok],
      ['304 Not Modified', Outcome.ok],
      ['404 Not Found', Outcome.http4xx],
      ['429 Too Many Requests', Outcome.http4xx],
      ['500 Internal Server Error', Outcome.http5xx],
      ['503 Service Unavailable', Outcome.http5xx],
    ])('%s', async (status, outcome) => {
      const { target, client } = await start(({ socket }) => {
        const length = /204|304/.test(status) ? '' : 'Content-Length: 0\r\n'
        socket.write(`HTTP/1.1 ${status}\r\nLocation: /elsewhere\r\n${length}\r\n`)
      })
      const reply = await client.ask(0)
      expect(reply).toMatchObject({ outcome, status: Number(status.slice(0, 3)), body: '' })
      expect(target.requests).toHaveLength(1)
    })

    test('head and body only where wanted', async () => {
      const { client } = await start(({ socket }) =>
        socket.write(
          'HTTP/1.1 200 OK\r\nX-Name: \xe9t\xe9\r\nContent-Length: 4\r\n\r\nbody',
          'latin1',
        ),
      )
      const fields = 'X-Name: \xe9t\xe9\r\nContent-Length: 4\r\n'
      const cases = [
        [Want.nothing, '', ''],
        [Want.head, fields, ''],
        [Want.body, '', 'body'],
        [Want.head | Want.body, fields, 'body'],
        [Want.nothing, '', ''],
      ] as const
      for (const [want, head, body] of cases) {
        expect(await client.ask(0, get, want)).toMatchObject({ head, body, bodyFault: null })
      }
    })

    test('a compressed body in any charset is read, and one that is broken says so', async () => {
      const closedOut = gzipSync(Buffer.from([0xb8, 0xb6, 0xb0, 0xa8]))
      const { target, client } = await start(({ before, socket }) => {
        const bytes = before === 0 ? closedOut : closedOut.subarray(0, -4)
        const fields = `Content-Type: text/html; charset=EUC-KR\r\nContent-Encoding: gzip\r\n`
        socket.write(`HTTP/1.1 200 OK\r\n${fields}Content-Length: ${bytes.length}\r\n\r\n`)
        socket.write(bytes)
      })
      const whole = await client.ask(0, get, Want.body)
      expect(whole).toMatchObject({ head: '', body: '마감', bodyFault: null })
      const broken = await client.ask(0, get, Want.body)
      expect(broken).toMatchObject({ outcome: Outcome.ok, body: '', bodyFault: 'EncodingBroken' })
      expect(target.accepted).toBe(1)
    })

    test('a body is UTF-8, and what is not is replaced', async () => {
      const { client } = await start(({ socket }) =>
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\na\xec\xa2\x8c\xff!', 'latin1'),
      )
      expect(await client.ask(0)).toMatchObject({
        body: 'a좌\ufffd!',
        bodyFault: 'CharsetUnknown',
      })
    })

    test('a body that is too large is cut, and read to its end', async () => {
      const { target, client } = await start(({ before, answer }) =>
        answer(`${'é'.repeat(maxBodyBytes / 2)}${before === 0 ? '' : '!'}`),
      )
      const whole = await client.ask(0)
      expect(whole).toMatchObject({ outcome: Outcome.ok, bodyFault: null })
      expect(whole.body === 'é'.repeat(maxBodyBytes / 2)).toBe(true)
      const cut = await client.ask(0)
      expect(cut).toMatchObject({ outcome: Outcome.ok, bodyFault: 'BodyTooLong', connectUs: -1 })
      expect(cut.body === whole.body).toBe(true)
      const unwanted = await client.ask(0, get, Want.nothing)
      expect(unwanted).toMatchObject({ outcome: Outcome.ok, body: '', bodyFault: null })
      expect(target.accepted).toBe(1)
    })

    test('an answer to HEAD has no body, whatever it says of its length', async () => {
      const { target, client } = await start(({ request, socket, answer }) =>
        request.startsWith('HEAD')
          ? socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\n')
          : answer('after'),
      )
      expect(await client.ask(0, { ...get, method: 'HEAD' })).toMatchObject({
        status: 200,
        body: '',
      })
      expect(await client.ask(0)).toMatchObject({ status: 200, body: 'after' })
      expect(target.accepted).toBe(1)
    })

    test('connection time only where a connection was made for the request', async () => {
      const { client } = await start(({ answer }) => answer())
      const replies = [await client.ask(0), await client.ask(0), await client.ask(1)]
      expect(replies.map((reply) => reply.connectUs >= 0)).toEqual([true, false, true])
      expect(replies[1]!.connectUs).toBe(-1)
      for (const reply of replies) expect(reply.sentMs).toBeGreaterThan(0)
    })

    test('not HTTP at all', async () => {
      const { client } = await start(({ socket }) => socket.write('SSH-2.0-OpenSSH_9.6\r\n'))
      const reply = await client.ask(0)
      expect(reply).toMatchObject({ outcome: Outcome.malformed, status: 0, body: '', head: '' })
      expect(client.transport.connections).toBe(0)
    })

    test('more than was asked for: the answer counts, and its connection is closed', async () => {
      const { target, client } = await start(({ socket }) =>
        socket.write(`${plainAnswer('asked')}${plainAnswer('unasked')}`),
      )
      for (let i = 1; i <= 3; i++) {
        expect(await client.ask(0)).toMatchObject({ outcome: Outcome.ok, body: 'asked' })
        await eventually(() => expect(client.transport.connections).toBe(0))
        expect(target.accepted).toBe(i)
      }
    })

    test('a hint of how long the target keeps a connection does not end it', async () => {
      const { target, client } = await start(({ socket }) =>
        socket.write('HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 2\r\n\r\nok'),
      )
      await client.ask(0)
      expect(await client.ask(0)).toMatchObject({ outcome: Outcome.ok, connectUs: -1 })
      expect(target.accepted).toBe(1)
    })

    test('what nobody asked for ends an idle connection, not the next request', async () => {
      const { target, client } = await start(({ answer }) => answer())
      await client.ask(0)
      for (const socket of target.sockets) socket.write(plainAnswer('unasked'))
      await eventually(() => expect(client.transport.connections).toBe(0))
      expect(await client.ask(0)).toMatchObject({ outcome: Outcome.ok, body: 'ok' })
      expect(target.accepted).toBe(2)
    })
  })

  describe(`${name}: what fails`, () => {
    test('nobody listens', async () => {
      const target = await serve(silent)
      await target.stop()
      const reply = await clientOf(target).ask(0)
      expect(reply).toMatchObject({ outcome: Outcome.refused, status: 0, connectUs: -1 })
      expect(reply.sentMs).toBeNaN()
    })

    test('no address to send from: the generator’s own fault', async () => {
      // RFC 5737: nobody's.
      const { client } = await start(silent, { localAddresses: ['192.0.2.1'] })
      const reply = await client.ask(0)
      expect(reply).toMatchObject({ outcome: Outcome.dropped, status: 0, connectUs: -1 })
      expect(client.transport).toMatchObject({ inFlight: 0, connections: 0 })
    })

    test.each<[string, (exchange: Exchange) => void]>([
      ['is reset', ({ socket }) => socket.resetAndDestroy()],
      ['is closed', ({ socket }) => socket.end()],
      ['ends within the head', ({ socket }) => socket.end('HTTP/1.1 200 OK\r\nContent-Le')],
      [
        'ends within the body',
        ({ socket }) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'),
      ],
      [
        'says close, and ends within the body',
        ({ socket }) =>
          socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 9\r\n\r\nhalf'),
      ],
      [
        'ends between chunks',
        ({ socket }) =>
          socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'),
      ],
    ])('a new connection %s: not asked again', async (_, respond) => {
      const { target, client } = await start(respond)
      expect(await client.ask(0)).toMatchObject({ outcome: Outcome.reset, status: 0, body: '' })
      expect(target.requests).toHaveLength(1)
      expect(client.transport).toMatchObject({ inFlight: 0, connections: 0 })
    })

    test('a kept connection that is closed under the request: asked again on a new one', async () => {
      const { target, client } = await start(({ before, socket, answer }) =>
        before === 0 ? answer() : socket.destroy(),
      )
      await client.ask(0)
      const reply = await client.ask(0)
      expect(reply.outcome).toBe(Outcome.ok)
      expect(reply.connectUs).toBeGreaterThanOrEqual(0)
      expect(target.requests).toHaveLength(3)
      expect(target.accepted).toBe(2)
    })

    test('a new connection after one that was not kept has no excuse', async () => {
      const { target, client } = await start(({ connection, socket }) =>
        connection === 0
          ? socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
          : socket.destroy(),
      )
      // Sent as the first answer is told of: nothing may be known of its connection yet.
      client.onReply = (visitor) => {
        if (client.replies.length === 1) client.send(visitor)
      }
      client.send(0)
      await eventually(() => expect(client.replies).toHaveLength(2))
      const [first, second] = client.replies.map(({ reply }) => reply)
      expect(first).toMatchObject({ outcome: Outcome.ok })
      expect(second).toMatchObject({ outcome: Outcome.reset })
      expect(target.requests).toHaveLength(2)
    })

    test('it is asked again once, and not after the answer has begun', async () => {
      const { target, client } = await start(({ connection, before, socket, answer }) => {
        if (before === 0 && connection === 0) answer()
        else if (connection === 0 || request().length === 3) socket.destroy()
        else if (before === 0) answer()
        else socket.end('HTTP/1.1 2')
      })
      const request = () => target.requests
      await client.ask(0)
      expect((await client.ask(0)).outcome).toBe(Outcome.reset)
      expect(target.requests).toHaveLength(3)
      await client.ask(0)
      expect((await client.ask(0)).outcome).toBe(Outcome.reset)
      expect(target.requests).toHaveLength(5)
    })

    test('an answer that never comes: a timeout for whoever gives up', async () => {
      const { target, client } = await start(silent)
      client.send(0)
      await eventually(() => expect(target.requests).toHaveLength(1))
      const reply = client.abandon(0)
      expect(reply).toMatchObject({ outcome: Outcome.timeout, status: 0 })
      expect(reply.sentMs).toBeLessThanOrEqual(reply.doneMs)
      expect(client.transport).toMatchObject({ inFlight: 0, connections: 0 })
      await eventually(() => expect(target.sockets.size).toBe(0))
    })

    test('an answer that never ends', async () => {
      const { target, client } = await start(({ socket }) => {
        socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
        const drip = () => socket.writable && socket.write('1\r\nx\r\n', () => setImmediate(drip))
        drip()
      })
      client.send(0, get, Want.body)
      await eventually(() => expect([...target.sockets][0]!.bytesWritten).toBeGreaterThan(10_000))
      expect(client.abandon(0).outcome).toBe(Outcome.timeout)
      await eventually(() => expect(target.sockets.size).toBe(0))
      expect(client.replies).toHaveLength(1)
    })

    test('a connection that is not accepted: a connect timeout for whoever gives up', async () => {
      const deaf = await openDeafPort()
      after(() => deaf.close())
      const client = clientOf({ target: loopbackTarget(deaf.port) })
      client.send(0)
      await once(AbortSignal.timeout(50), 'abort')
      expect(client.transport).toMatchObject({ inFlight: 1, connections: 1 })
      const reply = client.abandon(0)
      expect(reply).toMatchObject({ outcome: Outcome.connectTimeout, connectUs: -1 })
      expect(reply.sentMs).toBeNaN()
    })

    test('half-open: the target is gone without a word, and others go on', async () => {
      const { target, client } = await start(({ connection, socket, answer }) =>
        connection === 0 ? socket.pause() : answer(),
      )
      client.send(0)
      await eventually(() => expect(target.requests).toHaveLength(1))
      expect((await client.ask(1)).outcome).toBe(Outcome.ok)
      expect(client.abandon(0).outcome).toBe(Outcome.timeout)
      expect((await client.ask(0)).outcome).toBe(Outcome.ok)
    })

    test('the target dies and comes back', async () => {
      const { target, client } = await start(({ answer }) => answer())
      const ask = async () =>
        (await Promise.all([0, 1, 2].map((v) => client.ask(v)))).map((reply) => reply.outcome)
      expect(await ask()).toEqual([Outcome.ok, Outcome.ok, Outcome.ok])
      await target.stop()
      expect(await ask()).toEqual([Outcome.refused, Outcome.refused, Outcome.refused])
      await target.start()
      expect(await ask()).toEqual([Outcome.ok, Outcome.ok, Outcome.ok])
      expect(client.transport).toMatchObject({ inFlight: 0, connections: 3 })
    })

    test('the target closes what idles: no request pays for it', async () => {
      const { target, client } = await start(({ answer }) => answer())
      await client.ask(0)
      for (const socket of target.sockets) socket.end()
      await eventually(() => expect(client.transport.connections).toBe(0))
      expect((await client.ask(0)).outcome).toBe(Outcome.ok)
      expect(target.requests).toHaveLength(2)
    })
  })
}
