import { describe, expect, test } from 'vitest'
import type { PerformedEvent } from '../record/run.ts'
import { displayedWaitSec } from './charts/displayed.ts'
import { marksOf } from './charts/marks.ts'
import { haltsOf } from './collapse.ts'
import { eventRows } from './events.ts'
import { headlineOf } from './headline.ts'
import { liveRun, named } from './testing/live-run.ts'
import { sampleRun } from './testing/sample-run.ts'

const at = (clock: string) => `2021-07-19T${clock}+09:00`
const event = (clock: string, kind: string, performed: boolean, detail = ''): PerformedEvent => ({
  at: at(clock),
  kind,
  performed,
  detail: { code: 'Other', text: detail },
})

function withEvents(...events: PerformedEvent[]) {
  const run = liveRun()
  run.events = events
  return run
}

describe('what was done to the system', () => {
  test('is told of live runs, with what was not performed and why', () => {
    const run = withEvents(
      event('20:02:00', 'halt', true, 'switched off'),
      event('20:03:00.4', 'instances', false, 'the stack did not answer'),
    )
    expect(eventRows([named(run, 'a'), named(sampleRun(), 'b')])).toEqual([
      { clock: '20:02', kind: 'halt', detail: 'switched off', performed: true, label: 'a' },
      {
        clock: '20:03',
        kind: 'instances',
        detail: 'the stack did not answer',
        performed: false,
        label: 'a',
      },
    ])
    expect(headlineOf(run).details).toContain(' 1 of 2 events were not performed.')
  })

  test('of simulated runs only where something was not done', () => {
    const run = sampleRun()
    expect(run.events.length).toBeGreaterThan(0)
    expect(eventRows([named(run)])).toEqual([])
    run.events[0]!.performed = false
    expect(eventRows([named(run)])).toHaveLength(run.events.length)
  })

  test('an event that was not performed befell nobody: no mark, no halt, no end of one', () => {
    const window = { fromSec: -60, toSec: 360 }
    const undone = withEvents(
      event('20:01:00', 'halt', false),
      event('20:02:00', 'instances', false, '2 → 4 instances'),
    )
    expect(haltsOf(undone)).toEqual([])
    expect(marksOf(undone, window)).toEqual({ bands: [], lines: [expect.anything()] })
    const half = withEvents(
      event('20:01:00', 'halt', true),
      event('20:02:00', 'resume', false),
      event('20:03:00', 'resume', true),
    )
    expect(haltsOf(half).map(({ toSec }) => toSec)).toEqual([Date.parse(at('20:03:00')) / 1000])
  })

  test('a fault that was not caused leaves the ends of the others theirs', () => {
    const run = withEvents(
      event('20:01:00', 'eligibility-fault', false),
      event('20:03:00', 'eligibility-fault', true),
    )
    run.scenario['timeline'] = [
      { kind: 'eligibility-fault', until: '20:02' },
      { kind: 'eligibility-fault', until: '20:04' },
    ]
    expect(marksOf(run, { fromSec: 0, toSec: 360 }).bands.map(({ label }) => label)).toEqual([
      'eligibility fault 20:03–20:04',
    ])
  })

  test('a rate that the gate was not given is not what the screens of a simulation showed', () => {
    const run = sampleRun({ collapses: false })
    run.scenario['timeline'] = [{ kind: 'admission', admission: { perSec: 1 } }]
    const before = displayedWaitSec(run)
    run.events = [event('20:30:00', 'admission', false)]
    expect(displayedWaitSec(run)).toEqual(before)
    run.events[0]!.performed = true
    expect(displayedWaitSec(run)).not.toEqual(before)
  })
})
