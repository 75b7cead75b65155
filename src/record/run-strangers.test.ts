import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { DambreakError } from '../core/errors.ts'
import { parseRun } from './run-schema.ts'

/** Records that nobody's engine wrote: well-formed JSON that would crash or exhaust whoever renders it. */

const golden = readFileSync(new URL('../../fixtures/golden-run-v2.json', import.meta.url), 'utf8')

function faultsWith(path: string, value: unknown): string[] {
  const run = JSON.parse(golden) as Record<string, unknown>
  const keys = path.split('.')
  let owner: Record<string, unknown> = run
  for (const key of keys.slice(0, -1)) owner = owner[key] as Record<string, unknown>
  owner[keys.at(-1) ?? ''] = value
  try {
    parseRun(run, 'run.json')
    return []
  } catch (error) {
    if (!(error instanceof DambreakError)) throw error
    expect(error.kind).toBe('invalid')
    return error.faults.map((fault) => `${fault.path}: ${fault.message}`)
  }
}

const far = 'must be within ten years of header.opensAt'

test.each([
  ['timeline.startSec', 3e12, `timeline.startSec: ${far}`],
  ['timeline.startSec', -3e12, `timeline.startSec: ${far}`],
  ['header.opensAt', 'x', 'header.opensAt: must be a time in ISO 8601 with its offset, got "x"'],
  [
    'header.endsAt',
    '+275760-09-13T00:00:00.000Z',
    'header.endsAt: must be a time in ISO 8601 with its offset, got "+275760-09-13T00:00:00.000Z"',
  ],
  ['header.endsAt', '9999-01-01T00:00:00Z', `header.endsAt: ${far}`],
  ['header.population', 0, 'header.population: must be above 0, got 0'],
  ['header.speed', -1, 'header.speed: must be above 0, got -1'],
  ['scenario.journey', [{ visits: -1 }], 'scenario.journey[0].visits: must be a list, got -1'],
  ['scenario.variants', [{ name: 5 }], 'scenario.variants[0].name: must be text, got 5'],
  ['scenario.timeline', [5], 'scenario.timeline[0]: must be a mapping, got 5'],
  ['scenario.reported', [null], 'scenario.reported[0]: must be a mapping, not nothing (null)'],
])('%s of %j is refused', (path, value, fault) => {
  expect(faultsWith(path, value)).toContain(fault)
})

test('a simulation that no clock was handed to has no start', () => {
  expect(faultsWith('header.startedAt', '')).toEqual([])
})
