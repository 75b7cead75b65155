import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

/** How a counting target answers: always well; cutting off every second request; by a redirect first. */
export type Manner = 'well' | 'cuts' | 'redirects'

/** A thread of its own: what keeps this one busy must not change when requests are counted. */
const script = `
const { createServer } = require('node:http')
const { parentPort, workerData } = require('node:worker_threads')
const came = []
let n = 0
const server = createServer((request, response) => {
  came.push({ atMs: performance.now(), method: request.method, path: request.url })
  request.resume().on('end', () => {
    if (workerData === 'cuts' && n++ % 2 === 1) request.socket.destroy()
    else if (request.url.startsWith('/ts.wseq')) response.end('5101:200:key=k&nwait=0')
    else if (workerData === 'redirects' && request.url !== '/hop') response.writeHead(302, { location: '/hop' }).end()
    else response.end('{"status":"ok"}')
  })
})
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))
parentPort.on('message', () => parentPort.postMessage(came))
`

/** One request, by the target's own clock. */
interface Arrival {
  readonly atMs: number
  readonly method: string
  readonly path: string
}

/** A target on loopback that knows when each request came. */
export interface CountingTarget {
  readonly port: number
  readonly came: () => Promise<readonly Arrival[]>
  readonly stop: () => Promise<unknown>
}

export async function startCountingTarget(manner: Manner): Promise<CountingTarget> {
  const worker = new Worker(script, { eval: true, workerData: manner })
  const [port] = (await once(worker, 'message')) as [number]
  return {
    port,
    came: async () => {
      const told = once(worker, 'message')
      worker.postMessage('came')
      return ((await told) as [Arrival[]])[0]
    },
    stop: () => worker.terminate(),
  }
}

/** The most that came within any second, wherever it begins. */
export function busiestSecond(came: readonly Arrival[]): number {
  let most = 0
  for (let from = 0, to = 0; to < came.length; to++) {
    while (came[to]!.atMs - came[from]!.atMs >= 1000) from++
    most = Math.max(most, to - from + 1)
  }
  return most
}
