import { byLeast, byMost, ok, unknown, type Check } from './check.ts'
import type { Machine } from './machine.ts'

const whole = (value: number): string =>
  Number.isFinite(value) ? Math.round(value).toLocaleString('en') : 'unlimited'
const ms = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`
const percent = (share: number): string => `${(share * 100).toFixed(0)}%`

/** Judges a machine as one that load is generated on, and that a reference stack runs on. */
export function machineChecks(machine: Machine): Check[] {
  return [
    node(machine),
    cores(machine),
    memory(machine),
    descriptors(machine),
    backlog(machine),
    ports(machine),
    timeWait(machine),
    clock(machine),
    eventLoop(machine),
    busyness(machine),
  ]
}

function node({ node: version, tellsThreadCpu }: Machine): Check {
  if (tellsThreadCpu) return ok('node', `v${version}`)
  return {
    name: 'node',
    status: 'warn',
    detail: `v${version} does not tell the CPU time of one thread`,
    remedy: 'Node 24 does',
  }
}

/** The generator wants one of its own, or what it measures is its own wait for a turn. */
function cores({ cores: n }: Machine): Check {
  if (n >= 2) return ok('cores', whole(n))
  return {
    name: 'cores',
    status: 'warn',
    detail: 'one: the generator shares it with everything else',
    remedy: 'keep the target on another machine, and rates low',
  }
}

const gib = 1024 ** 3

function memory({ availableBytes }: Machine): Check {
  const status = byLeast(availableBytes, { ok: gib, warn: gib / 4 })
  const detail = `${(availableBytes / gib).toFixed(1)} GiB available`
  const remedy = status === 'ok' ? null : 'about 200 bytes are needed for each visitor that waits'
  return { name: 'memory', status, detail, remedy }
}

function descriptors({ descriptors: limits }: Machine): Check {
  if (limits === null) return unknown('descriptors')
  const { soft } = limits
  const status = byLeast(soft, { ok: 16_384, warn: 1024 })
  const detail = `${whole(soft)} at once: no more connections than that`
  const remedy =
    status === 'ok'
      ? null
      : '"ulimit -Hn 1048576" as root, or LimitNOFILE= in the unit that runs it'
  return { name: 'descriptors', status, detail, remedy }
}

/** It is the target's machine that needs it; on loopback that is this one. */
function backlog({ somaxconn, synBacklog }: Machine): Check {
  if (somaxconn === null) return unknown('backlog')
  const least = Math.min(somaxconn, synBacklog ?? somaxconn)
  const detail = `a server here may keep ${whole(least)} connections waiting to be accepted`
  if (least >= 4096) return ok('backlog', detail)
  return {
    name: 'backlog',
    status: 'warn',
    detail: `${detail}: beyond that a surge sees connections time out`,
    remedy: 'sysctl -w net.core.somaxconn=65535 net.ipv4.tcp_max_syn_backlog=65535',
  }
}

/** A port is taken for a minute after its connection has been closed. */
const timeWaitSec = 60

function ports({ ports: range }: Machine): Check {
  if (range === null) return unknown('ports')
  const n = range.to - range.from + 1
  const detail = `${whole(n)} a source address, good for ${whole(n / timeWaitSec)} new connections a second for ever`
  if (n >= 20_000) return ok('ports', detail)
  const remedy = 'sysctl -w net.ipv4.ip_local_port_range="10240 65535"'
  return { name: 'ports', status: byLeast(n, { ok: 20_000, warn: 1000 }), detail, remedy }
}

function timeWait({ timeWaitReuse, timeWait: n, ports: range }: Machine): Check {
  if (timeWaitReuse === null || n === null) return unknown('TIME_WAIT')
  const detail = `${whole(n)} connections in it`
  if (range !== null && n > (range.to - range.from + 1) / 2) {
    const remedy = `wait ${timeWaitSec} s before the next run`
    return { name: 'TIME_WAIT', status: 'warn', detail: `${detail}: ports run short`, remedy }
  }
  const where = timeWaitReuse === 1 ? '' : ', on loopback alone'
  if (timeWaitReuse > 0) return ok('TIME_WAIT', `${detail}; their ports are used again${where}`)
  const remedy = 'sysctl -w net.ipv4.tcp_tw_reuse=2'
  return {
    name: 'TIME_WAIT',
    status: 'warn',
    detail: `${detail}; their ports are not used again`,
    remedy,
  }
}

function clock({ clock: { stepUs, lookNs, epochDriftMs } }: Machine): Check {
  const detail = `steps of ${stepUs.toFixed(2)} µs, ${whole(lookNs)} ns a look`
  if (Math.abs(epochDriftMs) > 5) {
    return {
      name: 'clock',
      status: 'warn',
      detail: `${detail}; the time of day jumped by ${ms(epochDriftMs)} in a second`,
      remedy: 'let the time service settle: an opening is at a time of day',
    }
  }
  const step = byMost(stepUs, { ok: 10, warn: 1000 })
  const look = byMost(lookNs, { ok: 1000, warn: Infinity })
  if (step === 'ok' && look === 'ok') return ok('clock', detail)
  return {
    name: 'clock',
    status: step === 'ok' ? look : step,
    detail,
    remedy: 'see /sys/devices/system/clocksource: tsc, kvm-clock or arch_sys_counter are fast',
  }
}

/** A run whose lateness is over 50 ms at the 99th percentile is invalid. */
const maxLateMs = { ok: 5, warn: 50 }

function eventLoop({ clock: { lagMs } }: Machine): Check {
  const status = byMost(lagMs.p99, maxLateMs)
  const detail = `timers are late by ${ms(lagMs.p99)} (p99), ${ms(lagMs.max)} at most`
  const remedy = status === 'ok' ? null : 'something else has the CPU: give the generator its own'
  return { name: 'event loop', status, detail, remedy }
}

function busyness({ cpuPressure, loadPerCore }: Machine): Check {
  const remedy = 'end what else runs here: it takes its share of the generator and of the target'
  if (cpuPressure !== null) {
    const detail = `something waited for a CPU ${percent(cpuPressure)} of the last 10 s`
    if (cpuPressure <= 0.1) return ok('other load', detail)
    return { name: 'other load', status: 'warn', detail, remedy }
  }
  if (loadPerCore === null) return unknown('other load')
  const detail = `${loadPerCore.toFixed(2)} tasks a core wanted to run over the last minute`
  if (loadPerCore <= 0.5) return ok('other load', detail)
  return { name: 'other load', status: 'warn', detail, remedy }
}
