import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DambreakError } from '../core/errors.ts'
import { temporaryDirectory } from '../core/testing/temporary-directory.ts'
import { parsePlan, planAt, readPlan, serialisePlan } from './plan-file.ts'
import type { Plan } from './plan-record.ts'

const fixture = new URL('../../fixtures/plan-v1.json', import.meta.url)
const firstVersion = JSON.parse(readFileSync(fixture, 'utf8')) as Record<string, unknown>

let folder: { path: string; remove: () => void }
beforeEach(() => {
  folder = temporaryDirectory()
})
afterEach(() => folder.remove())
const place = (name: string) => join(folder.path, name)

/** What is wrong with a plan, fault by fault. */
function faultsOf(value: unknown): string[] {
  try {
    parsePlan(value, 'it')
  } catch (error) {
    if (!(error instanceof DambreakError)) throw error
    expect(error.kind).toBe('usage')
    return error.faults.map(({ path, message }) => `${path}: ${message}`)
  }
  return []
}

describe('a plan of schema version 1', () => {
  const plan = parsePlan(firstVersion, 'it')

  test('keeps its figures under the new names', () => {
    const old = firstVersion as {
      candidates: { instances: number }[]
      levers: { instancesToHold: number; savesToHold: number; name: string; description: string }[]
      objectives: { pHoldsAtMost: unknown }[]
      recommendation: { because: string[] }
    }
    expect(plan.schemaVersion).toBe(2)
    expect(plan.header).toEqual(firstVersion['header'])
    expect(plan.sensitivity).toEqual(firstVersion['sensitivity'])
    expect(plan.candidates.map(({ instances }) => instances)).toEqual([1, 2, 3])
    expect(plan.objectives.map(({ pHoldsAtMax }) => pHoldsAtMax)).toEqual(
      old.objectives.map(({ pHoldsAtMost }) => pHoldsAtMost),
    )
    expect(plan.recommendation).toMatchObject({ instances: null, minRegretInstances: null })
    expect(plan.levers.map((row) => row.instancesToAvoidCollapse)).toEqual(
      old.levers.map((row) => row.instancesToHold),
    )
    expect(plan.levers.map((row) => row.savesToAvoidCollapse)).toEqual(
      old.levers.map((row) => row.savesToHold),
    )
  })

  test('keeps its sentences as they are', () => {
    expect(plan.recommendation.reasons[1]).toEqual({
      code: 'Text',
      text: 'No count meets all objectives together in 95% of the draws.',
    })
    expect(plan.levers[1]).toMatchObject({
      pulled: [
        {
          code: 'Text',
          name: 'one ticket a person',
          description: 'The waiting room knows people, not devices: one ticket each.',
        },
      ],
      basis: {
        code: 'Text',
        text: 'the objectives are not all met within the range; to hold: it collapses in at most 0 of 4 draws',
      },
    })
    expect(plan.candidates[0]?.analytic.disagreements[0]?.cause).toEqual({
      code: 'Text',
      text: 'patience is not exponential (coefficient of variation 0.84), as the closed form takes it to be',
    })
    expect(plan.measureNext[0]?.reason).toEqual({
      code: 'Text',
      text: 'between 0.7 and 0.9 lie 53.5 s of the wait that 95 of 100 stay under',
    })
    expect(plan.collapseMap?.trigger).toMatchObject({ code: 'Text' })
    expect(plan.audit.grain).toMatchObject({ code: 'Text' })
  })

  test('is a plan of version 2 once it is written again', () => {
    expect(parsePlan(JSON.parse(serialisePlan(plan)), 'it')).toEqual(plan)
  })
})

describe('what is no plan', () => {
  const plan = parsePlan(firstVersion, 'it')
  const edited = (edit: Partial<Record<keyof Plan, unknown>>) => faultsOf({ ...plan, ...edit })

  test('is refused with every fault and its path', () => {
    expect(edited({ schemaVersion: 3 })).toEqual(['schemaVersion: must be 1 or 2, got 3'])
    expect(faultsOf('text')).toEqual(['schemaVersion: must be 1 or 2, got nothing'])
    expect(
      edited({
        levers: [{ ...plan.levers[0], saves: 'many', pulled: [{ code: 'Unheard' }] }],
        audit: { ...plan.audit, replications: -1 },
      }),
    ).toEqual([
      'levers[0].pulled[0].code: unknown: "Unheard"',
      'levers[0].saves: must be a number, not text',
      'audit.replications: must be 0 or more, got -1',
    ])
    expect(edited({ header: { ...plan.header, opensAt: 'noon' } })).toEqual([
      'header.opensAt: is not valid',
    ])
    // JSON has no infinity but 1e999, which charts could not show.
    expect(edited({ header: { ...plan.header, population: Infinity } })).toHaveLength(1)
  })

  test.each([
    ['{', 'it is not JSON'],
    ['\xff', 'it is not UTF-8 text'],
  ])('a file of %j', async (text, why) => {
    writeFileSync(place('a.json'), text, 'latin1')
    await expect(readPlan(place('a.json'))).rejects.toEqual(
      new DambreakError('usage', `${place('a.json')} is not a plan: ${why}`),
    )
    expect(await planAt(place('a.json'))).toBeNull()
  })

  test('nothing at all', async () => {
    await expect(readPlan(place('x'))).rejects.toThrow('there is no plan here')
    await expect(readPlan(folder.path)).rejects.toThrow('there is no plan here')
    expect(await planAt(place('x'))).toBeNull()
  })
})

test('a path is known to be a plan by what it holds', async () => {
  const text = readFileSync(fixture)
  writeFileSync(place('before.json'), text)
  expect((await planAt(place('before.json')))?.candidates).toHaveLength(3)
  mkdirSync(place('out'))
  writeFileSync(place('out/plan.json'), text)
  expect((await planAt(place('out')))?.candidates).toHaveLength(3)
  writeFileSync(place('out/run.json'), '{}')
  expect(await planAt(place('out'))).toBeNull()
})
