import { createServer as createHttpServer, type ServerResponse } from 'node:http'
import { connect, createServer as createNetServer } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { closeServer, listen, withBoundedPipelines } from './http.ts'

describe.each([
  ['an HTTP server', () => createHttpServer((_request, response) => response.end('there'))],
  ['a server of bytes', () => createNetServer((socket) => socket.end('there'))],
])('%s that listens', (_name, create) => {
  const servers: ReturnType<typeof create>[] = []
  afterEach(() => {
    for (const server of servers.splice(0)) server.close()
  })

  async function started(port = 0) {
    const server = create()
    servers.push(server)
    return { server, port: await listen(server, '127.0.0.1', port) }
  }

  function answerOf(port: number): Promise<string> {
    return new Promise((resolve, reject) => {
      let text = ''
      const socket = connect(port, '127.0.0.1')
      socket.write('GET / HTTP/1.0\r\n\r\n')
      socket.on('data', (chunk: Buffer) => (text += chunk.toString()))
      socket.once('error', reject)
      socket.once('close', () => resolve(text))
    })
  }

  test('goes on where a connection could not be accepted', async () => {
    const { server, port } = await started()
    // What Node emits when the process has no descriptors left.
    server.emit('error', Object.assign(new Error('accept EMFILE'), { code: 'EMFILE' }))
    expect(await answerOf(port)).toContain('there')
  })

  test('a port that is taken gives a message', async () => {
    const { port } = await started()
    await expect(started(port)).rejects.toMatchObject({
      kind: 'engine',
      message: `port ${port} on 127.0.0.1 is taken; choose another one`,
    })
  })
})

describe('a client that pipelines requests', () => {
  const request = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'

  /** A stack that is overrun: it answers nothing until it is told to. */
  async function stalled() {
    const held: ServerResponse[] = []
    const server = createHttpServer(
      withBoundedPipelines((_request, response) => {
        held.push(response)
      }),
    )
    const port = await listen(server, '127.0.0.1', 0)
    return { held, server, port }
  }

  test('and reads no answer is cut, whatever it goes on sending', async () => {
    const { held, server, port } = await stalled()
    const socket = connect(port, '127.0.0.1')
    const cut = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    socket.on('error', () => undefined)
    socket.write(request.repeat(50_000))
    await cut
    expect(held).toHaveLength(256)
    await closeServer(server)
  })

  test('of which few are unanswered is served', async () => {
    const { held, server, port } = await stalled()
    const socket = connect(port, '127.0.0.1')
    let text = ''
    const all = new Promise<void>((resolve) => {
      socket.on('data', (chunk: Buffer) => {
        text += chunk.toString('latin1')
        if (text.split('HTTP/1.1 200 OK').length === 201) resolve()
      })
    })
    socket.write(request.repeat(200))
    while (held.length < 200) await new Promise((resolve) => setTimeout(resolve, 10))
    for (const response of held) response.end('there')
    await all
    socket.destroy()
    await closeServer(server)
  })
})
