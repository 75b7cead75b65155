import { expect } from 'vitest'
import { endNames, type OutcomeName } from '../../core/codes.ts'
import { addEncoded } from '../../record/codec.ts'
import { Histogram, layoutOf } from '../../record/histogram.ts'
import { runFaults } from '../../record/run-faults.ts'
import { parseRun } from '../../record/run-schema.ts'
import type { Percentiles, RunRecord } from '../../record/run.ts'
import { serialiseRun } from '../../record/serialise.ts'
import type { LoadedScenario } from '../../scenario/load/parse.ts'
import { timedEvents } from '../../scenario/plan-times.ts'
import { must } from '../../core/assert.ts'

/** What must hold of the record of any run, whatever engine performed it. */

export const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

/** Values in one of a run's histograms over the whole run. */
function totalOf({ histograms }: RunRecord, name: string): number {
  const histogram = new Histogram(must(layoutOf(name), `a layout for ${name}`))
  addEncoded(must(histograms[name], name), histogram)
  return histogram.total()
}

/** Outcomes whose latencies are kept: an answer came, or its timeout did. */
const timed: readonly OutcomeName[] = ['ok', 'http4xx', 'http5xx', 'malformed', 'timeout']

export function expectLaws(run: RunRecord, loaded: LoadedScenario): void {
  expectWholeness(run)
  expectStages(run)
  expectRequests(run)
  expectPeople(run, loaded)
  expectNobodyInHalts(run, loaded)
}

/** It is a record by our own rules, also after a way through a file. */
function expectWholeness(run: RunRecord): void {
  expect(runFaults(run)).toEqual([])
  const read = parseRun(JSON.parse(serialiseRun(run)), 'this run')
  expect(read.summary).toEqual(run.summary)
  expect(read.timeline).toEqual(run.timeline)
  const { visitors } = run.summary
  expect(sum(endNames.map((end) => visitors[end]))).toBe(visitors.arrived)
  expect(sum(run.timeline.arrivals)).toBe(visitors.arrived)
}

/** From stage to stage they can only become fewer, and everyone who queues has waited once. */
function expectStages(run: RunRecord): void {
  const { visitors, waitSec, admittedWaitSec, errorShare } = run.summary
  expect(visitors.reentries).toBeLessThanOrEqual(visitors.arrived)
  expect(visitors.queued).toBeLessThanOrEqual(visitors.arrived)
  expect(visitors.admitted).toBeLessThanOrEqual(visitors.queued)
  expect(visitors.bypassed).toBeLessThanOrEqual(visitors.arrived - visitors.admitted)
  expect(totalOf(run, 'admittedWaitMs')).toBe(visitors.admitted)
  const waits = totalOf(run, 'admittedWaitMs') + totalOf(run, 'censoredWaitMs')
  expect(waits).toBe(visitors.queued)
  expectRising(waitSec)
  expectRising(admittedWaitSec)
  const errors = visitors.refused + visitors.timedOut + visitors.failed + visitors.dropped
  expect(errorShare).toBe(visitors.arrived === 0 ? null : errors / visitors.arrived)
}

/** What is known of the percentiles rises, and begins at 0 at the earliest. */
function expectRising({ p05, p50, p90, p95, p99, max }: Percentiles): void {
  const known = [p05, p50, p90, p95, p99, max].filter((value) => value !== null)
  expect(known).toEqual(known.toSorted((a, b) => a - b))
  expect(known[0] ?? 0).toBeGreaterThanOrEqual(0)
}

function expectRequests(run: RunRecord): void {
  const { summary, timeline } = run
  for (const [name, step] of Object.entries(summary.steps)) {
    expect(sum(Object.values(step.outcomes)), name).toBe(step.count)
    const answered = sum(timed.map((outcome) => step.outcomes[outcome]))
    const recorded = totalOf(run, `responseUs.${name}`)
    // What a ceiling kept back is censored at its timeout; what could not be sent is not timed.
    expect(recorded, name).toBeGreaterThanOrEqual(answered)
    expect(recorded, name).toBeLessThanOrEqual(answered + step.outcomes.dropped)
    expectRising(step.responseMs)
    expectRising(step.serviceMs)
  }
  const counts = Object.values(summary.steps).map((step) => step.count)
  expect(sum(timeline.requests)).toBe(sum(counts))
}

function expectPeople(
  { header, summary, timeline }: RunRecord,
  { scenario }: LoadedScenario,
): void {
  const { people, visitors, findings, bookedShare } = summary
  expect(people.came).toBeLessThanOrEqual(visitors.arrived)
  expect(people.booked + people.gaveUp).toBeLessThanOrEqual(people.came)
  const eligible = Math.round(scenario.population.people * header.population)
  expect(people.eligible).toBe(Math.max(1, eligible))
  expect(sum(timeline.booked)).toBe(people.booked + (findings.doubleBooking ?? 0))
  // Ends as the visitors see them; a booking of which nobody was told is its person's all the same.
  if (visitors.booked > 0) expect(people.booked).toBeGreaterThan(0)
  expect(bookedShare).toBe((people.booked - (findings.ineligibleBooked ?? 0)) / people.eligible)
}

/** While service is off nobody is let in: whole buckets, and not the one of the halt itself. */
function expectNobodyInHalts(run: RunRecord, { scenario }: LoadedScenario): void {
  for (const { from, to } of haltsOf(run, scenario)) {
    expect(sum(run.timeline.admitted.slice(from + 1, to))).toBe(0)
  }
}

/** The buckets in which service goes off, and on again. */
function haltsOf(run: RunRecord, scenario: LoadedScenario['scenario']) {
  const events = timedEvents(scenario)
  return events.flatMap(({ event, atSec }) => {
    if (event.kind !== 'halt') return []
    const resume = events.find((other) => other.event.kind === 'resume' && other.atSec >= atSec)
    const to = resume === undefined ? run.timeline.admitted.length : bucketAt(run, resume.atSec)
    return [{ from: bucketAt(run, atSec), to }]
  })
}

/** The bucket of the timeline that holds a time, seconds after the opening. */
export function bucketAt({ header, timeline }: RunRecord, atSec: number): number {
  const sec = Date.parse(header.opensAt) / 1000 + atSec - timeline.startSec
  return Math.floor(sec / timeline.bucketSec)
}

/** What a flow of the timeline adds up to from … up to, seconds after the opening. */
export function flowBetween(
  run: RunRecord,
  flow: 'arrivals' | 'admitted' | 'bypassed' | 'booked' | 'requests' | 'errors',
  [fromSec, toSec]: readonly [number, number],
): number {
  return sum(run.timeline[flow].slice(bucketAt(run, fromSec), bucketAt(run, toSec)))
}
