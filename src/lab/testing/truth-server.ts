/**
 * A server that knows the truth: it logs when each request came and when its answer was given to the
 * system, on the machine's monotonic clock. Takes what its service needs, and nothing of the
 * processor: `low` to `high` ms, by the number of the person. It ends with its parent.
 */
import { createServer } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { streams, streamKey, uniform } from '../../core/chance.ts'
import { listen } from '../../stack/http.ts'
import { monotonicMs } from './truth-clock.ts'

export interface TruthLog {
  /** By the number of the person: when the request came, and when it was answered; ms. */
  readonly cameMs: readonly [person: number, ms: number][]
  readonly doneMs: readonly [person: number, ms: number][]
}

export type FromTruthServer =
  | { readonly kind: 'ready'; readonly port: number }
  | { readonly kind: 'log'; readonly log: TruthLog }

const [low = 0, high = 0] = process.argv.slice(2).map(Number)
const key = streamKey(1, streams.test)
const log = { cameMs: [] as [number, number][], doneMs: [] as [number, number][] }
const tell = (message: FromTruthServer) => process.send?.(message)

const server = createServer((request, response) => {
  const cameMs = monotonicMs()
  const person = Number(/-(\d+)$/.exec(request.url ?? '')?.[1])
  log.cameMs.push([person, cameMs])
  void pause(low + uniform(key, person) * (high - low)).then(() => {
    response.end('{"status":"ok"}', () => log.doneMs.push([person, monotonicMs()]))
  })
})
process.on('disconnect', () => process.exit(0))
process.on('message', () => tell({ kind: 'log', log }))
tell({ kind: 'ready', port: await listen(server, '127.0.0.1', 0) })
