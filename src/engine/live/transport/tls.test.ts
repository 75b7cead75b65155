import { once } from 'node:events'
import { createSecureServer, type ServerHttp2Session } from 'node:http2'
import type { AddressInfo, Server } from 'node:net'
import { createServer } from 'node:tls'
import { afterEach, describe, expect, test } from 'vitest'
import { eventually } from '../../../core/testing/eventually.ts'
import { Outcome } from '../../../core/codes.ts'
import { certificate, privateKey } from './testing/certificate.ts'
import { Client } from './testing/client.ts'
import { loopbackTarget, plainAnswer, RawTarget } from './testing/raw-target.ts'
import type { Target } from '../../client/transport.ts'
import { createUndiciTransport } from './undici.ts'
import { createWireTransport } from './wire/wire.ts'

const credentials = { key: privateKey, cert: certificate }
const endings: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end()
})

async function listen(server: Server): Promise<Target> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  endings.push(() => new Promise((resolve) => server.close(resolve)))
  return loopbackTarget((server.address() as AddressInfo).port, 'https:')
}

function clientOf(create: typeof createWireTransport, target: Target): Client {
  const client = new Client(create, target)
  endings.push(() => client.close())
  return client
}

/** Answers with the name that the client asked for and the protocol that both agreed on. */
const echoServer = (protocols: string[]) =>
  createServer({ ...credentials, ALPNProtocols: protocols }, (socket) => {
    socket.on('error', () => undefined)
    socket.on('data', () =>
      socket.write(plainAnswer(`${String(socket.servername)} ${String(socket.alpnProtocol)}`)),
    )
  })

describe.each([
  ['wire', createWireTransport],
  ['undici', createUndiciTransport],
])('%s over TLS', (_, create) => {
  test('by the name of the target, and the connection is kept', async () => {
    const client = clientOf(create, await listen(echoServer(['http/1.1'])))
    const first = await client.ask(0)
    expect(first).toMatchObject({ outcome: Outcome.ok, body: 'loopback.test http/1.1' })
    expect(first.connectUs).toBeGreaterThan(0)
    expect(await client.ask(0)).toMatchObject({ outcome: Outcome.ok, connectUs: -1 })
  })

  test('a large answer comes whole', async () => {
    const body = 'x'.repeat(300_000)
    const server = createServer(credentials, (socket) => {
      socket.on('error', () => undefined)
      socket.on('data', () => socket.write(plainAnswer(body)))
    })
    const client = clientOf(create, await listen(server))
    expect((await client.ask(0)).body === body).toBe(true)
    expect((await client.ask(0)).body === body).toBe(true)
  })

  test('a target that does not speak TLS', async () => {
    const target = await new RawTarget(({ answer }) => answer()).start()
    endings.push(() => target.stop())
    target.onConnection = (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')
    const client = clientOf(create, loopbackTarget(target.target.port, 'https:'))
    const reply = await client.ask(0)
    expect(reply).toMatchObject({ outcome: Outcome.reset, status: 0, connectUs: -1 })
    expect(reply.sentMs).toBeNaN()
  })

  test('a certificate that nobody vouches for is taken from loopback alone', async () => {
    const target = await listen(echoServer(['http/1.1']))
    const client = clientOf(create, { ...target, isLoopback: false })
    expect((await client.ask(0)).outcome).toBe(Outcome.reset)
  })
})

describe('undici over HTTP/2', () => {
  test('many answers over one connection, with head and body', async () => {
    const server = createSecureServer(credentials, (request, response) => {
      response.writeHead(request.url === '/none' ? 404 : 200, { 'x-path': request.url })
      response.end(`${request.httpVersion} ${request.headers[':authority']}`)
    })
    let sessions = 0
    server.on('session', () => sessions++)
    const target = await listen(server)
    const client = clientOf(createUndiciTransport, target)
    for (const path of ['/a', '/none', '/b']) {
      const reply = await client.ask(0, {
        method: 'GET',
        path,
        headers: 'accept: */*\r\n',
        body: '',
      })
      expect(reply.outcome).toBe(path === '/none' ? Outcome.http4xx : Outcome.ok)
      expect(reply.body).toBe(`2.0 ${target.host}`)
      expect(reply.head).toContain(`x-path: ${path}\r\n`)
    }
    const post = await client.ask(1, { method: 'POST', path: '/', headers: '', body: 'é' })
    expect(post.outcome).toBe(Outcome.ok)
    expect(sessions).toBe(2)
  })

  test('a stream that is refused, and a visitor that gives up', async () => {
    const server = createSecureServer(credentials)
    server.on('stream', (stream, headers) => {
      stream.on('error', () => undefined)
      if (headers[':path'] === '/refused') stream.close(7)
    })
    const client = clientOf(createUndiciTransport, await listen(server))
    const refused = await client.ask(0, { method: 'GET', path: '/refused', headers: '', body: '' })
    expect(refused.outcome).toBe(Outcome.reset)
    client.send(0)
    await once(server, 'stream')
    expect(client.abandon(0).outcome).toBe(Outcome.timeout)
    expect(client.transport).toMatchObject({ inFlight: 0, connections: 0 })
  })

  test('a session that is closed between two requests, or under one', async () => {
    const sessions: ServerHttp2Session[] = []
    const server = createSecureServer(credentials)
    server.on('session', (session) => sessions.push(session))
    server.on('stream', (stream, headers) => {
      stream.on('error', () => undefined)
      if (headers[':path'] === '/cut') stream.session?.destroy()
      else if (headers[':path'] === '/half') {
        stream.respond({ ':status': 200 })
        stream.write('half', () => stream.session?.socket.destroy())
      } else {
        stream.respond({ ':status': 200 })
        stream.end('whole')
      }
    })
    const client = clientOf(createUndiciTransport, await listen(server))
    const ask = async (path: string) => {
      const reply = await client.ask(0, { method: 'GET', path, headers: '', body: '' })
      return [reply.outcome, reply.body, reply.connectUs >= 0]
    }
    expect(await ask('/')).toEqual([Outcome.ok, 'whole', true])
    for (const session of sessions) session.close()
    await eventually(() => expect(client.transport.connections).toBe(0))
    expect(await ask('/')).toEqual([Outcome.ok, 'whole', true])
    expect(await ask('/half')).toEqual([Outcome.reset, '', false])
    expect(await ask('/cut')).toEqual([Outcome.reset, '', true])
    expect(await ask('/')).toEqual([Outcome.ok, 'whole', true])
    expect(client.transport).toMatchObject({ inFlight: 0, connections: 1 })
  })
})
