import { describe, expect, test } from 'vitest'
import type { ScenarioInput } from '../scenario/schema/schema.ts'
import { smallRun } from '../record/testing/small-record.ts'
import { smallScenario } from '../scenario/testing/small-scenario.ts'
import { judge } from './verdict.ts'

type Row = NonNullable<ScenarioInput['reported']>[number]

function judged(row: Partial<Row>) {
  const full: Row = {
    id: 'V',
    label: 'l',
    expr: 'visitors.arrived',
    target: 180,
    source: 's',
    ...row,
  }
  return judge(smallRun(), smallScenario({ reported: [full] })).verdict.reported
}

test('fills in objectives and reported rows, and touches nothing else', () => {
  const run = smallRun()
  const before = structuredClone(run)
  const scenario = smallScenario({
    slo: ['errorShare < 0.01', 'visitors.booked > 50'],
    reported: [
      {
        id: 'V4',
        label: 'booked by 20:02',
        expr: 'people.booked at 20:02',
        target: 31,
        tolerance: 0.05,
        source: 'S1',
        inSample: true,
      },
    ],
  })
  const result = judge(run, scenario)
  expect(run).toEqual(before)
  expect(result).toEqual({
    ...before,
    verdict: {
      valid: true,
      saturated: false,
      ending: before.verdict.ending,
      reasons: [{ code: 'Other', text: 'kept' }],
      notes: [],
      slo: [
        { expr: 'errorShare < 0.01', observed: 0.2, ok: false },
        { expr: 'visitors.booked > 50', observed: 72, ok: true },
      ],
      reported: [
        {
          id: 'V4',
          label: 'booked by 20:02',
          expr: 'people.booked at 20:02',
          observed: 30,
          target: 31,
          tolerance: 0.05,
          ok: true,
          inSample: true,
          byConstruction: false,
          source: 'S1',
        },
      ],
    },
  })
})

describe('targets', () => {
  test.each([
    [200, 0.1, true],
    [200.1, 0.1, false],
    [164, 0.1, true],
    [163, 0.1, false],
    [180, undefined, true],
    [180.5, undefined, false],
    [-180, 1.9, false],
    [-180, 2, true],
  ])('180 against %d within %d', (target, tolerance, ok) => {
    const row = tolerance === undefined ? { target } : { target, tolerance }
    expect(judged(row)[0]?.ok).toBe(ok)
  })

  test.each([
    [{ min: 180 }, true],
    [{ min: 180.1 }, false],
    [{ max: 180 }, true],
    [{ max: 179.9 }, false],
    [{ min: 100, max: 200 }, true],
    [{}, true],
  ])('180 within %o', (target, ok) => {
    expect(judged({ target })[0]).toMatchObject({ ok, target, tolerance: null })
  })

  test('without data no target is met', () => {
    expect(judged({ expr: 'waitSec.p95', target: {} })[0]).toMatchObject({
      observed: null,
      ok: false,
    })
  })
})

describe('which rows', () => {
  const reported: Row[] = [
    { id: 'base', label: 'b', expr: 'visitors.arrived', target: 180, source: 's' },
    {
      id: 'tight',
      label: 't',
      expr: 'visitors.arrived',
      target: 180,
      source: 's',
      variant: 'tight',
    },
  ]

  test('those of the variant that was run', () => {
    const scenario = smallScenario({ reported })
    const run = smallRun()
    const ids = (variant: string) =>
      judge({ ...run, header: { ...run.header, variant } }, scenario).verdict.reported.map(
        (r) => r.id,
      )
    expect(ids('base')).toEqual(['base'])
    expect(ids('tight')).toEqual(['tight'])
    expect(ids('other')).toEqual([])
  })

  test('none at another population, unless asked, nor at another speed', () => {
    const scenario = smallScenario({ reported, slo: ['errorShare < 1'] })
    const run = smallRun()
    const tenth = { ...run, header: { ...run.header, population: 0.1 } }
    expect(judge(tenth, scenario).verdict).toMatchObject({ reported: [], slo: [{ ok: true }] })
    const asked = judge(tenth, scenario, { reportedAtAnyPopulation: true })
    expect(asked.verdict.reported.map((r) => r.id)).toEqual(['base'])
    const faster = { ...run, header: { ...run.header, speed: 10 } }
    expect(judge(faster, scenario).verdict.reported).toEqual([])
  })
})
