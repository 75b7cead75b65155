import { expect, test } from 'vitest'
import { systemClock } from '../../core/clock.ts'
import type { RunRecord } from '../../record/run.ts'
import { loadScenario } from '../../scenario/load/load.ts'
import { missesCheck, type CountCheck } from './count-check.ts'
import { runSimulation } from './run.ts'

test('a check is missed when it falls due, and neither before nor again', () => {
  const checks: CountCheck[] = [{ count: 'tickets', atSec: 120, min: 10, max: 20 }]
  const at = (atSec: number, tickets: number) => ({ atSec, tickets, booked: 0 })
  expect(missesCheck(checks, 0, at(60, 5))).toBe(false)
  expect(missesCheck(checks, 60, at(120, 9))).toBe(true)
  expect(missesCheck(checks, 60, at(120, 10))).toBe(false)
  expect(missesCheck(checks, 60, at(180, 20))).toBe(false)
  expect(missesCheck(checks, 60, at(120, 21))).toBe(true)
  expect(missesCheck(checks, 120, at(180, 30))).toBe(false)
  expect(missesCheck([{ ...checks[0]!, count: 'booked' }], 60, at(120, 15))).toBe(true)
})

const environment = {
  clock: systemClock,
  versions: {},
  host: {},
  rssBytes: () => 1,
  cpuMs: () => 0,
}
const loaded = await loadScenario('smoke', { allowCode: false })
const run = (checks: CountCheck[]): RunRecord =>
  runSimulation(loaded, { seed: 1, population: 1, speed: 1, checks }, environment)
const outcomeOf = ({ summary, timeline, histograms, verdict }: RunRecord) => ({
  summary,
  timeline,
  histograms,
  verdict,
})

test('checks that hold change nothing of a run; one that is missed ends it there', () => {
  const whole = run([])
  const bucket = 3
  const { bucketSec, startSec, arrivals, booked } = whole.timeline
  const atSec = startSec + bucket * bucketSec - Date.parse(whole.header.opensAt) / 1000
  const sum = (series: number[]) => series.slice(0, bucket).reduce((a, b) => a + b, 0)
  const exact = (count: CountCheck['count'], seen: number): CountCheck => ({
    count,
    atSec,
    min: seen,
    max: seen,
  })
  const checks = [exact('tickets', sum(arrivals)), exact('booked', sum(booked))]
  expect(outcomeOf(run(checks))).toEqual(outcomeOf(whole))

  const missed = run([{ ...checks[0]!, min: sum(arrivals) + 1, max: Infinity }])
  expect(missed.verdict.valid).toBe(false)
  expect(missed.verdict.ending).toEqual({ kind: 'cutShort', detail: { code: 'CountMissed' } })
  expect(Date.parse(missed.header.endsAt) - Date.parse(whole.header.opensAt)).toBe(atSec * 1000)
  expect(sum(missed.timeline.arrivals)).toBe(sum(arrivals))
  expect(missed.summary.visitors.arrived).toBe(sum(arrivals))
})
