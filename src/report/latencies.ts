import type { K6Audit, LiveAudit, Percentiles, RunRecord, StepSummary } from '../record/run.ts'
import { latencies } from './charts/histograms.ts'
import { isSimulated } from './engine.ts'

/** Response times, by one of the clocks: of a step, or of the calls of the waiting room. */
export interface LatencyRow {
  what: string
  clock: string
  /** How many are counted; `null` where the record does not say. */
  count: number | null
  times: Percentiles | null
}

const clocks = {
  intended: 'intended start',
  sent: 'send',
  connect: 'connect and TLS',
  /** Nothing lies between the two in a simulation, and nobody connects. */
  simulated: 'simulated, no network',
  /** Of k6, whose `sent` begins when the connection stands. */
  actual: 'actual send, connecting',
  logged: 'server, from the log',
  upstream: 'behind it, from the log',
} as const

/** Those that the recorder keeps in its histograms: an answer came, or its timeout did. */
function timedOf({ outcomes }: StepSummary): number {
  const { ok, http4xx, http5xx, malformed, timeout } = outcomes
  return ok + http4xx + http5xx + malformed + timeout
}

function stepRows(run: RunRecord, [what, step]: [string, StepSummary]): LatencyRow[] {
  const count = timedOf(step)
  const total = (name: string) => latencies(run, `${name}.${what}`)?.total() ?? count
  const { responseMs, serviceMs, connectMs } = step
  if (isSimulated(run)) return [{ what, clock: clocks.simulated, count, times: responseMs }]
  if (run.header.engine === 'log') {
    return [
      { what, clock: clocks.logged, count: total('responseUs'), times: responseMs },
      { what, clock: clocks.upstream, count: total('serviceUs'), times: serviceMs },
    ]
  }
  const first = run.header.timing === 'sent-only' ? clocks.actual : clocks.intended
  return [
    { what, clock: first, count: total('responseUs'), times: responseMs },
    { what, clock: clocks.sent, count: total('serviceUs'), times: serviceMs },
    {
      what,
      clock: clocks.connect,
      count: connectMs === null ? 0 : total('connectUs'),
      times: connectMs,
    },
  ]
}

function gateRows({ gateCalls }: LiveAudit): LatencyRow[] {
  if (gateCalls.count === 0) return []
  const what = 'waiting room'
  const { outcomes, serviceMs, connectMs } = gateCalls
  const unsent = outcomes.refused + outcomes.connectTimeout + outcomes.dropped
  return [
    { what, clock: clocks.sent, count: gateCalls.count - unsent, times: serviceMs },
    { what, clock: clocks.connect, count: null, times: connectMs },
  ]
}

/** k6 tells no time to connect of these. */
function k6GateRows({ gateCalls }: K6Audit): LatencyRow[] {
  if (gateCalls.count === 0) return []
  const { refused, reset, connectTimeout, dropped } = gateCalls.outcomes
  const timed = gateCalls.count - refused - reset - connectTimeout - dropped
  const times = gateCalls.serviceMs
  return [{ what: 'waiting room', clock: clocks.sent, count: timed, times }]
}

/** Three clocks a step: intended start, send, connection. Of a simulated run there is but one. */
export function latencyRows(run: RunRecord): LatencyRow[] {
  const { live, k6 } = run.audit
  const steps = Object.entries(run.summary.steps).flatMap((step) => stepRows(run, step))
  return [
    ...steps,
    ...(live === undefined ? [] : gateRows(live)),
    ...(k6 === undefined ? [] : k6GateRows(k6)),
  ]
}
