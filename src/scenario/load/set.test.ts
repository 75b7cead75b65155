import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { faultText } from '../../core/errors.ts'
import { must } from '../../core/assert.ts'
import { parsePath, pathText } from '../path.ts'
import { isMapping } from '../plain.ts'
import { parseScenario } from './parse.ts'
import type { Scenario } from '../schema/schema.ts'
import { applySets } from './set.ts'
import { smallDocument } from '../testing/small-document.ts'

function documentWith(...sets: string[]): Record<string, unknown> {
  const { document, faults } = applySets(smallDocument(), sets)
  if (faults.length > 0) throw new Error(faults.map(faultText).join('\n'))
  return document
}

function scenarioWith(...sets: string[]): Scenario {
  const parsed = parseScenario(documentWith(...sets))
  if (!parsed.ok) throw new Error(parsed.faults.map(faultText).join('\n'))
  return parsed.loaded.scenario
}

function faultsWith(...sets: string[]): string[] {
  return applySets(smallDocument(), sets).faults.map(faultText)
}

describe('setting', () => {
  test('a field, an entry, several in their order', () => {
    const scenario = scenarioWith(
      'population.people=7',
      'arrivals[1].forSec=20',
      'population.people=8',
    )
    expect(scenario.population.people).toBe(8)
    expect(scenario.arrivals[1]).toMatchObject({ kind: 'burst', forSec: 20 })
  })

  test('leaves the document that was given as it is', () => {
    const document = smallDocument()
    applySets(document, ['stack.instances=10', 'arrivals[0].forSec=9'])
    expect(document).toEqual(smallDocument())
  })

  test('a field that is not written out, beside the rest of its default', () => {
    const scenario = scenarioWith('waitingRoom.pollSec.front=3', 'behaviour.retry.tries=2')
    expect(scenario.waitingRoom.pollSec).toEqual({ front: 3, back: 10 })
    expect(scenario.behaviour.retry).toMatchObject({
      tries: 2,
      backoffSec: { dist: 'constant', value: 1 },
    })
  })

  test('another kind of admission in place of the one that is there', () => {
    expect(scenarioWith('waitingRoom.admission.maxInside=50').waitingRoom.admission).toEqual({
      maxInside: 50,
    })
  })

  test('a number makes it plain', () => {
    expect(must(documentWith('stack.instances=10')['stack'], 'stack')).toMatchObject({
      instances: 10,
    })
  })

  test('a mapping without a label keeps the label', () => {
    const { stack } = documentWith('stack.instances={ low: 8, mid: 10, high: 12 }')
    expect(isMapping(stack) && stack['instances']).toEqual({
      low: 8,
      mid: 10,
      high: 12,
      evidence: 'assumed',
      source: 'a guess',
    })
    const other = documentWith('stack.instances={ value: 10, evidence: reported }')['stack']
    expect(isMapping(other) && other['instances']).toEqual({ value: 10, evidence: 'reported' })
  })

  test('the middle of an interval', () => {
    expect(scenarioWith('stack.instances.mid=5').stack.instances).toBe(5)
  })

  test('values as YAML: lists, mappings, quoted and plain text', () => {
    const scenario = scenarioWith(
      'slo=["errorShare < 0.01"]',
      'journey[0].thinkSec={ dist: exponential, mean: 5 }',
      'description=a sentence: with a colon',
      'timeline[0].at=20:50',
      'journey[0].visits[1].holds=true',
      'journey[0].request={ path: / }',
      'journey[0].request.headers["x.y"]="1"',
    )
    expect(scenario.slo).toEqual(['errorShare < 0.01'])
    expect(scenario.journey[0]?.thinkSec).toEqual({ dist: 'exponential', mean: 5 })
    expect(scenario.description).toBe('a sentence: with a colon')
    expect(scenario.timeline[0]?.at).toBe('20:50')
    expect(scenario.journey[0]?.visits[1]?.holds).toBe(true)
    expect(scenario.journey[0]?.request?.headers).toEqual({ 'x.y': '1' })
  })
})

describe('a path that does not exist', () => {
  test.each([
    ['stack.instnces=10', '--set stack.instnces: no such field; did you mean stack.instances?'],
    ['stak.instances=10', '--set stak.instances: no such field; did you mean stack.instances?'],
    [
      'arrivals[1].scaleSec=3',
      '--set arrivals[1].scaleSec: no such field; known here: kind, share, forSec, startSec, spacing',
    ],
    [
      'arrivals[3].share=0.2',
      '--set arrivals[3].share: no such entry; arrivals ends with arrivals[2]',
    ],
    ['doors[0].share=0.2', '--set doors[0].share: no such entry; doors is empty'],
    ['stack[0]=1', '--set stack[0]: no such field; stack is not a list'],
    ['name.first=x', '--set name.first: no such field; name has none'],
    [
      '__proto__.x=1',
      '--set __proto__.x: no such field; known here: name, description, authorisation, opensAt, endsAt, population, arrivals, waitingRoom, journey, undo, answers, stack, behaviour, inventory, doors, cost, timeline, variants, reported, slo, stopWhen',
    ],
    ['toString=1', null],
    [
      'stack.instances',
      '--set stack.instances: must be <path>=<value>, such as stack.instances=10',
    ],
    ['=3', '--set : not a path; write one such as stack.instances or arrivals[0].share'],
    [
      'stack..instances=3',
      '--set stack..instances: not a path; write one such as stack.instances or arrivals[0].share',
    ],
    ['slo=[a', null],
  ])('%s', (set, fault) => {
    const faults = faultsWith(set)
    expect(faults).toHaveLength(1)
    if (fault !== null) expect(faults).toEqual([fault])
  })

  test('every fault is told', () => {
    expect(faultsWith('stack.instnces=1', 'population.people=5', 'colour=red')).toHaveLength(2)
  })
})

test('a path reads back from its text', () => {
  const part = fc.oneof(fc.string({ minLength: 1 }), fc.nat(1000))
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (path) => {
      expect(parsePath(pathText(path))).toEqual(path)
    }),
  )
})

test('setting anything anywhere never throws', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (path, value) => {
      const { faults } = applySets(smallDocument(), [`${path}=${value}`])
      return faults.every((fault) => fault.message !== '')
    }),
    { numRuns: 300 },
  )
})
