/**
 * The processes that `npm run bench:gate` starts, by their first argument: the gate, a bare
 * `node:http` server, and the load where there is no wrk. They end with their parent.
 */
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { Pool } from 'undici'
import { assert } from '../core/assert.ts'
import { systemClock } from '../core/clock.ts'
import { msToSec, secToMs, usToSec } from '../core/units.ts'
import { loadScenario } from '../scenario/load/load.ts'
import { createGateServer, gateHandler } from '../stack/gate/gate-server.ts'
import { Gate } from '../stack/gate/gate.ts'
import { listen } from '../stack/http.ts'
import type { TicketsMeasured } from './bench-gate-targets.ts'

/** As a browser sends it. */
export const firstContact =
  'opcode=5101&sid=service_1&aid=act_1&nfid=0&prefix=NetFunnel.gRtype=5101;&js=yes&1626692400123'

export interface Usage {
  readonly requests: number
  /** Processor time of the whole process, its garbage collector and compiler included. */
  readonly cpuSec: number
  readonly rssBytes: number
}

export type FromBenchServer =
  | { readonly kind: 'ready'; readonly port: number; readonly tickets: TicketsMeasured | null }
  | ({ readonly kind: 'usage' } & Usage)
  | { readonly kind: 'sent'; readonly requests: number }

const tell = (message: FromBenchServer) => process.send?.(message)

function cpuSec(): number {
  const { user, system } = process.cpuUsage()
  return usToSec(user + system)
}

async function serve(server: Server, requests: () => number, tickets: TicketsMeasured | null) {
  const port = await listen(server, '127.0.0.1', 0)
  process.on('message', () => {
    tell({
      kind: 'usage',
      requests: requests(),
      cpuSec: cpuSec(),
      rssBytes: process.memoryUsage.rss(),
    })
  })
  tell({ kind: 'ready', port, tickets })
}

/** A gate an hour before its opening; its keys do not lapse while the bench lasts. */
async function newGate(): Promise<Gate> {
  const set = ['waitingRoom.lapseSec=36000']
  const { scenario } = await loadScenario('2021-07-19-ages-53-54', { allowCode: false, set })
  const config = {
    scenario,
    opensAtEpochMs: systemClock.epochMs() + 3600_000,
    secret: 'a secret of the bench',
    failOpen: false,
    fault: null,
    host: '127.0.0.1',
  }
  return new Gate({ config, clock: systemClock, node: { ip: '127.0.0.1', port: 8081 } })
}

function issue(gate: Gate, count: number): TicketsMeasured {
  const rssBeforeBytes = process.memoryUsage.rss()
  const cpuBeforeSec = cpuSec()
  const startMs = systemClock.monotonicMs()
  for (let i = 0; i < count; i++) gate.handle(firstContact)
  const wallSec = msToSec(systemClock.monotonicMs() - startMs)
  const rssBytes = process.memoryUsage.rss()
  const { waiting } = gate.state()
  assert(waiting === count, 'every ticket that was issued waits')
  return {
    tickets: count,
    wallSec,
    cpuSec: cpuSec() - cpuBeforeSec,
    ticketsPerSec: count / wallSec,
    rssBytes,
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
    bytesPerTicket: (rssBytes - rssBeforeBytes) / count,
  }
}

/** As many bytes as the gate's reply to a first contact, headers and all, and no thought at all. */
async function serveBare(issued: number): Promise<void> {
  const { text } = (await newGate()).handle(firstContact)
  const reply = text.replace('nwait=0', `nwait=${issued}`)
  let requests = 0
  const server = createServer((_request, response) => {
    requests++
    response.writeHead(200, {
      'Content-Type': 'text/javascript; charset=utf-8',
      'Content-Length': Buffer.byteLength(reply),
      'Cache-Control': 'no-store',
    })
    response.end(reply)
  })
  await serve(server, () => requests, null)
}

async function serveTickets(count: number): Promise<void> {
  const gate = await newGate()
  const measured = issue(gate, count)
  const server = createGateServer().on('request', gateHandler(gate))
  await serve(server, () => gate.state().issued - count, measured)
}

async function load(port: number, options: { sec: number; connections: number }): Promise<void> {
  const { sec, connections } = options
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections })
  const endMs = systemClock.monotonicMs() + secToMs(sec)
  let requests = 0
  const client = async () => {
    while (systemClock.monotonicMs() < endMs) {
      const { body } = await pool.request({ method: 'GET', path: `/ts.wseq?${firstContact}` })
      await body.dump()
      requests++
    }
  }
  await Promise.all(Array.from({ length: connections }, client))
  await pool.close()
  tell({ kind: 'sent', requests })
  process.disconnect()
}

const [role, first = '0', sec = '0', connections = '0'] = process.argv.slice(2)
if (process.send !== undefined) {
  process.on('disconnect', () => process.exit(0))
  if (role === 'gate') await serveTickets(Number(first))
  else if (role === 'bare') await serveBare(Number(first))
  else await load(Number(first), { sec: Number(sec), connections: Number(connections) })
}
