import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { Worker } from 'node:worker_threads'

/** Listens with the shortest backlog, and then never accepts. */
const script = `
const { createServer } = require('node:net')
const { parentPort } = require('node:worker_threads')
const server = createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
  parentPort.postMessage(server.address().port)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
})`

export interface DeafPort {
  readonly port: number
  close(): Promise<void>
}

/** A port of loopback whose backlog is full: whoever connects gets no answer at all. */
export async function openDeafPort(): Promise<DeafPort> {
  const worker = new Worker(script, { eval: true })
  const [port] = (await once(worker, 'message')) as [number]
  const sockets: Socket[] = []
  for (let isFull = false; !isFull;) {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => undefined)
    sockets.push(socket)
    isFull = await Promise.race([
      once(socket, 'connect').then(() => false),
      once(AbortSignal.timeout(300), 'abort').then(() => true),
    ])
  }
  return {
    port,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await worker.terminate()
    },
  }
}
