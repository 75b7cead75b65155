/** The gate of `npm run bench:six-million`, in a process of its own; it ends with its parent. */
import { createServer } from 'node:http'
import { readFileSync } from 'node:fs'
import { systemClock } from '../core/clock.ts'
import { secToMs, usToSec } from '../core/units.ts'
import { parseScenario } from '../scenario/load/parse.ts'
import type { GateState } from '../stack/contract.ts'
import { gateHandler } from '../stack/gate/gate-server.ts'
import { Gate } from '../stack/gate/gate.ts'
import { listen } from '../stack/http.ts'

export type FromGate =
  | { readonly kind: 'ready'; readonly port: number }
  | { readonly kind: 'usage'; readonly state: GateState; rssBytes: number; cpuSec: number }

const tell = (message: FromGate) => process.send?.(message)

async function serve(scenarioFile: string, opensInSec: number): Promise<void> {
  const parsed = parseScenario(JSON.parse(readFileSync(scenarioFile, 'utf8')))
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
  const config = {
    scenario: parsed.loaded.scenario,
    opensAtEpochMs: systemClock.epochMs() + secToMs(opensInSec),
    secret: 'a secret of the bench',
    failOpen: false,
    fault: null,
    host: '127.0.0.1',
  }
  const gate = new Gate({ config, clock: systemClock, node: null })
  const port = await listen(createServer(gateHandler(gate)), '127.0.0.1', 0)
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    const rssBytes = process.resourceUsage().maxRSS * 1024
    tell({ kind: 'usage', state: gate.state(), rssBytes, cpuSec: usToSec(user + system) })
  })
  tell({ kind: 'ready', port })
}

if (process.send !== undefined) {
  process.on('disconnect', () => process.exit(0))
  await serve(process.argv[2] ?? '', Number(process.argv[3]))
}
