import { describe, expect, test } from 'vitest'
import { summariseGateBench, type TicketsMeasured } from './bench-gate-targets.ts'
import { runScript } from './testing/script.ts'

const tickets: TicketsMeasured = {
  tickets: 6_000_000,
  wallSec: 20,
  cpuSec: 15,
  ticketsPerSec: 300_000,
  rssBytes: 380e6,
  peakRssBytes: 400e6,
  bytesPerTicket: 40,
}

describe('npm run bench:gate', () => {
  test('prints the tickets, each run of load, and the ratios', async () => {
    const small = ['--tickets', '20000', '--seconds', '1', '--rounds', '1', '--warm-up', '0']
    const { code, out, err } = await runScript('bench-gate.ts', small)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines.map((line) => line['server'] ?? line['case'] ?? 'summary')).toEqual([
      'tickets',
      'gate',
      'bare',
      'summary',
    ])
    expect(lines[0]).toMatchObject({ tickets: 20_000 })
    for (const { requests } of lines.slice(1, 3)) expect(requests).toBeGreaterThan(100)
    expect(lines[3]).toMatchObject({
      targets: [
        { name: 'gate.rssMB', target: 'at most 500 MB' },
        { name: 'gate.ratioPerCpuSec', target: 'at least 0.8 × bare' },
      ],
    })
  })

  test('an unknown option is bad usage', async () => {
    expect(await runScript('bench-gate.ts', ['--ticket', '5'])).toMatchObject({ code: 2, out: '' })
  })
})

test('the ratios are those of the medians, and memory that of the worst moment', () => {
  const load = (server: 'gate' | 'bare', requestsPerCpuSec: number, rssBytes = 1e6) => ({
    server,
    requests: 1000,
    requestsPerSec: requestsPerCpuSec / 2,
    requestsPerCpuSec,
    rssBytes,
  })
  const loads = [
    load('gate', 100),
    load('bare', 200),
    load('bare', 10),
    load('gate', 150, 510e6),
    load('gate', 900),
    load('bare', 190),
  ]
  expect(summariseGateBench(tickets, loads)).toEqual({
    summary: {
      gatePerCpuSec: 150,
      barePerCpuSec: 190,
      ratioPerCpuSec: 150 / 190,
      ratioPerSec: 150 / 190,
      rssMB: 510,
    },
    targets: [
      { name: 'gate.rssMB', target: 'at most 500 MB', observed: 510, met: false },
      {
        name: 'gate.ratioPerCpuSec',
        target: 'at least 0.8 × bare',
        observed: 150 / 190,
        met: false,
      },
    ],
  })
})
