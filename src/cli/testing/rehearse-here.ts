import type { Clock } from '../../core/clock.ts'
import { threadsAt, type StartThread } from '../../engine/live/crew.ts'
import { runRehearsal, type Companions, type RehearsalOptions } from '../../engine/live/run.ts'
import type { RunRecord } from '../../record/run.ts'
import type { LoadedScenario } from '../../scenario/load/parse.ts'
import { liveThread } from '../../engine/live/live-environment.ts'
import { defaultSimEnvironment } from '../../engine/sim-environment.ts'

export interface RehearseHere extends Partial<
  Pick<
    RehearsalOptions,
    'workers' | 'seed' | 'ceiling' | 'permits' | 'forSec' | 'connections' | 'transport' | 'cleansUp'
  >
> {
  /** Of this machine. */
  readonly port: number
  readonly signal?: AbortSignal
  readonly clock?: Clock
  readonly startThread?: StartThread
  readonly companions?: Partial<Companions>
}

/** Rehearses a scenario in real time and threads against a server on loopback. */
export function rehearseHere(
  loaded: LoadedScenario,
  { port, signal, clock, startThread, companions, ...options }: RehearseHere,
): Promise<RunRecord> {
  return runRehearsal(
    loaded,
    {
      seed: 1,
      population: 1,
      speed: 1,
      workers: 1,
      transport: 'wire',
      connections: { mode: 'per-visitor', connections: 4000, localAddresses: [] },
      ceiling: { inFlight: 4000, perSec: 1e6 },
      permits: null,
      calls: { runCode: 'here', environment: {}, tables: new Map() },
      stations: [],
      cleansUp: false,
      ...options,
      target: {
        protocol: 'http:',
        host: `127.0.0.1:${port}`,
        serverName: '127.0.0.1',
        address: '127.0.0.1',
        port,
        basePath: '',
        isLoopback: true,
      },
    },
    {
      environment: {
        ...defaultSimEnvironment(),
        ...(clock === undefined ? {} : { clock }),
        startThread: startThread ?? threadsAt(liveThread),
        signal: signal ?? new AbortController().signal,
      },
      companions: {
        start: () => Promise.resolve(),
        look: () => undefined,
        abandon: () => Promise.resolve(),
        finish: () =>
          Promise.resolve({
            events: [],
            findings: null,
            observed: null,
            stoppedBy: null,
            notes: [],
          }),
        undo: () => Promise.resolve([]),
        ...companions,
      },
    },
  )
}
