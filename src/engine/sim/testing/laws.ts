import { expect } from 'vitest'
import { endNames } from '../../../core/codes.ts'
import type { Timeline } from '../../../record/run.ts'
import type { Scenario, TimelineEvent } from '../../../scenario/schema/schema.ts'
import type { SimResult } from '../simulate.ts'

const sum = (values: readonly number[]): number => values.reduce((total, n) => total + n, 0)

export function finish({ recorder, people, inventory }: SimResult) {
  return recorder.finish({ people, inventory })
}

function has(scenario: Scenario, isIt: (event: TimelineEvent) => boolean): boolean {
  return scenario.timeline.some(isIt)
}

/** Neither the gate nor a partner's door lets anybody in while service is off. */
export function expectNobodyInHalts({ window }: SimResult, timeline: Timeline): number {
  const { events, speed } = window
  let halts = 0
  events.forEach(({ atMs, timed }) => {
    if (timed.event.kind !== 'halt') return
    const resume = events.find((other) => other.timed.event.kind === 'resume' && other.atMs >= atMs)
    // Whole buckets only, and not the one of the halt itself.
    const bucketOf = (ms: number) => Math.floor((ms * speed) / 1000 / timeline.bucketSec)
    const during = timeline.admitted.slice(
      bucketOf(atMs) + 1,
      resume === undefined ? undefined : bucketOf(resume.atMs),
    )
    if (during.length > 0) halts++
    expect(sum(during)).toBe(0)
  })
  return halts
}

/** What must hold of any run; the scenario is the one that was asked for, before any scaling. */
export function expectLaws(scenario: Scenario, result: SimResult): void {
  const { summary, timeline } = finish(result)
  const { visitors, findings, people } = summary
  // Every ticket has exactly one end.
  expect(sum(endNames.map((name) => visitors[name]))).toBe(visitors.arrived)
  expect(visitors.arrived).toBe(result.tickets)
  expect(visitors.bypassed).toBe(findings.bypassed)
  expect(sum(timeline.arrivals)).toBe(visitors.arrived)
  // Little's law: presence over time against each one's own time, unfinished ones included.
  for (const [place, { presentMs, sojournMs }] of Object.entries(result.little)) {
    const difference = Math.abs(presentMs - sojournMs)
    expect(difference, place).toBeLessThanOrEqual(1e-6 * presentMs + 1e-3)
  }
  // Nobody before the opening, no order inverted, nobody twice, nothing below zero.
  if (!has(scenario, ({ kind }) => kind === 'open-early')) expect(findings.earlyAdmission).toBe(0)
  expect(findings.orderInversion).toBe(0)
  expect(findings.doubleBooking).toBe(0)
  if (summary.inventory !== null) {
    expect(summary.inventory.left).toBeGreaterThanOrEqual(0)
    expect(summary.inventory.offered - summary.inventory.left).toBe(people.booked)
  }
  expectNobodyInHalts(result, timeline)
  // The rule of who may book holds but for its faults.
  const faulty = (effect: string) =>
    has(scenario, (event) => event.kind === 'eligibility-fault' && event.effect === effect)
  if (!faulty('refuse-eligible')) expect(findings.eligibleRefused).toBe(0)
  if (!faulty('accept-ineligible')) {
    expect(findings.ineligibleBooked).toBe(0)
    expect(people.booked).toBeLessThanOrEqual(people.eligible)
  }
  // A person books once, gives up or goes on; a ticket that ended booked is its person's booking.
  expect(sum(timeline.booked)).toBe(people.booked)
  expect(visitors.booked).toBeLessThanOrEqual(people.booked)
  expect(people.booked + people.gaveUp).toBeLessThanOrEqual(people.came)
  expect(people.came).toBeLessThanOrEqual(visitors.arrived)
  // No station is fuller than it is large.
  const counts = scenario.timeline.map((event) => (event.kind === 'instances' ? event.count : 0))
  const instances = Math.max(scenario.stack.instances, ...counts)
  for (const { name, slots, shared } of scenario.stack.stations) {
    const most = slots * (shared === true ? 1 : instances)
    expect(Math.max(...timeline.stations[name]!.busy)).toBeLessThanOrEqual(most + 1e-4)
  }
  for (const step of Object.values(summary.steps)) {
    expect(sum(Object.values(step.outcomes))).toBe(step.count)
  }
}
