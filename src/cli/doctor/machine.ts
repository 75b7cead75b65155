import { readFile } from 'node:fs/promises'
import { availableParallelism, loadavg, platform } from 'node:os'
import { systemClock } from '../../core/clock.ts'
import { measureClock, type ClockFacts } from './clock-facts.ts'

/** What this machine is like; `null` what it does not tell. */
export interface Machine {
  readonly node: string
  /** Whether Node tells the CPU time of one thread. */
  readonly tellsThreadCpu: boolean
  readonly descriptors: { readonly soft: number; readonly hard: number } | null
  /** Connections that may wait to be accepted. */
  readonly somaxconn: number | null
  readonly synBacklog: number | null
  /** Ports that connections are made from. */
  readonly ports: { readonly from: number; readonly to: number } | null
  /** `net.ipv4.tcp_tw_reuse`: 0 off, 1 on, 2 on loopback. */
  readonly timeWaitReuse: number | null
  /** Connections in TIME_WAIT. */
  readonly timeWait: number | null
  readonly clock: ClockFacts
  readonly cores: number
  readonly availableBytes: number
  /** Share of the last 10 s in which something waited for a CPU. */
  readonly cpuPressure: number | null
  /** Runnable tasks over the last minute, a core. */
  readonly loadPerCore: number | null
}

/** Takes a second: the clock and the event loop are watched for so long. */
export async function readMachine(): Promise<Machine> {
  const [somaxconn, synBacklog, ports, reuse, sockets, pressure] = await Promise.all(
    [
      '/proc/sys/net/core/somaxconn',
      '/proc/sys/net/ipv4/tcp_max_syn_backlog',
      '/proc/sys/net/ipv4/ip_local_port_range',
      '/proc/sys/net/ipv4/tcp_tw_reuse',
      '/proc/net/sockstat',
      '/proc/pressure/cpu',
    ].map(textOf),
  )
  const cores = availableParallelism()
  return {
    node: process.versions.node,
    tellsThreadCpu: typeof process.threadCpuUsage === 'function',
    descriptors: descriptors(),
    somaxconn: numberIn(/^(\d+)\s*$/, somaxconn),
    synBacklog: numberIn(/^(\d+)\s*$/, synBacklog),
    ports: portRange(ports),
    timeWaitReuse: numberIn(/^(\d+)\s*$/, reuse),
    timeWait: numberIn(/^TCP: .*\btw (\d+)/m, sockets),
    clock: await measureClock(systemClock),
    cores,
    availableBytes: process.availableMemory(),
    cpuPressure: shareIn(/^some avg10=([\d.]+)/m, pressure),
    loadPerCore: platform() === 'win32' ? null : (loadavg()[0] ?? 0) / cores,
  }
}

const textOf = (path: string): Promise<string | null> => readFile(path, 'utf8').catch(() => null)

export function numberIn(form: RegExp, text: string | null | undefined): number | null {
  const found = form.exec(text ?? '')?.[1]
  return found === undefined ? null : Number(found)
}

function shareIn(form: RegExp, text: string | null | undefined): number | null {
  const percent = numberIn(form, text)
  return percent === null ? null : percent / 100
}

export function portRange(text: string | null | undefined): Machine['ports'] {
  const found = /^(\d+)\s+(\d+)\s*$/.exec(text ?? '')
  return found === null ? null : { from: Number(found[1]), to: Number(found[2]) }
}

interface UserLimits {
  readonly userLimits?: Readonly<Record<string, Readonly<Record<'soft' | 'hard', unknown>>>>
}

/** Those of this process: Node raises the soft limit to the hard one when it starts. */
function descriptors(): Machine['descriptors'] {
  const report: NodeJS.ProcessReport & { excludeNetwork?: boolean } = process.report
  // Names of the hosts that are connected would be looked up.
  const before = report.excludeNetwork ?? false
  report.excludeNetwork = true
  const { userLimits } = report.getReport() as UserLimits
  report.excludeNetwork = before
  const limits = userLimits?.['open_files']
  if (limits === undefined) return null
  const limit = (value: unknown): number => (value === 'unlimited' ? Infinity : Number(value))
  return { soft: limit(limits.soft), hard: limit(limits.hard) }
}
