import { byMost, type Check } from './check.ts'
import type { Generated } from './generate.ts'

const rate = (perSec: number): string => Math.round(perSec).toLocaleString('en')

/** As the live engine judges a run: invalid over 50 ms at the 99th percentile. */
export function generatorCheck(generated: Generated): Check {
  const { maxPerSec, perCpuSec, scheduled, errors } = generated
  const { p99 } = scheduled.latenessMs
  const perCpu = perCpuSec === null ? '' : ` (${rate(perCpuSec)} a CPU-second)`
  const most = `one thread with ${generated.connections} connections sends ${rate(maxPerSec)} requests a second${perCpu}`
  const detail = `${most}; at ${rate(scheduled.perSec)} a second they are late by ${p99.toFixed(1)} ms (p99)`
  const status = errors > 0 ? 'fail' : byMost(p99, { ok: 10, warn: 50 })
  const failed = errors > 0 ? `; ${errors} came to nothing` : ''
  const remedy = status === 'ok' ? null : 'end what else runs here, and measure again'
  return { name: 'generator', status, detail: detail + failed, remedy }
}
