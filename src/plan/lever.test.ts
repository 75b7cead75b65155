import { describe, expect, test } from 'vitest'
import { DambreakError } from '../core/errors.ts'
import { loadScenario } from '../scenario/load/load.ts'
import { parseScenario } from '../scenario/load/parse.ts'
import type { Mapping } from '../scenario/plain.ts'
import type { Scenario } from '../scenario/schema/schema.ts'
import { editedDocument } from '../scenario/testing/small-document.ts'
import { applicableLevers, parseLevers, requireLevers } from './lever-file.ts'
import { pullLever } from './lever.ts'
import { builtInLevers } from './levers.ts'

const document = editedDocument({
  'behaviour.retry': { tries: 5, backoffSec: { dist: 'exponential', mean: 4 } },
})

function pulled(given: Mapping, of: Mapping = document): Scenario {
  const option = parseLevers({ levers: [{ name: 'x', ...given }] }, 'test')[0]?.options[0]
  if (option === undefined) throw new Error('no option')
  const result = pullLever(of, option)
  if (!result.ok) throw new DambreakError('usage', 'refused', result.faults)
  const parsed = parseScenario(result.document)
  if (!parsed.ok) throw new DambreakError('usage', 'no scenario', parsed.faults)
  return parsed.loaded.scenario
}

function faultsOf(data: unknown): string[] {
  try {
    requireLevers(parseLevers(data, 'test'), document, 'test')
  } catch (error) {
    if (error instanceof DambreakError)
      return error.faults.map((one) => `${one.path}: ${one.message}`)
    throw error
  }
  return []
}

describe('a lever', () => {
  test('sets fields and drops events', () => {
    const scenario = pulled({ set: { 'stack.instances': 9 }, dropEvents: ['halt', 'resume'] })
    expect(scenario.stack.instances).toBe(9)
    expect(scenario.timeline.map(({ kind }) => kind)).not.toContain('halt')
  })

  test('scales numbers, whole where they are whole, and distributions by their size', () => {
    const scenario = pulled({
      scale: { 'behaviour.retry.tries': 1 / 3, 'behaviour.retry.backoffSec': 4 },
    })
    expect(scenario.behaviour.retry.tries).toBe(2)
    expect(scenario.behaviour.retry.backoffSec).toEqual({ dist: 'exponential', mean: 16 })
  })

  test('scales the middle of an interval, every entry of a list, and what is left to its default', () => {
    const interval = { low: 1, mid: 10, high: 20, evidence: 'assumed' }
    const given = editedDocument({ 'waitingRoom.lapseSec': interval })
    const scenario = pulled(
      {
        scale: {
          'waitingRoom.lapseSec': 3,
          'journey[*].timeoutMs': 2,
          'waitingRoom.pollSec.back': 2,
        },
      },
      given,
    )
    const plain = parseScenario(given)
    const before = plain.ok ? plain.loaded.scenario : null
    expect(scenario.waitingRoom.lapseSec).toBe(30)
    expect(scenario.journey.map(({ timeoutMs }) => timeoutMs)).toEqual(
      before?.journey.map(({ timeoutMs }) => 2 * timeoutMs),
    )
    expect(scenario.waitingRoom.pollSec.back).toBe(2 * (before?.waitingRoom.pollSec.back ?? 0))
  })
})

describe('a file of levers', () => {
  test('is refused with every fault and its path', () => {
    expect(
      faultsOf({ levers: [{ set: {} }, { name: 'b', splitInto: 0, wrongDayShare: 2 }] }),
    ).toEqual([
      'levers[0].name: missing; must be text',
      'levers[1].splitInto: must be between 1 and 1000, got 0',
      'levers[1].wrongDayShare: must be between 0 and 1, got 2',
    ])
    expect(faultsOf({ levers: [] })).toEqual(['levers: must have at least one entry'])
    const set = { 'stack.instances': 9 }
    expect(
      faultsOf({
        levers: [
          { name: 'a', set },
          { name: 'a', set },
        ],
      }),
    ).toEqual(['levers[1].name: "a" is listed twice'])
  })

  test('is refused where a lever does nothing', () => {
    expect(faultsOf({ levers: [{ name: 'a' }, { name: 'b', wrongDayShare: 0.1 }] })).toEqual([
      'levers[0]: "a" changes nothing',
      'levers[1].wrongDayShare: "b" requires splitInto of at least 2: without other openings nobody comes on a wrong day',
    ])
  })

  test('must speak of what the scenario has', () => {
    expect(
      faultsOf({
        levers: [
          { name: 'a', set: { 'stack.instance': 3 }, dropEvents: ['halted'] },
          { name: 'b', scale: { 'journey[9].timeoutMs': 2, name: 2 } },
          { name: 'c', set: { 'population.devicesPerPerson': 0 } },
        ],
      }),
    ).toEqual([
      'a: set["stack.instance"]: no such field; did you mean stack.instances?',
      'a: dropEvents[0]: no kind of event named "halted"; did you mean halt?',
      'b: scale["journey[9].timeoutMs"]: journey[9].timeoutMs is no number in this scenario',
      'b: scale.name: name is no number in this scenario',
      'c: population.devicesPerPerson: must be between 1 and 1000, got 0',
    ])
  })

  test('may offer several ways, each a name of its own', () => {
    const [lever] = parseLevers(
      { levers: [{ name: 'split', wrongDayShare: 0.1, oneOf: [{ label: 'two', splitInto: 2 }] }] },
      'test',
    )
    expect(lever?.options).toMatchObject([
      { name: 'split: two', lever: 'split', splitInto: 2, wrongDayShare: 0.1 },
    ])
  })
})

describe('the built-in levers', () => {
  const levers = builtInLevers

  test('are pulled on the night of 19 July, each with its own effect', async () => {
    const loaded = await loadScenario('2021-07-19-ages-53-54', { allowCode: false })
    const applicable = applicableLevers(levers, loaded.document)
    expect(applicable.map(({ name }) => name)).toEqual(levers.map(({ name }) => name))
    expect(applicable[0]?.options).toHaveLength(6)
  })

  test('that change nothing are left out', () => {
    const tight = editedDocument({ 'waitingRoom.failOpen': 0, 'behaviour.bypass': { share: 0 } })
    const names = applicableLevers(levers, tight).map(({ name }) => name)
    expect(names).not.toContain('BypassClosed')
    expect(names).toContain('LongerSessions')
  })
})
