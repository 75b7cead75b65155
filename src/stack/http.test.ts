import { createServer as createHttpServer } from 'node:http'
import { connect, createServer as createNetServer } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { listen } from './http.ts'

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
