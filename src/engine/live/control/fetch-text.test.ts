import { createServer as createHttpServer } from 'node:http'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { fetchText } from './fetch-text.ts'
import type { Target } from '../../client/transport.ts'

const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

async function listening(server: Server): Promise<Target> {
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  stops.push(() => server.close())
  const { port } = server.address() as AddressInfo
  return {
    protocol: 'http:',
    host: 'shop.example:81',
    serverName: 'shop.example',
    address: '127.0.0.1',
    port,
    basePath: '/unused',
    isLoopback: false,
  }
}

/** A server that says the same to everybody and closes, or leaves open. */
function saying(bytes: string, { stays = false } = {}): Promise<Target> {
  const server = createServer((socket: Socket) => {
    stops.push(() => socket.destroy())
    socket.on('error', () => undefined)
    socket.once('data', () => (stays ? socket.write(bytes) : socket.end(bytes)))
  })
  return listening(server)
}

const get = { method: 'GET', path: '/secret', maxBytes: 1024, timeoutMs: 5000 } as const

describe('fetchText', () => {
  test('asks at the pinned address under the name of the host', async () => {
    const seen: unknown[] = []
    const target = await listening(
      createHttpServer((request, response) => {
        request.setEncoding('utf8').on('data', (body) => seen.push(body))
        request.on('end', () => response.end('좋아'))
        seen.push(request.method, request.url, request.headers.host)
      }),
    )
    expect(await fetchText(target, get)).toEqual({ ok: true, status: 200, text: '좋아' })
    await fetchText(target, { ...get, method: 'POST', path: '/x', body: '{"a":"가"}' })
    const host = 'shop.example:81'
    expect(seen).toEqual(['GET', '/secret', host, 'POST', '/x', host, '{"a":"가"}'])
  })

  test('follows nobody', async () => {
    const target = await saying(
      'HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 4\r\n\r\ngone',
    )
    expect(await fetchText(target, get)).toEqual({ ok: true, status: 302, text: 'gone' })
  })

  test('an answer up to the bound, and none beyond it, however long it goes on', async () => {
    const head = 'HTTP/1.1 200 OK\r\n\r\n'
    const exact = await saying(head + 'x'.repeat(1024))
    expect(await fetchText(exact, get)).toMatchObject({ text: 'x'.repeat(1024) })
    const endless = await saying(head + 'x'.repeat(1025), { stays: true })
    expect(await fetchText(endless, get)).toEqual({
      ok: false,
      detail: 'the answer is over 1 kB',
    })
  })

  test.each([
    ['silence', '', { stays: true }],
    ['half an answer', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf', { stays: true }],
  ])('%s has a time limit', async (_name, bytes, options) => {
    const target = await saying(bytes, options)
    expect(await fetchText(target, { ...get, timeoutMs: 50 })).toEqual({
      ok: false,
      detail: 'no answer within 0.05 s',
    })
  })

  test.each([
    ['a cut', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf', 'the connection was cut'],
    ['nothing', '', 'the connection was cut'],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n', 'the answer is no HTTP'],
  ])('%s gives a message', async (_name, bytes, detail) => {
    const target = await saying(bytes)
    expect(await fetchText(target, get)).toEqual({ ok: false, detail })
  })

  test('nobody there', async () => {
    const server = createServer()
    const target = await listening(server)
    await new Promise((closed) => server.close(closed))
    expect(await fetchText(target, get)).toEqual({
      ok: false,
      detail: 'the connection is refused',
    })
  })
})
