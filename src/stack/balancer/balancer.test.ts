import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { request, type Dispatcher } from 'undici'
import { afterEach, describe, expect, test } from 'vitest'
import { closeServer } from '../http.ts'
import { createBalancer, type Balancer, type BalancerOptions } from './balancer.ts'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

type Handler = (request: IncomingMessage, response: ServerResponse) => void

/** A server behind the balancer; it answers with its name unless told otherwise. */
async function backend(name: string, handler?: Handler) {
  const seen: IncomingMessage[] = []
  const server = createServer((incoming, response) => {
    seen.push(incoming)
    if (handler === undefined) response.end(name)
    else handler(incoming, response)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const stop = () => closeServer(server)
  stops.push(stop)
  return { port: (server.address() as AddressInfo).port, seen, stop }
}

async function stage(options: Partial<BalancerOptions> = {}) {
  const time = { ms: 0 }
  const clock = { epochMs: () => time.ms, monotonicMs: () => time.ms }
  const balancer = await createBalancer({
    host: '127.0.0.1',
    port: 0,
    policy: 'round-robin',
    gatePort: 1,
    page: () => null,
    clock,
    ...options,
  })
  stops.push(() => balancer.close())
  const call = async (path: string, init: Partial<Dispatcher.RequestOptions> = {}) => {
    const response = await request(`http://127.0.0.1:${balancer.port}${path}`, init)
    const { statusCode: code, headers, body } = response
    return { code, headers, text: await body.text() }
  }
  const use = (...ports: number[]) =>
    void balancer.setInstances(ports.map((port, index) => ({ index, port })))
  return { balancer, call, use, time }
}

const eventually = async (check: () => boolean) => {
  while (!check()) await new Promise((resolve) => setTimeout(resolve, 2))
}

/** Sends bytes as they are; gives all that came back until the server closed. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')))
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(answer))
  })
}

describe('where a request goes', () => {
  test('to the gate, to the page, or to the instances in turn', async () => {
    const gate = await backend('gate')
    const page: BalancerOptions['page'] = (path) =>
      path === '/' ? { type: 'text/html', body: '예약', headers: { 'x-page': '1' } } : null
    const { call, use, balancer } = await stage({ gatePort: gate.port, page })
    use((await backend('a')).port, (await backend('b')).port)
    expect((await call('/ts.wseq?opcode=5101&sid=s&aid=a')).text).toBe('gate')
    expect(gate.seen[0]!.url).toBe('/ts.wseq?opcode=5101&sid=s&aid=a')
    const found = await call('/?x=1')
    expect([found.code, found.text]).toEqual([200, '예약'])
    expect(found.headers).toMatchObject({ 'content-type': 'text/html', 'x-page': '1' })
    expect(await call('/', { method: 'HEAD' })).toMatchObject({ code: 200, text: '' })
    const turns: string[] = []
    for (let i = 0; i < 5; i++) turns.push((await call('/ts.wseqs')).text)
    turns.push((await call('/', { method: 'POST' })).text)
    expect(turns.join('')).toBe('ababab')
    expect(balancer.state().responses).toEqual({ 200: 9 })
  })

  test('to the least busy one, of clients that are gone too', async () => {
    const held: ServerResponse[] = []
    const a = await backend('a', (_incoming, response) => void held.push(response))
    const b = await backend('b')
    const { call, use, balancer } = await stage({ policy: 'least-busy' })
    use(a.port, b.port)
    const abort = new AbortController()
    const gone = call('/', { signal: abort.signal }).catch(() => 'gone')
    await eventually(() => a.seen.length === 1)
    abort.abort()
    expect(await gone).toBe('gone')
    await eventually(() => balancer.state().responses['gone'] === 1)
    const turns: string[] = []
    for (let i = 0; i < 4; i++) turns.push((await call('/')).text)
    expect(turns).toEqual(['b', 'b', 'b', 'b'])
    expect(balancer.state().instances[0]).toMatchObject({ inFlight: 1, requests: 1, failed: 0 })
    held[0]!.end('late')
    await eventually(() => balancer.state().instances[0]!.inFlight === 0)
    const late = call('/')
    await eventually(() => held.length === 2)
    held[1]!.end('a')
    expect((await late).text).toBe('a')
  })

  test('nowhere while no instance is there', async () => {
    const { call } = await stage()
    const { code, text } = await call('/booking/book', { method: 'POST', body: '{}' })
    expect([code, JSON.parse(text)]).toEqual([
      503,
      { status: 'unavailable', message: 'no server is there to take the request' },
    ])
  })

  test('by the list of the moment; who is off it ends what it has', async () => {
    const held: ServerResponse[] = []
    const a = await backend('a', (_incoming, response) => void held.push(response))
    const b = await backend('b')
    const { call, use, balancer } = await stage()
    use(a.port)
    const calling = call('/')
    await eventually(() => held.length === 1)
    let answered = false
    const leaving = balancer.setInstances([{ index: 7, port: b.port }]).then(() => {
      answered = true
    })
    expect((await call('/')).text).toBe('b')
    expect(answered).toBe(false)
    held[0]!.end('done')
    expect((await calling).text).toBe('done')
    await leaving
    expect(balancer.state().instances.map(({ index }) => index)).toEqual([7])
  })
})

describe('what is passed on', () => {
  test('bodies and headers, but for those of the connection', async () => {
    let body = ''
    const a = await backend('a', (incoming, response) => {
      incoming.on('data', (chunk: Buffer) => (body += chunk.toString()))
      incoming.on('end', () => {
        response.writeHead(201, {
          'set-cookie': ['a=1', 'b=2'],
          'x-own': 'yes',
          connection: 'x-secret, keep-alive',
          'x-secret': 'no',
        })
        response.end('{}')
      })
    })
    const { use, balancer } = await stage()
    use(a.port)
    const answer = await raw(
      balancer.port,
      'POST /x?y=%20z HTTP/1.1\r\nHost: shop\r\nConnection: close, X-Drop\r\nX-Drop: 1\r\n' +
        'TE: trailers\r\nX-Forwarded-For: 10.0.0.1\r\nCookie: k=v\r\nContent-Length: 4\r\n\r\nbody',
    )
    const { method, url, headers } = a.seen[0]!
    expect([method, url, body]).toEqual(['POST', '/x?y=%20z', 'body'])
    expect(headers).toEqual({
      host: 'shop',
      connection: 'keep-alive',
      'content-length': '4',
      cookie: 'k=v',
      'x-forwarded-for': '10.0.0.1, 127.0.0.1',
    })
    expect(answer).toMatch(/^HTTP\/1\.1 201 Created\r\n/)
    expect(answer).toContain('set-cookie: a=1\r\nset-cookie: b=2\r\nx-own: yes\r\n')
    expect(answer).not.toContain('x-secret')
  })

  test('large bodies as they come, up to a bound', async () => {
    const sizes: number[] = []
    const a = await backend('a', (incoming, response) => {
      let bytes = 0
      incoming.on('data', (chunk: Buffer) => (bytes += chunk.length))
      incoming.on('end', () => {
        sizes.push(bytes)
        response.end(Buffer.alloc(bytes * 4))
      })
    })
    const { call, use, balancer } = await stage()
    use(a.port)
    async function* pieces(n: number) {
      for (let i = 0; i < n; i++) yield Buffer.alloc(64 * 1024)
    }
    const post = async (body: Buffer | AsyncGenerator<Buffer>) => {
      const { code, text } = await call('/', { method: 'POST', body: body as Buffer })
      return [code, code === 200 ? text.length : (JSON.parse(text) as { status: string }).status]
    }
    expect(await post(Buffer.alloc(262_144))).toEqual([200, 1_048_576])
    expect(await post(Buffer.alloc(262_145))).toEqual([413, 'tooLarge'])
    expect(await post(pieces(4))).toEqual([200, 1_048_576])
    expect(await post(pieces(5))).toEqual([413, 'tooLarge'])
    expect(sizes).toEqual([262_144, 262_144])
    // None of this was the instance's fault.
    await eventually(() => balancer.state().instances[0]!.inFlight === 0)
    expect(balancer.state().instances[0]).toMatchObject({ failed: 0, isOut: false })
  })

  test('no half body of a client that went away', async () => {
    const a = await backend('a')
    const { use, balancer } = await stage()
    use(a.port)
    const head = 'POST / HTTP/1.1\r\nHost: x\r\n'
    for (const length of ['Content-Length: 10', 'Transfer-Encoding: chunked']) {
      const socket = connect(balancer.port, '127.0.0.1')
      socket.write(`${head}${length}\r\n\r\n`)
      await eventually(() => balancer.state().connections === 1)
      await new Promise((resolve) => setTimeout(resolve, 20))
      socket.destroy()
      await eventually(() => balancer.state().connections === 0)
    }
    await eventually(() => balancer.state().instances[0]!.inFlight === 0)
    expect(balancer.state().instances[0]).toMatchObject({ failed: 0, isOut: false })
  })
})

describe('an instance that fails', () => {
  const cutOff: Handler = (incoming) => incoming.socket.destroy()
  const post = { method: 'POST', body: '{}' } as const

  test('under way cuts its clients off, sends nothing twice, and is asked again', async () => {
    const a = await backend('a', cutOff)
    const b = await backend('b')
    const { call, use, balancer } = await stage()
    use(a.port, b.port)
    for (const init of [post, { method: 'GET' }] as const) {
      await expect(call('/booking/book', init)).rejects.toMatchObject({ code: 'ECONNRESET' })
      expect((await call('/booking/book', init)).text).toBe('b')
    }
    expect(a.seen).toHaveLength(2)
    expect(balancer.state().instances).toMatchObject([
      { requests: 2, failed: 2, isOut: false },
      { requests: 2, failed: 0, isOut: false },
    ])
    expect(balancer.state().responses).toEqual({ 200: 2, reset: 2 })
  })

  test('on a connection that was kept is not tried again either', async () => {
    const a = await backend('a', (incoming, response) => {
      if (a.seen.length === 1) response.end('a')
      else incoming.socket.destroy()
    })
    const { call, use } = await stage()
    use(a.port, (await backend('b')).port)
    expect([(await call('/')).text, (await call('/')).text]).toEqual(['a', 'b'])
    await expect(call('/')).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(a.seen).toHaveLength(2)
  })

  test('to take connections is out for a second; what it was to get goes to the others', async () => {
    const a = await backend('a')
    const b = await backend('b')
    const { call, use, balancer, time } = await stage()
    use(a.port, b.port)
    await a.stop()
    for (const ms of [0, 0, 999]) {
      time.ms = ms
      expect((await call('/booking/book', post)).text).toBe('b')
      expect(balancer.state().instances).toMatchObject([
        { requests: 1, failed: 1, isOut: true },
        { failed: 0, isOut: false },
      ])
    }
    time.ms = 1000
    expect(balancer.state().instances[0]!.isOut).toBe(false)
    for (let i = 0; i < 2; i++) expect((await call('/booking/book', post)).text).toBe('b')
    expect(balancer.state().instances).toMatchObject([{ requests: 2, failed: 2, isOut: true }, {}])
    expect(b.seen).toHaveLength(5)
  })

  test('to take connections cannot hand on a body that was to be passed on as it comes', async () => {
    const a = await backend('a')
    const { call, use } = await stage()
    use(a.port, (await backend('b')).port)
    await a.stop()
    const large = { method: 'POST', body: Buffer.alloc(64 * 1024) } as const
    expect((await call('/', large)).code).toBe(502)
    expect(await call('/', large)).toMatchObject({ code: 200, text: 'b' })
  })

  test('leaves nobody: 502, and 503 for a second', async () => {
    const [a, b] = [await backend('a'), await backend('b')]
    await Promise.all([a.stop(), b.stop()])
    const { call, use, balancer, time } = await stage()
    use(a.port, b.port)
    const { code, text } = await call('/', post)
    expect([code, JSON.parse(text)]).toEqual([
      502,
      { status: 'unavailable', message: 'the server behind the balancer does not answer' },
    ])
    expect(balancer.state().instances).toMatchObject([{ requests: 1 }, { requests: 1 }])
    expect((await call('/')).code).toBe(503)
    time.ms = 1000
    expect((await call('/')).code).toBe(502)
  })

  test('in the middle of an answer cuts the client off', async () => {
    const a = await backend('a', (incoming, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('half', () => incoming.socket.destroy())
    })
    const { balancer, use } = await stage()
    use(a.port)
    const answer = await raw(balancer.port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    expect(answer).toMatch(/half$/)
  })

  test('a gate that is gone is told so, and is asked again at once', async () => {
    const gate = await backend('gate')
    const { call } = await stage({ gatePort: gate.port })
    await gate.stop()
    expect(await call('/ts.wseq?opcode=5101')).toMatchObject({ code: 502 })
    const again = createServer((_incoming, response) => response.end('back'))
    await new Promise<void>((listening) => again.listen(gate.port, '127.0.0.1', listening))
    stops.push(() => closeServer(again))
    expect(await call('/ts.wseq?opcode=5101')).toMatchObject({ code: 200, text: 'back' })
  })
})

describe('bad use', () => {
  test('is told in JSON and the rest goes on', async () => {
    const a = await backend('a')
    const { call, use, balancer } = await stage()
    use(a.port)
    const status = async (text: string) => {
      const answer = await raw(balancer.port, text)
      const [head = '', body = ''] = answer.split('\r\n\r\n')
      return [head.split('\r\n')[0], (JSON.parse(body) as { status: string }).status]
    }
    const header = `X-Big: ${'x'.repeat(1000)}\r\n`
    expect(await status(`GET / HTTP/1.1\r\nHost: x\r\n${header.repeat(1000)}\r\n`)).toEqual([
      'HTTP/1.1 431 Request Header Fields Too Large',
      'badRequest',
    ])
    expect(await status('what is this\r\n\r\n')).toEqual(['HTTP/1.1 400 Bad Request', 'badRequest'])
    expect(await status('OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).toEqual([
      'HTTP/1.1 400 Bad Request',
      'badRequest',
    ])
    const whole = 'GET http://shop/x?y HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
    expect(await raw(balancer.port, whole)).toMatch(/\r\n\r\na$/)
    expect(a.seen.map(({ url }) => url)).toEqual(['/x?y'])
    expect((await call('/')).text).toBe('a')
  })

  test('300 idle connections are harmless', async () => {
    const { call, use, balancer } = await stage()
    use((await backend('a')).port)
    const idle: Socket[] = []
    for (let i = 0; i < 300; i++) {
      const socket = connect(balancer.port, '127.0.0.1')
      socket.on('error', () => undefined)
      idle.push(socket)
    }
    await eventually(() => balancer.state().connections === 300)
    for (let i = 0; i < 20; i++) expect((await call('/')).text).toBe('a')
    for (const socket of idle) socket.destroy()
    await eventually(() => balancer.state().connections <= 20)
  })

  test('a port that is taken', async () => {
    const { balancer } = await stage()
    const again: Promise<Balancer> = createBalancer({
      host: '127.0.0.1',
      port: balancer.port,
      policy: 'round-robin',
      gatePort: 1,
      page: () => null,
      clock: { epochMs: () => 0, monotonicMs: () => 0 },
    })
    await expect(again).rejects.toThrow(
      `port ${balancer.port} on 127.0.0.1 is taken; choose another one`,
    )
  })
})
