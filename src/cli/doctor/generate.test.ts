import { describe, expect, test } from 'vitest'
import { systemClock } from '../../core/clock.ts'
import { measureGenerator, type Generated } from './generate.ts'
import { generatorCheck } from './generator-check.ts'

const options = {
  clock: systemClock,
  cpuMs: null,
  connections: 8,
  partMs: 100,
  signal: new AbortController().signal,
}

describe('measureGenerator', () => {
  test('measures, and every request is answered', async () => {
    const generated = await measureGenerator(options)
    const { maxPerSec, scheduled, errors, perCpuSec } = generated
    expect(maxPerSec).toBeGreaterThan(0)
    expect(scheduled.perSec).toBeCloseTo(maxPerSec * 0.7)
    expect(scheduled.answeredPerSec).toBeGreaterThan(0)
    const { p50, p99, max } = scheduled.latenessMs
    expect([0, p50, p99, max]).toEqual([0, p50, p99, max].toSorted((a, b) => a - b))
    expect([errors, perCpuSec]).toEqual([0, null])
  })

  test('counts by CPU time where that is told', async () => {
    let ms = 0
    const generated = await measureGenerator({ ...options, cpuMs: () => (ms += 250) })
    // A quarter of a second of CPU time, and at least a tenth by the clock: 0.1 / 0.25.
    expect(generated.perCpuSec).toBeGreaterThan(generated.maxPerSec * 0.39)
  })

  test('is stopped', async () => {
    const controller = new AbortController()
    const measuring = measureGenerator({ ...options, partMs: 60_000, signal: controller.signal })
    controller.abort()
    await expect(measuring).rejects.toMatchObject({ kind: 'interrupted' })
  })
})

describe('generatorCheck', () => {
  const generated: Generated = {
    connections: 64,
    maxPerSec: 73_661.3,
    perCpuSec: 161_974.2,
    scheduled: {
      perSec: 51_562.9,
      answeredPerSec: 51_515,
      latenessMs: { p50: 0.1, p99: 5.61, max: 9 },
    },
    errors: 0,
  }
  const late = (p99: number) =>
    generatorCheck({
      ...generated,
      scheduled: { ...generated.scheduled, latenessMs: { p50: 0, p99, max: p99 } },
    }).status

  test('says what was measured', () => {
    expect(generatorCheck(generated)).toEqual({
      name: 'generator',
      status: 'ok',
      detail:
        'one thread with 64 connections sends 73,661 requests a second (161,974 a CPU-second); ' +
        'at 51,563 a second they are late by 5.6 ms (p99)',
      remedy: null,
    })
    expect(generatorCheck({ ...generated, perCpuSec: null }).detail).not.toContain('CPU')
  })

  test('judges by what would make a run invalid', () => {
    expect([10, 10.1, 50, 50.1].map(late)).toEqual(['ok', 'warn', 'warn', 'fail'])
    expect(generatorCheck({ ...generated, errors: 3 })).toMatchObject({
      status: 'fail',
      detail: expect.stringMatching(/; 3 came to nothing$/) as unknown,
    })
  })
})
