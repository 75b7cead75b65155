import { describe, expect, test } from 'vitest'
import { smallScenario } from '../scenario/testing/small-scenario.ts'
import { otherRequests, PathCount, stepsOfScenario } from './log-steps.ts'

describe('steps of a log', () => {
  test('without a scenario are its most frequent paths, ids in them one and the same', () => {
    const count = new PathCount()
    const targets = ['/a/1?x=2', '/a/22', '/b', '/b/0123456789abcdef', '/a/333#top', '']
    for (const target of targets) count.add(target)
    const { names, of } = count.steps()
    expect(names).toEqual(['/a/:id', '/b', '/b/:id', otherRequests])
    expect(names[of('/a/9')]).toBe('/a/:id')
    expect(names[of('/c')]).toBe(otherRequests)
  })

  test('are named by nothing that a path could not hold, and are not many', () => {
    const count = new PathCount()
    count.add('/<b>\u001B[31m|`')
    count.add(`/${'x'.repeat(100)}`)
    for (let i = 0; i < 26; i++) count.add(`/${String.fromCharCode(97 + i)}`)
    const { names } = count.steps()
    expect(names.every((name) => /^[\w./~:@%+ …-]{1,60}$/.test(name))).toBe(true)
    expect(names.length).toBe(13)
  })

  test('of a scenario are told by the paths of their requests', () => {
    const scenario = smallScenario()
    const [first, ...others] = scenario.journey
    const steps = stepsOfScenario({
      journey: [
        {
          ...first!,
          request: { method: 'GET', path: '/v1/${place}/slots.json', headers: {}, extract: {} },
        } as (typeof scenario.journey)[number],
        ...others,
      ],
    })
    const name = (target: string) => steps.names[steps.of(target)]
    expect(name('/v1/seoul/slots.json?day=1')).toBe(first?.step)
    expect(name('/proxy/v1/busan/slots.json')).toBe(first?.step)
    expect(name('/v1/seoul/slotsXjson')).toBe(otherRequests)
  })
})
