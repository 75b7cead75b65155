import { describe, expect, test } from 'vitest'
import { enginesText, isMixed, resultWord, stationsOf } from './engine.ts'
import { saturation } from './saturation.ts'
import { liveRun, unobservedRun } from './testing/live-run.ts'
import { sampleRun } from './testing/sample-run.ts'

const [live, simulated] = [liveRun(), sampleRun()]

describe('what a run is called by its engine', () => {
  test('measured is never called simulated, nor the other way round', () => {
    expect(enginesText([live])).toBe('measured live')
    expect(enginesText([simulated])).toBe('simulated')
    expect(enginesText([live, simulated, liveRun()])).toBe('measured live and simulated')
    expect(resultWord([live])).toBe('measured')
    expect(resultWord([simulated])).toBe('simulated')
    expect(resultWord([simulated, live])).toBe('simulated or measured')
    expect([isMixed([live, liveRun()]), isMixed([live, simulated])]).toEqual([false, true])
  })
})

describe('stations', () => {
  test('of a live run are those that its target showed', () => {
    expect(Object.keys(stationsOf(live))).toEqual(['web', 'db'])
    expect(stationsOf(unobservedRun())).toEqual({})
    const half = liveRun()
    // What was looked for and never seen stands in the record as zeros.
    for (const series of Object.values(half.timeline.stations['db']!)) series.fill(0)
    expect(Object.keys(stationsOf(half))).toEqual(['web'])
    expect(saturation(half).map(({ station }) => station)).toEqual(['web'])
  })

  test('of a simulated run are all, idle ones too', () => {
    const idle = sampleRun()
    for (const series of Object.values(idle.timeline.stations['database']!)) series.fill(0)
    expect(Object.keys(stationsOf(idle))).toEqual(['web worker', 'database'])
  })
})
