/**
 * A process that `npm run idle` starts: it opens so many connections to a port of the loopback
 * address, sends nothing, and holds them until its parent is gone.
 */
import { connect } from 'node:net'
import { systemClock } from '../core/clock.ts'
import { headersTimeoutMs } from '../stack/http.ts'

/** How many may be on their way at once: the kernel's queue of those to be accepted is bounded. */
const atOnce = 200

/** Told once after all were tried, then each time that it is asked for. */
export interface FromIdleClients {
  readonly open: number
  /** Cut by the server no sooner than it cuts those who have not sent their headers. */
  readonly timedOut: number
}

let open = 0
let timedOut = 0

function openOne(port: number): Promise<void> {
  return new Promise((tried) => {
    const socket = connect(port, '127.0.0.1', () => {
      const openedMs = systemClock.monotonicMs()
      open++
      socket.once('close', () => {
        open--
        if (systemClock.monotonicMs() - openedMs >= headersTimeoutMs) timedOut++
      })
      tried()
    })
    // What is refused or cut is not counted, and that says it.
    socket.on('error', () => tried())
    socket.resume()
  })
}

const [port = 0, count = 0] = process.argv.slice(2).map(Number)
const tell = () => process.send?.({ open, timedOut } satisfies FromIdleClients)
if (process.send !== undefined) {
  process.on('disconnect', () => process.exit(0))
  process.on('message', tell)
  let next = 0
  const opener = async () => {
    while (next++ < count) await openOne(port)
  }
  await Promise.all(Array.from({ length: atOnce }, opener))
  tell()
}
