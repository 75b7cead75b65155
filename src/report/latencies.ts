import type { LiveAudit, Percentiles, RunRecord, StepSummary } from '../record/run.ts'
import { latencies } from './charts/histograms.ts'
import { isSimulated } from './engine.ts'

/** How long answers took, by one of the clocks: of a step, or of the calls of the waiting room. */
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
  return [
    { what, clock: clocks.intended, count: total('responseUs'), times: responseMs },
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

/** Three clocks a step: intended start, send, connection. Of a simulated run there is but one. */
export function latencyRows(run: RunRecord): LatencyRow[] {
  const { live } = run.audit
  const steps = Object.entries(run.summary.steps).flatMap((step) => stepRows(run, step))
  return live === undefined ? steps : [...steps, ...gateRows(live)]
}
