/**
 * One run of the live engine for `npm run bench:live`, in a process of its own so that it can be
 * pinned to a core: a GET over and over, open loop, with all that a rehearsal does. Prints one JSON
 * line: what was answered, the CPU time of the whole process, and the run's audit.
 */
import { secToMs, usToSec } from '../core/units.ts'
import { threadsAt } from '../engine/live/crew.ts'
import { runRehearsal } from '../engine/live/run.ts'
import { resolveTarget, systemLookup } from '../engine/live/transport/target.ts'
import type { TransportName } from '../engine/live/transport/transports.ts'
import { must } from '../core/assert.ts'
import { parseScenario } from '../scenario/load/parse.ts'
import { liveThread } from '../engine/live/live-environment.ts'
import { defaultSimEnvironment } from '../engine/sim-environment.ts'

export interface GeneratorRun {
  readonly url: string
  readonly transport: TransportName
  readonly connections: number
  readonly perSec: number
  readonly sec: number
}

export interface GeneratorResult {
  readonly answered: number
  readonly failed: number
  readonly cpuSec: number
  readonly achievedRate: number | null
  readonly latenessMsP99: number
  readonly responseMsP99: number | null
  readonly isValid: boolean
}

/**
 * The rate rises over so long: connecting and compiling at full rate would leave a backlog that
 * keeps every connection busy, where a few would do.
 */
const rampSec = 3

function documentOf({ perSec, sec }: GeneratorRun) {
  const opensMs = Date.parse('2021-07-19T11:00:00Z')
  return {
    name: 'bench-live',
    opensAt: new Date(opensMs).toISOString(),
    endsAt: new Date(opensMs + secToMs(rampSec + sec)).toISOString(),
    population: { people: Math.ceil(perSec * (sec + rampSec)) },
    arrivals: [
      { kind: 'ramp', fromPerSec: 0, toPerSec: perSec, forSec: rampSec },
      { kind: 'constant', perSec, forSec: sec, startSec: rampSec },
    ],
    waitingRoom: { protocol: 'none', admission: { perSec: 0 } },
    journey: [
      {
        step: 'get',
        visits: [{ station: 'web', serviceMs: 1 }],
        timeoutMs: 5000,
        request: { path: '/', cookies: false, redirects: false },
        expect: { status: 200 },
      },
    ],
    stack: { instances: 1, stations: [{ name: 'web', perInstance: true, slots: 1 }] },
  }
}

async function generate(run: GeneratorRun): Promise<GeneratorResult> {
  const parsed = parseScenario(documentOf(run))
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
  const target = await resolveTarget(run.url, { lookup: systemLookup })
  let before = process.cpuUsage()
  let spent = before
  const nothing = { events: [], findings: null, observed: null, stoppedBy: null, notes: [] }
  const record = await runRehearsal(
    parsed.loaded,
    {
      seed: 1,
      population: 1,
      speed: 1,
      workers: 1,
      target,
      transport: run.transport,
      connections: { mode: 'pool', connections: run.connections, localAddresses: [] },
      ceiling: { inFlight: 100_000, perSec: 1e9 },
      permits: null,
      calls: { runCode: 'bench', environment: {}, tables: new Map() },
      cleansUp: false,
      stations: [],
    },
    {
      environment: {
        ...defaultSimEnvironment(),
        startThread: threadsAt(liveThread),
        signal: new AbortController().signal,
      },
      companions: {
        start: () => {
          before = process.cpuUsage()
          return Promise.resolve()
        },
        look: () => undefined,
        abandon: () => Promise.resolve(),
        finish: () => {
          spent = process.cpuUsage(before)
          return Promise.resolve(nothing)
        },
        undo: () => Promise.resolve([]),
      },
    },
  )
  const { outcomes, responseMs } = must(record.summary.steps['get'], 'the one step')
  return {
    answered: outcomes.ok,
    failed: must(record.summary.steps['get'], 'the one step').count - outcomes.ok,
    cpuSec: usToSec(spent.user + spent.system),
    achievedRate: record.audit.achievedRate,
    latenessMsP99: record.audit.latenessMs?.p99 ?? 0,
    responseMsP99: responseMs.p99,
    isValid: record.verdict.valid,
  }
}

const result = await generate(JSON.parse(process.argv[2] ?? '{}') as GeneratorRun)
process.stdout.write(`${JSON.stringify(result)}\n`)
