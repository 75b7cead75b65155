import { fork, type ChildProcess } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { must } from '../../core/assert.ts'
import type { RunPlan } from '../../engine/live/run.ts'
import { opening } from '../../engine/testing/opening.ts'
import { loadedOf } from '../../engine/testing/loaded.ts'
import type { RunRecord } from '../../record/run.ts'
import type { LoadedScenario } from '../../scenario/load/parse.ts'
import { planArrivals } from '../../workload/plan.ts'
import { personOf, populationOf } from '../../workload/population.ts'
import { rehearseHere } from '../../cli/testing/rehearse-here.ts'
import { truthClock } from './truth-clock.ts'
import type { FromTruthServer, TruthLog } from './truth-server.ts'
import type { TruthWorkerData } from './truth-worker.ts'
import { invalidCodes } from '../../record/verdict-codes.ts'

/** One rehearsal, held against the log of the server that it was sent to. */
export interface TruthCase {
  readonly name: string
  readonly spacing: 'even' | 'poisson'
  readonly perSec: number
  readonly forSec: number
  /** The server stands still (SIGSTOP): from … on, for so long. */
  readonly stall?: { readonly atSec: number; readonly forSec: number }
  /** The generator has no processor, time and again. */
  readonly starves?: boolean
  readonly transport?: 'wire' | 'undici'
}

const shares = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 } as const
type TruthPercentiles = Record<keyof typeof shares, number>

export interface Truth {
  readonly name: string
  readonly requests: number
  /** Response times from the intended start, ms: as the run has them, and by plan and server's log. */
  readonly recordedMs: TruthPercentiles
  readonly loggedMs: TruthPercentiles
  /** The same for a closed loop of ten clients, which ask again once they are answered. */
  readonly closedLoopMs: TruthPercentiles
  /** Largest difference between the two, as a share. */
  readonly worst: number
  readonly intendedPerSec: number
  readonly achievedPerSec: number
  /** Distance of the gaps between requests, as the server saw them, from the exponential law. */
  readonly gaps: { readonly distance: number; readonly critical: number }
  readonly run: RunRecord
}

const serviceMs = { low: 40, high: 160 }

function scenarioOf({ spacing, perSec, forSec }: TruthCase): LoadedScenario {
  return loadedOf(
    opening({
      endsAt: new Date(Date.parse('2021-01-01T12:00:00Z') + (forSec + 1) * 1000).toISOString(),
      // More than come: so each request is another person's, and their number names it.
      population: { people: perSec * forSec * 2 },
      arrivals: [{ kind: 'constant', perSec, forSec, spacing }],
      waitingRoom: { protocol: 'none', admission: { perSec: 1 } },
      journey: [
        {
          step: 'book',
          timeoutMs: 60_000,
          visits: [{ station: 'web', serviceMs: 1 }],
          request: { method: 'GET', path: '/${person}' },
        },
      ],
    }),
  )
}

/** Performs the case, and reckons the same figures from what the server logged. */
export async function measureTruth(given: TruthCase): Promise<Truth> {
  const loaded = scenarioOf(given)
  const server = await TruthServer.start()
  try {
    let plan: RunPlan | null = null
    const entry = new URL('truth-worker.ts', import.meta.url)
    const run = await rehearseHere(loaded, {
      port: server.port,
      clock: truthClock,
      transport: given.transport ?? 'wire',
      startThread: (stop) =>
        new Worker(entry, {
          workerData: { stop, starves: given.starves ?? false } satisfies TruthWorkerData,
          execArgv: ['--disable-warning=ExperimentalWarning'],
        }),
      companions: {
        start: (of) => {
          plan = of
          const opensInMs = of.originEpochMs + of.window.opensAtMs - truthClock.epochMs()
          if (given.stall !== undefined) void server.stall(given.stall, opensInMs)
          return Promise.resolve()
        },
      },
    })
    return truthOf(given, { run, log: await server.log(), intended: intendedOf(loaded, plan) })
  } finally {
    server.end()
  }
}

/** The requirements that are not met, as sentences. */
export function truthFaults(given: TruthCase, truth: Truth): string[] {
  const { name, spacing, starves = false, stall } = given
  const { worst, intendedPerSec, achievedPerSec, gaps, run } = truth
  const faults: string[] = []
  const fault = (isSo: boolean, words: string) => {
    if (isSo) faults.push(`${name}: ${words}`)
  }
  const percent = (share: number) => `${(100 * share).toFixed(2)}%`
  if (starves) {
    fault(run.verdict.valid, 'a generator without a processor gives no valid run')
    return faults
  }
  fault(!run.verdict.valid, `the run is invalid: ${invalidCodes(run.verdict)}`)
  fault(worst > 0.02, `percentiles are ${percent(worst)} off`)
  const rateOff = Math.abs(achievedPerSec / intendedPerSec - 1)
  fault(rateOff > 0.005, `the achieved rate is ${percent(rateOff)} off`)
  // A server that stands still sees those who came meanwhile all at once.
  const isExponential = spacing === 'poisson' && stall === undefined
  const { distance, critical } = gaps
  fault(
    isExponential && distance > critical,
    `gaps are ${distance.toFixed(3)} from exponential, beyond ${critical.toFixed(3)}`,
  )
  return faults
}

/** When the request of each person was meant to leave, on the machine's clock. */
function intendedOf({ scenario }: LoadedScenario, of: RunPlan | null): Map<number, number> {
  const { window, originEpochMs } = must(of, 'the plan of the run')
  const population = populationOf(scenario, 1)
  const { opensAtMs, endsAtMs } = window
  const plan = planArrivals(scenario, population, {
    seed: 1,
    untilWallSec: (endsAtMs - opensAtMs) / 1000,
  })
  const opensMs = originEpochMs + opensAtMs
  const intended = new Map<number, number>()
  for (let i = 0; i < plan.length; i++) {
    const sec = plan.fromWallSec + plan.keys[i]! * plan.quantumSec
    intended.set(personOf(population, plan.tickets[i]!), opensMs + sec * 1000)
  }
  return intended
}

function truthOf(
  given: TruthCase,
  { run, log, intended }: { run: RunRecord; log: TruthLog; intended: Map<number, number> },
): Truth {
  const { responseMs, count } = must(run.summary.steps['book'], 'the step')
  const responses = log.doneMs.map(([person, ms]) => ms - must(intended.get(person), 'a request'))
  const loggedMs = percentilesOf(responses)
  const recordedMs = eachShare((name) => must(responseMs[name], name))
  const off = eachShare((name) => Math.abs(recordedMs[name] / loggedMs[name] - 1))
  const { intendedRate, achievedRate } = run.audit
  return {
    name: given.name,
    requests: count,
    recordedMs,
    loggedMs,
    closedLoopMs: percentilesOf(closedLoop(given)),
    worst: Math.max(...Object.values(off)),
    intendedPerSec: must(intendedRate, 'a rate'),
    achievedPerSec: must(achievedRate, 'a rate'),
    gaps: exponentialDistance(
      log.cameMs.map(([, ms]) => ms),
      given.perSec,
    ),
    run,
  }
}

function eachShare<V>(of: (name: keyof typeof shares) => V): Record<keyof typeof shares, V> {
  return { p50: of('p50'), p90: of('p90'), p95: of('p95'), p99: of('p99') }
}

function percentilesOf(values: readonly number[]): TruthPercentiles {
  const sorted = values.toSorted((a, b) => a - b)
  return eachShare((name) => sorted[Math.ceil(shares[name] * sorted.length) - 1] ?? NaN)
}

/** Response times that ten clients would report that each wait for an answer before they ask again. */
function closedLoop({ forSec, stall }: TruthCase): number[] {
  const all: number[] = []
  const fromMs = (stall?.atSec ?? Infinity) * 1000
  const untilMs = fromMs + (stall?.forSec ?? 0) * 1000
  for (let client = 0; client < 10; client++) {
    let atMs = client * 20
    for (let k = 0; atMs < forSec * 1000; k++) {
      const ms = serviceMs.low + ((k * 7 + client) % 10) * ((serviceMs.high - serviceMs.low) / 9)
      const isStalled = atMs < untilMs && atMs + ms > fromMs
      const doneMs = isStalled ? Math.max(untilMs, atMs + ms) : atMs + ms
      all.push(doneMs - atMs)
      atMs = doneMs
    }
  }
  return all
}

/** Kolmogorov–Smirnov: largest distance of the gaps from 1 − exp(−λt), and its bound at 1%. */
function exponentialDistance(timesMs: readonly number[], perSec: number) {
  const sorted = timesMs.toSorted((a, b) => a - b)
  const gaps = sorted.slice(1).map((ms, i) => (ms - must(sorted[i], 'a time')) / 1000)
  const n = gaps.length
  const distance = gaps
    .toSorted((a, b) => a - b)
    .reduce((most, gap, i) => {
      const expected = 1 - Math.exp(-perSec * gap)
      return Math.max(most, Math.abs((i + 1) / n - expected), Math.abs(i / n - expected))
    }, 0)
  return { distance, critical: 1.628 / Math.sqrt(n) }
}

/** The server's process. */
class TruthServer {
  readonly port: number
  private readonly child: ChildProcess

  private constructor(child: ChildProcess, port: number) {
    this.child = child
    this.port = port
  }

  static async start(): Promise<TruthServer> {
    const entry = fileURLToPath(new URL('truth-server.ts', import.meta.url))
    const child = fork(entry, [String(serviceMs.low), String(serviceMs.high)], {
      serialization: 'advanced',
      execArgv: ['--disable-warning=ExperimentalWarning'],
    })
    const ready = await answerOf(child, 'ready')
    return new TruthServer(child, ready.port)
  }

  /** Stands still and goes on, both so long after the opening, which is `inMs` away. */
  async stall({ atSec, forSec }: { atSec: number; forSec: number }, inMs: number): Promise<void> {
    await pause(inMs + atSec * 1000)
    this.child.kill('SIGSTOP')
    await pause(forSec * 1000)
    this.child.kill('SIGCONT')
  }

  async log(): Promise<TruthLog> {
    const answer = answerOf(this.child, 'log')
    this.child.send('log')
    return (await answer).log
  }

  end(): void {
    this.child.kill('SIGCONT')
    this.child.kill('SIGKILL')
  }
}

function answerOf<K extends FromTruthServer['kind']>(
  child: ChildProcess,
  kind: K,
): Promise<Extract<FromTruthServer, { kind: K }>> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the server ended with code ${code}`)))
    child.once('message', (message) => {
      const answer = message as FromTruthServer
      if (answer.kind === kind) resolve(answer as Extract<FromTruthServer, { kind: K }>)
      else reject(new Error(`the server said ${answer.kind}, not ${kind}`))
    })
  })
}
