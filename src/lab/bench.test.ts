import { describe, expect, test } from 'vitest'
import type { BenchSummary, Measurement } from './bench-targets.ts'
import { runScript } from './testing/script.ts'

const linesOf = (out: string) => out.trimEnd().split('\n')

describe('npm run bench', () => {
  test('measures the cases asked for, each on a line, and sums up on the last', async () => {
    const { code, out } = await runScript('bench.ts', ['--cases', 'floor,smoke', '--small'])
    expect(code).toBe(0)
    const lines = linesOf(out)
    expect(lines).toHaveLength(3)
    const [floor, smoke] = lines.slice(0, 2).map((line) => JSON.parse(line) as Measurement)
    expect(floor).toMatchObject({ case: 'floor', population: 0.05, tickets: 300_000 })
    // An arrival and five services each; those still there at the end lack some of theirs.
    expect(floor?.fired).toBeLessThanOrEqual(1_800_000)
    expect(floor?.fired).toBeGreaterThan(1_799_000)
    // Every service that ended had begun, and nearly every one that began has ended.
    expect(floor?.events).toBeGreaterThanOrEqual((floor?.fired ?? 0) + 1_499_000)
    expect(floor?.events).toBeLessThanOrEqual((floor?.fired ?? 0) + 1_500_000)
    expect(floor?.eventsPerSec).toBeCloseTo((floor?.events ?? 0) / (floor?.wallSec ?? 1), -5)
    // 300,000 rows of 44 bytes and a plan, on top of Node itself.
    expect(floor?.peakRssBytes).toBeGreaterThan(50e6)
    expect(floor?.peakRssBytes).toBeLessThan(400e6)
    expect(smoke).toMatchObject({ case: 'smoke', population: 1 })
    // Two thousand people, four in five of whom come with 1.2 devices each; some come back.
    expect(smoke?.tickets).toBeGreaterThanOrEqual(1900)
    const last = JSON.parse(lines[2] ?? '') as BenchSummary
    expect(last.summary).toEqual({ nightOverFloor: null, x10TimeRatio: null })
    expect(last.targets).toEqual([])
    expect(last.machine['node']).toBe(process.versions.node)
  })

  test('the same crowd and the same events each time', async () => {
    const run = () => runScript('bench.ts', ['--cases', 'night', '--population', '0.005'])
    const [a, b] = (await Promise.all([run(), run()])).map(
      ({ out }) => JSON.parse(linesOf(out)[0] ?? '') as Measurement,
    )
    expect(a?.tickets).toBeGreaterThan(20_000)
    expect({ tickets: a?.tickets, events: a?.events }).toEqual({
      tickets: b?.tickets,
      events: b?.events,
    })
  })

  test('an unknown case is bad usage', async () => {
    const { code, out, err } = await runScript('bench.ts', ['--cases', 'floor,nigth'])
    expect(code).toBe(2)
    expect(out).toBe('')
    expect(err).toContain('There is no case "nigth"; there are floor, night, night-x10, smoke.')
  })
})
