/**
 * A thread that answers every HTTP request with the same few bytes, without parsing it, so that
 * a measurement shows the client's cost. It receives only GETs without a body.
 */
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { parentPort } from 'node:worker_threads'
import { must } from '../../core/assert.ts'

const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
const headEnd = Buffer.from('\r\n\r\n')

function serve(socket: Socket): void {
  /** How many bytes of `headEnd` the input ended with. */
  let matched = 0
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    let requests = 0
    for (const byte of chunk) {
      if (byte === headEnd[matched]) matched++
      else matched = byte === headEnd[0] ? 1 : 0
      if (matched < headEnd.length) continue
      matched = 0
      requests++
    }
    if (requests > 0) socket.write(requests === 1 ? answer : answer.repeat(requests))
  })
}

const port = must(parentPort, 'the port of the server thread')
const server = createServer(serve)
server.listen(0, '127.0.0.1', () => port.postMessage((server.address() as AddressInfo).port))
