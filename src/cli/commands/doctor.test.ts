import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Check } from '../doctor/check.ts'
import { temporaryDirectory } from '../../core/testing/temporary-directory.ts'
import { dambreak } from '../testing/dambreak.ts'

let folder: { path: string; remove: () => void }
beforeEach(() => {
  folder = temporaryDirectory()
})
afterEach(() => folder.remove())

describe('dambreak doctor', () => {
  test('checks, measures and says what of a scenario would be carried', async () => {
    const { code, out, err } = await dambreak(['doctor', 'smoke', '--json'], folder.path)
    const { ok, checks, prospect } = JSON.parse(out) as {
      ok: boolean
      checks: Check[]
      prospect: { scenario: string; isCarried: boolean }
    }
    expect(err).toBe('')
    expect(checks.map(({ name }) => name)).toEqual([
      'node',
      'cores',
      'memory',
      'descriptors',
      'backlog',
      'ports',
      'TIME_WAIT',
      'clock',
      'event loop',
      'other load',
      'generator',
    ])
    // A machine may be too busy for a load generator; that is what it is for to say.
    expect(ok).toBe(!checks.some(({ status }) => status === 'fail'))
    expect(code).toBe(ok ? 0 : 4)
    expect(prospect.scenario).toBe('smoke')
  })

  test('a scenario that there is not costs no measurement', async () => {
    const { code, out, err } = await dambreak(['doctor', 'nowhere.yaml'], folder.path)
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain('nowhere.yaml')
  })
})
