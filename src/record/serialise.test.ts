import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { smallRun } from './testing/small-run.ts'
import type { RunRecord } from './run.ts'
import { serialiseRun } from './serialise.ts'

describe('serialiseRun', () => {
  test('is JSON of the same record, the same every time', () => {
    const text = serialiseRun(smallRun())
    expect(JSON.parse(text)).toEqual(smallRun())
    expect(serialiseRun(smallRun())).toBe(text)
  })

  test('keeps an array on its line and sections in order', () => {
    const lines = serialiseRun(smallRun()).split('\n')
    expect(lines.slice(0, 4)).toEqual([
      '{',
      '  "schemaVersion": 2,',
      '  "header": {',
      '    "engine": "sim",',
    ])
    expect(lines).toContain('    "arrivals": [0,20,20,20,20,20,20,0,0,0],')
    expect(lines).toContain('    "versions": { "dambreak": "0.1.0" },')
    expect(lines.filter((line) => line.startsWith('      "responseUs": ['))).toHaveLength(1)
    const { histograms, header, ...rest } = smallRun()
    expect(serialiseRun({ histograms, ...rest, header })).toBe(serialiseRun(smallRun()))
  })

  test('any value survives', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (scenario) => {
        const text = serialiseRun({ ...smallRun(), scenario })
        const expected: unknown = JSON.parse(JSON.stringify(scenario))
        expect((JSON.parse(text) as RunRecord).scenario).toEqual(expected)
      }),
      { numRuns: 60 },
    )
  })

  test('a number that is none is a bug', () => {
    const run = smallRun()
    run.timeline.waiting[3] = Number.NaN
    expect(() => serialiseRun(run)).toThrow('dambreak bug')
  })
})
