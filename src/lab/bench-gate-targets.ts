import { median } from 'simple-statistics'
import { bytesToMB } from '../core/units.ts'

/** What the gate's bench measures, and what it is held against. Nothing here runs anything. */

export interface TicketsMeasured {
  readonly tickets: number
  readonly wallSec: number
  readonly cpuSec: number
  readonly ticketsPerSec: number
  readonly rssBytes: number
  readonly peakRssBytes: number
  readonly bytesPerTicket: number
}

/** One run of load on one server. */
export interface LoadMeasured {
  readonly server: 'gate' | 'bare'
  readonly requests: number
  readonly requestsPerSec: number
  /** What one core would answer: by the server's own processor time, whoever else is at work. */
  readonly requestsPerCpuSec: number
  readonly rssBytes: number
}

export interface GateBenchSummary {
  /** Medians over the runs. */
  readonly gatePerCpuSec: number
  readonly barePerCpuSec: number
  readonly ratioPerCpuSec: number
  /** By the wall clock: near 1 whatever the gate does where the load, not the server, is the limit. */
  readonly ratioPerSec: number
  readonly rssMB: number
}

export interface GateTarget {
  readonly name: string
  readonly target: string
  readonly observed: number
  readonly met: boolean
}

const maxRssMB = 500
const minRatio = 0.8

export function summariseGateBench(
  tickets: TicketsMeasured,
  loads: readonly LoadMeasured[],
): { summary: GateBenchSummary; targets: GateTarget[] } {
  const of = (server: LoadMeasured['server'], what: 'requestsPerSec' | 'requestsPerCpuSec') =>
    median(loads.filter((one) => one.server === server).map((one) => one[what]))
  const gatePerCpuSec = of('gate', 'requestsPerCpuSec')
  const barePerCpuSec = of('bare', 'requestsPerCpuSec')
  const ratioPerCpuSec = gatePerCpuSec / barePerCpuSec
  const rssOfGate = loads.filter(({ server }) => server === 'gate').map((one) => one.rssBytes)
  const rssMB = bytesToMB(Math.max(tickets.peakRssBytes, ...rssOfGate))
  return {
    summary: {
      gatePerCpuSec,
      barePerCpuSec,
      ratioPerCpuSec,
      ratioPerSec: of('gate', 'requestsPerSec') / of('bare', 'requestsPerSec'),
      rssMB,
    },
    targets: [
      {
        name: 'gate.rssMB',
        target: `at most ${maxRssMB} MB`,
        observed: rssMB,
        met: rssMB <= maxRssMB,
      },
      {
        name: 'gate.ratioPerCpuSec',
        target: `at least ${minRatio} × bare`,
        observed: ratioPerCpuSec,
        met: ratioPerCpuSec >= minRatio,
      },
    ],
  }
}
