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
    expect(names[of({ method: null, target: '/a/9' })]).toBe('/a/:id')
    expect(names[of({ method: null, target: '/c' })]).toBe(otherRequests)
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

  test('of a scenario are matched, and the last is for all other requests', () => {
    const { names, of, alike } = stepsOfScenario(smallScenario())
    const [first = ''] = names
    const name = (target: string) => names[of({ method: 'POST', target })]
    expect(name(`/booking/${first}`)).toBe(first)
    expect(name('/elsewhere')).toBe(otherRequests)
    expect(alike).toEqual([])
  })
})
