/**
 * `npm run bench:k6 [-- --speed 20 --only 50]`: k6 beside the live engine on the same scenario, stack and machine, as
 * JSON lines. Everybody waits (the gate admits next to nobody), in a small line and in a larger one: what
 * each further visitor costs is the difference, and what is left the generator's own. Needs k6 and Linux.
 */
import { readFileSync } from 'node:fs'
import { systemClock } from '../core/clock.ts'
import { must } from '../core/assert.ts'
import { pathOf } from '../cli/k6-binary.ts'
import { childrenOf } from '../cli/testing/live-stack.ts'
import { rehearseOnStack } from '../cli/testing/rehearse-on-stack.ts'
import { msToSec } from '../core/units.ts'

const engines = {
  live: ['--engine', 'live'],
  'k6, 1 visitor to a VU': ['--engine', 'k6'],
  'k6, 50 visitors to a VU': ['--engine', 'k6', '--visitors-per-vu', '50'],
} as const

/** Shares of the scenario's crowd. */
const sizes = ['0.1', '0.5'] as const
const closed = ['--set', 'waitingRoom.admission.perSecPerInstance=0.05']
const ticksPerSec = 100

interface Measured {
  readonly visitors: number
  readonly requests: number
  readonly cpuSec: number
  readonly rssBytes: number
}

/** CPU time and peak memory so far of a process; `null` once it is gone. */
function usageOf(pid: number): { cpuSec: number; rssBytes: number } | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    const ticks = Number(fields[11]) + Number(fields[12])
    return { cpuSec: ticks / ticksPerSec, rssBytes: Number(peak ?? 0) * 1024 }
  } catch {
    return null
  }
}

async function measure(engine: readonly string[], size: string, speed: string): Promise<Measured> {
  const isK6 = engine.includes('k6')
  let seen = { cpuSec: 0, rssBytes: 0 }
  const { summary, audit } = await rehearseOnStack({
    scenario: 'smoke',
    common: ['--population', size, '--speed', speed, ...closed],
    engine,
    watch: (rehearsal) => {
      // Of a rehearsal by k6 only k6 itself: the import comes after the run.
      const pid = isK6 ? childrenOf(rehearsal)[0] : rehearsal
      const now = pid === undefined ? null : usageOf(pid)
      // A process that is about to go has no memory any more.
      if (now !== null && now.rssBytes > 0) seen = now
    },
  })
  return { visitors: summary.visitors.queued, requests: audit.events, ...seen }
}

const option = (name: string): string | undefined => {
  const at = process.argv.indexOf(name)
  return at < 0 ? undefined : process.argv[at + 1]
}
const speed = option('--speed') ?? '20'
const only = option('--only') ?? ''
process.env['DAMBREAK_K6'] = must(pathOf(process.env), 'k6 (DAMBREAK_K6, PATH or ~/go/bin)')
for (const [engine, args] of Object.entries(engines)) {
  if (!engine.includes(only)) continue
  const startMs = systemClock.monotonicMs()
  const [small, large] = [
    await measure(args, sizes[0], speed),
    await measure(args, sizes[1], speed),
  ]
  const more = large.visitors - small.visitors
  const line = {
    engine,
    visitors: large.visitors,
    requests: large.requests,
    requestsPerCpuSec: Math.round(large.requests / large.cpuSec),
    rssBytes: large.rssBytes,
    bytesPerFurtherVisitor: Math.round((large.rssBytes - small.rssBytes) / more),
    wallSec: Math.round(msToSec(systemClock.monotonicMs() - startMs)),
  }
  console.log(JSON.stringify(line))
}
