import { describe, expect, test } from 'vitest'
import {
  gateCallRows,
  generatorRows,
  liveRunsOf,
  meansText,
  scheduleSentence,
} from './generator.ts'
import { liveRun, named } from './testing/live-run.ts'
import { sampleRun } from './testing/sample-run.ts'

function rowOf(start: string, run = liveRun()) {
  const row = generatorRows.find(({ label }) => label.startsWith(start))
  if (row === undefined) throw new Error(`no row ${start}`)
  return { text: row.of(run), ok: row.ok?.(run), load: row.load?.(run) }
}

describe('the generator', () => {
  test('is told of live runs only', () => {
    const live = named(liveRun())
    expect(liveRunsOf([named(sampleRun()), live])).toEqual([live])
  })

  test('says how the requests went to the target', () => {
    expect(meansText(liveRun())).toBe(
      'http://127.0.0.1:8080 over HTTP (transport wire, one connection per visitor, 1 generator thread)',
    )
    const pooled = liveRun()
    Object.assign(pooled.audit.live, {
      connections: { mode: 'pool', connections: 64 },
      workers: 3,
    })
    expect(meansText(pooled)).toMatch(/a pool of 64 connections, 3 generator threads\)$/)
  })

  test('holds lateness and drops against their limits', () => {
    const run = liveRun()
    run.audit.latenessMs = { p50: 0.5, p99: 25, max: 80 }
    expect(rowOf('… p99 (limit 50 ms)', run)).toEqual({
      text: '25 ms',
      ok: true,
      load: 0.5,
    })
    expect(scheduleSentence(run)).toBe(
      'The generator kept its schedule: its lateness at p99 was 25 ms (limit 50 ms); none was dropped.',
    )
    run.audit.latenessMs.p99 = 51
    expect(rowOf('… p99', run).ok).toBe(false)
    expect(scheduleSentence(run)).toMatch(/^The generator did not keep its schedule: /)
    const lossy = liveRun()
    Object.assign(lossy.audit, { events: 990, dropped: { generator: 10, ceiling: 3 } })
    expect(rowOf('Dropped', lossy)).toEqual({ text: '10 (1%)', ok: false, load: 2 })
    expect(scheduleSentence(lossy)).toContain('10 (1%) could not be sent (limit 0.5%)')
    expect(rowOf('Held back', lossy).text).toBe('3')
  })

  test('compares the rate that was achieved with the intended one', () => {
    const run = liveRun()
    Object.assign(run.audit, { intendedRate: 200, achievedRate: 199 })
    expect(rowOf('… achieved', run).text).toBe('199/s (−0.5%)')
    run.audit.achievedRate = 200
    expect(rowOf('… achieved', run).text).toBe('200/s (±0%)')
    Object.assign(run.audit, { intendedRate: null, achievedRate: null })
    expect(rowOf('… achieved', run).text).toBe('–')
  })

  test('maxima of several threads are bounds', () => {
    const run = liveRun()
    Object.assign(run.audit.live, { maxInFlight: 1200, workers: 1 })
    expect(rowOf('Peak requests in flight', run).text).toBe('1,200')
    run.audit.live.workers = 2
    expect(rowOf('Peak requests in flight', run).text).toBe('at most 1,200')
  })

  test('had nothing to send, and says so', () => {
    const run = liveRun()
    run.audit.latenessMs = null
    expect(scheduleSentence(run)).toBe(
      'The generator kept its schedule: it had nothing to send; none was dropped.',
    )
    expect(rowOf('… p99', run).text).toBe('–')
  })
})

describe('calls of the waiting room', () => {
  test('by how they ended: what never happened is no row, but that all went well is', () => {
    const run = liveRun()
    const { gateCalls } = run.audit.live
    Object.assign(gateCalls, { count: 1000, polls: 900 })
    Object.assign(gateCalls.outcomes, { ok: 990, refused: 10 })
    expect(gateCallRows([run])).toEqual([
      { label: 'Calls answered or given up', cells: ['1,000'] },
      { label: 'Polls that were due', cells: ['900'] },
      { label: 'Ended: answered', cells: ['990 (99%)'] },
      { label: 'Ended: connection refused', cells: ['10 (1%)'] },
    ])
  })

  test('of a run without a waiting room there are none', () => {
    const run = liveRun()
    run.audit.live.gateCalls.count = 0
    expect(gateCallRows([run])).toEqual([])
  })
})
