import { createServer } from 'node:http'
import { connect, type Socket } from 'node:net'
import { runInNewContext } from 'node:vm'
import { afterEach, describe, expect, test } from 'vitest'
import type { StackConfig } from '../contract.ts'
import { closeServer, listen } from '../http.ts'
import { createGateClient } from './gate-client.ts'
import { createGateServer, gateHandler, serveGate, type GateServer } from './gate-server.ts'
import { evening, gateConfig, ManualClock, opensAtEpochMs } from './testing/evening.ts'

const running: GateServer[] = []
const clock = new ManualClock(opensAtEpochMs)

async function started(
  config: StackConfig = gateConfig({ admission: { maxInside: 1 } }),
  port = 0,
) {
  const server = await serveGate({ role: 'gate', config, port }, { clock })
  running.push(server)
  return { server, url: `http://127.0.0.1:${server.port}` }
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()))
})

const text = async (url: string) => (await fetch(url)).text()

/** Sends text as it is; gives what comes back until the server closes. */
function raw(port: number, parts: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1')
    socket.setEncoding('utf8').on('data', (piece: string) => (answer += piece))
    socket.once('error', (error) => (answer === '' ? reject(error) : resolve(answer)))
    socket.once('close', () => resolve(answer))
    for (const part of parts) socket.write(part)
  })
}

/** The fields of a reply, read the plain way. */
const keyOf = (reply: string) => /key=([0-9a-f]+)/.exec(reply)?.[1] ?? ''

describe('the protocol over plain HTTP', () => {
  test('a native client: 5101, 5002, 5003, 5004, and a second 5004', async () => {
    const { server, url } = await started()
    const call = (query: string) => text(`${url}/ts.wseq?${query}`)
    const node = `ip=127.0.0.1&port=${server.port}`

    const first = await call('opcode=5101&sid=service_1&aid=act_1')
    const a = keyOf(first)
    expect(first).toMatch(`5002:200:key=${a}&nwait=0&nnext=0&tps=`)
    expect(first).toMatch(new RegExp(`&ttl=0&${node}$`))

    const second = await call('opcode=5101&sid=service_1&aid=act_1')
    const b = keyOf(second)
    expect(second).toMatch(`5002:201:key=${b}&nwait=0&nnext=0&tps=`)
    expect(second).toMatch(new RegExp(`&ttl=10&${node}$`))
    expect(b).not.toBe(a)

    const third = await call('opcode=5101&sid=service_1&aid=act_1')
    expect(third).toContain('&nwait=1&nnext=0&')
    expect(await call(`opcode=5002&key=${b}&ttl=10`)).toMatch(`5002:201:key=${b}&nwait=0&nnext=1&`)

    expect(await call(`opcode=5003&key=${a}`)).toMatch(`5003:200:key=${a}&`)
    expect(await call(`opcode=5004&key=${a}`)).toBe('5004:200:')
    expect(await call(`opcode=5004&key=${a}`)).toBe('5004:502:')
    expect(await call(`opcode=5002&key=${b}&ttl=10`)).toMatch(`5002:200:key=${b}&nwait=0&nnext=1&`)
    expect(await call(`opcode=5002&key=${b.replace(/.$/, 'x')}&ttl=10`)).toBe('5002:509:')
  })

  test('a browser: the reply is a script that runs, and is kept nowhere', async () => {
    const { url } = await started()
    const query =
      'opcode=5101&sid=s&aid=a&nfid=0&prefix=NetFunnel.gRtype=5101;&js=yes&1626692400123'
    const response = await fetch(`${url}/ts.wseq?${query}`)
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-store')
    const NetFunnel = {
      gRtype: 0,
      gControl: { result: '', shown: 0, _showResult: () => NetFunnel.gControl.shown++ },
    }
    runInNewContext(await response.text(), { NetFunnel })
    expect(NetFunnel.gRtype).toBe(5101)
    expect(NetFunnel.gControl.result).toMatch(/^5002:200:key=[0-9a-f]{36}&nwait=0&/)
    expect(NetFunnel.gControl.shown).toBe(1)
  })

  test('names no node where it is told so', async () => {
    const config = gateConfig({ admission: { perSec: 1 } }, { namesNode: false })
    const { url } = await started(config)
    const reply = await text(`${url}/ts.wseq?opcode=5101&sid=s&aid=a`)
    expect(reply).toContain('5002:200:key=')
    expect(reply).not.toMatch(/ip=|port=/)
  })

  test('listens on loopback alone, wherever the balancer listens', async () => {
    const config = gateConfig({ admission: { perSec: 1 } }, { host: '0.0.0.0' })
    const { server, url } = await started(config)
    expect(await text(`${url}/ts.wseq?opcode=5101&sid=s&aid=a`)).toContain('&ip=127.0.0.1&')
    await expect(started(config, server.port)).rejects.toThrow('on 127.0.0.1 is taken')
  })
})

describe('calls that come together', () => {
  const get = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`
  const last = get('/ts.wseq?opcode=5004&key=last', 'Connection: close\r\n')
  const enter = '/ts.wseq?opcode=5101&sid=s&aid=a'
  /** Of each reply on a connection its status, with the text of it that was asked for. */
  const replies = (answer: string, pattern: RegExp) =>
    answer
      .split(/HTTP\/1\.1 /)
      .slice(1)
      .map((one) => `${one.slice(0, 3)} ${pattern.exec(one)?.[0] ?? '-'}`)

  test('in a row on one connection are answered in that order, other pages among them', async () => {
    const { server } = await started()
    const paths = Array.from({ length: 200 }, (_, i) => (i % 7 === 3 ? '/none' : enter))
    const answer = await raw(server.port, [paths.map((path) => get(path)).join('') + last])
    let issued = 0
    // The first is inside, the second has none ahead of it in line.
    const expected = paths.map((path) =>
      path === enter ? `200 nwait=${Math.max(0, issued++ - 1)}&` : '404 -',
    )
    expect(replies(answer, /nwait=\d+&/)).toEqual([...expected, '200 -'])
  })

  test('in a row have each its effect before the next', async () => {
    const { server, url } = await started()
    const [a, b] = [keyOf(await text(url + enter)), keyOf(await text(url + enter))]
    const call = (opcode: number, key: string) => get(`/ts.wseq?opcode=${opcode}&key=${key}`)
    const verify = (key: string) => get(`/verify?key=${key}`)
    const list = [verify(a), call(5004, a), verify(a), verify(b), call(5002, b), verify(b), last]
    const answer = await raw(server.port, [list.join('')])
    const said = ['true', '5004:200:', 'false', 'false', '5002:200:', 'true', '5004:509:']
    expect(replies(answer, /true|false|500\d:\d+:/)).toEqual(said.map((one) => `200 ${one}`))
  })

  test('on as many connections get each its own answer', async () => {
    const { url } = await started()
    const texts = await Promise.all(Array.from({ length: 150 }, () => text(url + enter)))
    expect(new Set(texts.map(keyOf)).size).toBe(150)
    const ahead = texts.map((one) => Number(/nwait=(\d+)&/.exec(one)?.[1]))
    expect(ahead.sort((a, b) => a - b)).toEqual([0, ...Array.from({ length: 149 }, (_, i) => i)])
  })

  test('may have a body, which is passed over, and no Host in HTTP/1.0', async () => {
    const { server } = await started()
    const call = '/ts.wseq?opcode=5003&key=none'
    const bodies = [
      get(call, 'Content-Length: 18\r\n') + 'GET / HTTP/1.1\r\n\r\n',
      get(call, 'Transfer-Encoding: chunked\r\n') + '5\r\nhello\r\n0\r\n\r\n',
    ]
    const answer = await raw(server.port, [...bodies, last])
    expect(replies(answer, /500\d:\d+:/)).toEqual([
      '200 5003:509:',
      '200 5003:509:',
      '200 5004:509:',
    ])
    const old = await raw(server.port, [`GET ${call} HTTP/1.0\r\n\r\n`])
    expect(replies(old, /500\d:\d+:/)).toEqual(['200 5003:509:'])
    expect(old).toMatch(/^connection: close\r$/im)
  })

  test('count, though the client has gone by the time that they are answered', async () => {
    const at = evening(gateConfig({ admission: { maxInside: 1 } }), 0)
    const [inside, next] = [at.enter(), at.enter()]
    const server = createGateServer()
    server.on('request', gateHandler(at.gate))
    server.on('request', (request) => request.socket.destroy())
    const port = await listen(server, '127.0.0.1', 0)
    expect(await raw(port, [get(`/ts.wseq?opcode=5004&key=${inside}`)])).toBe('')
    await expect.poll(() => at.gate.state().completed).toBe(1)
    expect(at.call(`opcode=5002&key=${next}`).code).toBe(200)
    await closeServer(server)
  })
})

describe('the other processes', () => {
  test('verify and audit keys, on connections that stay open', async () => {
    const { server, url } = await started()
    const client = createGateClient({ host: '127.0.0.1', port: server.port })
    const inside = keyOf(await text(`${url}/ts.wseq?opcode=5101&sid=s&aid=a`))
    const waits = keyOf(await text(`${url}/ts.wseq?opcode=5101&sid=s&aid=a`))
    expect(await client.verify(inside)).toBe(true)
    for (const key of [
      waits,
      '',
      'connection_timeout',
      'a&key=b',
      '키',
      'x'.repeat(1e6),
      '\ud800',
    ]) {
      expect(await client.verify(key)).toBe(false)
    }
    for (const key of [inside, waits, waits, '\ud800', 'x'.repeat(1e6)]) client.audit(key, 'kim')
    await expect.poll(() => server.state().findings.bypassed).toBe(3)
    client.close()
  })

  test('are told at once that the gate is gone, and find it again when it is back', async () => {
    const { server } = await started()
    const client = createGateClient({ host: '127.0.0.1', port: server.port })
    expect(await client.verify('none')).toBe(false)
    await server.close()
    await expect(client.verify('none')).rejects.toThrow()
    client.audit('none', 'kim')
    await started(undefined, server.port)
    expect(await client.verify('none')).toBe(false)
    client.close()
  })

  test.each([
    ['says that there is no such page', 404],
    ['says nothing', null],
  ])('get a rejection where what listens is no gate and %s', async (_, status) => {
    const other = createServer((_request, response) => {
      if (status !== null) response.writeHead(status).end('true')
    })
    const port = await listen(other, '127.0.0.1', 0)
    const client = createGateClient({ host: '127.0.0.1', port })
    await expect(client.verify('none')).rejects.toThrow()
    client.close()
    await closeServer(other)
  })
})

describe('bad use', () => {
  const goesOn = async (url: string) =>
    expect(await text(`${url}/ts.wseq?opcode=5002&key=none`)).toBe('5002:509:')

  test('a port that is taken gives a message', async () => {
    const { server } = await started()
    await expect(started(undefined, server.port)).rejects.toThrow(
      `port ${server.port} on 127.0.0.1 is taken`,
    )
  })

  test('other pages and other methods are refused', async () => {
    const { server, url } = await started()
    const status = async (path: string, method = 'GET') =>
      (await fetch(url + path, { method })).status
    expect(await status('/')).toBe(404)
    expect(await status('/ts.wseq/')).toBe(404)
    expect(await status('/verify', 'POST')).toBe(405)
    expect(await status('/ts.wseq?opcode=5101', 'POST')).toBe(405)
    expect(await status('/ts.wseq?opcode=5101', 'HEAD')).toBe(405)
    expect(server.state().issued).toBe(0)
  })

  test('a megabyte of headers, and what is no HTTP, get an answer', async () => {
    const { server, url } = await started()
    const long = `GET /ts.wseq HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(1e6)}\r\n\r\n`
    expect(await raw(server.port, [long])).toMatch(/^HTTP\/1\.1 431 /)
    expect(await raw(server.port, ['hello\r\n\r\n'])).toMatch(/^HTTP\/1\.1 400 /)
    expect(await raw(server.port, ['GET /ts.wseq?opcode=5002&key=\x00 HTTP/1.1\r\n\r\n'])).toMatch(
      /^HTTP\/1\.1 400 /,
    )
    await goesOn(url)
  })

  test('a request that comes byte by byte is answered when it is whole', async () => {
    const { server } = await started()
    const whole =
      'GET /ts.wseq?opcode=5002&key=%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
    expect(await raw(server.port, whole.split(''))).toMatch(
      /^HTTP\/1\.1 200 [^]*\r\n\r\n5002:509:$/,
    )
  })

  test('connections that say nothing keep nobody else from being answered', async () => {
    const { server, url } = await started()
    const sockets: Socket[] = []
    for (let i = 0; i < 500; i++) sockets.push(connect(server.port, '127.0.0.1'))
    await Promise.all(
      sockets.map((socket) => new Promise((resolve) => socket.once('connect', resolve))),
    )
    await goesOn(url)
    for (const socket of sockets) socket.destroy()
    await goesOn(url)
  })
})
