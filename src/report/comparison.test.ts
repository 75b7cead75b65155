import { describe, expect, test } from 'vitest'
import type { RunRecord } from '../record/run.ts'
import { comparisonsOf } from './comparison.ts'
import { liveRun, named, unobservedRun } from './testing/live-run.ts'

/** The live run as a simulation would have given it, but for what `change` does. */
function simulated(change: (run: RunRecord) => void = () => undefined): RunRecord {
  const run = liveRun()
  run.header.engine = 'sim'
  run.header.target = null
  change(run)
  return run
}

function compared(change?: (run: RunRecord) => void, live: RunRecord = liveRun()) {
  const [comparison] = comparisonsOf([named(live, 'live'), named(simulated(change), 'sim')])
  if (comparison === undefined) throw new Error('nothing was compared')
  const row = (start: string) => {
    const found = comparison.rows.find(({ label }) => label.startsWith(start))
    if (found === undefined) throw new Error(`no row ${start}`)
    return found
  }
  return { ...comparison, row }
}

describe('a live run beside a simulation', () => {
  test('that gives the same agrees in everything', () => {
    const { text, rows } = compared()
    expect(text).toMatch(/^All \d+ figures that both runs know agree within 5%\.$/)
    for (const { difference } of rows) expect(difference).toMatch(/^(±0(%| points)|–)$/)
  })

  test('difference in per cent of what was measured; of shares in points', () => {
    const live = liveRun()
    const { booked } = live.summary.people
    const { row, text } = compared((run) => {
      run.summary.people.booked = booked * 2
      run.summary.visitors.arrived = Math.round(live.summary.visitors.arrived * 0.97)
      run.summary.errorShare = 0.125
      run.timeline.stations['web']!.utilisation.fill(0.5)
    })
    expect(row('People who booked')).toMatchObject({ difference: '+100%', off: 1 })
    expect(row('Tickets issued').difference).toMatch(/^−3(\.\d)?%$/)
    expect(row('Tickets that ended in an error')).toMatchObject({
      live: '0%',
      simulated: '12.5%',
      difference: '+12.5 points',
      off: null,
    })
    expect(row('“web” in its busiest ').difference).toMatch(/^[+−][\d.]+ points$/)
    expect(text).toMatch(
      /^\d+ of \d+ figures agree within 5%\. Furthest apart is “People who booked”: \d+ simulated, \d+ measured \(\+100%\)\.$/,
    )
  })

  test('what one does not know, or what was nothing, has no difference in per cent', () => {
    const { row } = compared((run) => {
      run.summary.waitSec.p95 = null
      run.summary.visitors.bypassed = 7
      run.summary.opening.admitPerSec = 100
    })
    expect(row('Gate’s rate').difference).toMatch(/^× [\d.]+$/)
    expect(row('Wait of all who queued, p95')).toMatchObject({
      simulated: '–',
      difference: '–',
      off: null,
    })
    expect(row('Bypassed the gate')).toMatchObject({ live: '0', simulated: '7', difference: '–' })
  })

  test('response times are those of all requests together, from the intended start', () => {
    const { row } = compared((run) => delete run.histograms['responseUs'])
    expect(row('Response, p50').live).toMatch(/^[\d.]+ ms$/)
    expect(row('Response, p50').simulated).toBe('–')
  })

  test('stations are compared where the target showed them', () => {
    expect(compared().rows.filter(({ label }) => label.includes('busiest'))).toHaveLength(2)
    const { rows } = compared(undefined, unobservedRun())
    expect(rows.filter(({ label }) => label.includes('busiest'))).toEqual([])
  })

  test('what is not of the same is told', () => {
    const { text } = compared((run) => {
      Object.assign(run.header, { seed: 2, stackHash: 'other' })
      run.header.endsAt = '2021-07-19T20:03:00+09:00'
    })
    expect(text).toContain(
      'They are not quite of the same: their stacks are not of the same scenario; the seeds differ (1 and 2); they were followed for 6 min and 3 min after the opening.',
    )
  })

  test('a run that must not be used makes no comparison that may', () => {
    const late = liveRun()
    late.verdict.valid = false
    expect(compared(undefined, late).text).toMatch(
      /^The figures of “live” must not be used, and so must not this comparison\./,
    )
  })

  test('another scale, variant or scenario is another thing', () => {
    const pairs = (change: (run: RunRecord) => void) =>
      comparisonsOf([named(simulated(change)), named(liveRun())]).length
    expect(pairs(() => undefined)).toBe(1)
    expect(pairs(({ header }) => (header.speed = 1))).toBe(0)
    expect(pairs(({ header }) => (header.variant = 'one-instance'))).toBe(0)
    expect(pairs(({ header }) => (header.scenarioName = 'other'))).toBe(0)
  })

  test('the live one is what the other is held against, whichever comes first', () => {
    const [comparison] = comparisonsOf([named(simulated(), 'sim'), named(liveRun(), 'live')])
    expect([comparison?.live.label, comparison?.simulated.label]).toEqual(['live', 'sim'])
  })
})
