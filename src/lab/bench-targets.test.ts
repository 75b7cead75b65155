import { describe, expect, test } from 'vitest'
import { summariseBench, type CaseName, type Measurement } from './bench-targets.ts'

const machine = { cores: 2 }

function measured(name: CaseName, parts: Partial<Measurement>): Measurement {
  return {
    case: name,
    population: 1,
    speed: 1,
    tickets: 6e6,
    events: 36e6,
    wallSec: 10,
    cpuSec: 10,
    eventsPerSec: 3.6e6,
    fired: 30e6,
    firedPerSec: 3e6,
    peakRssBytes: 500e6,
    peakRssBytesPerTicket: 83,
    ...parts,
  }
}

const met = (measurements: readonly Measurement[]) =>
  Object.fromEntries(
    summariseBench(measurements, { isFullCrowd: true, machine }).targets.map((target) => [
      target.name,
      target.met,
    ]),
  )

describe('the summary of a bench', () => {
  test('compares the night with the floor and with ten times itself', () => {
    const { summary } = summariseBench(
      [
        measured('floor', { firedPerSec: 8e6 }),
        measured('night', { firedPerSec: 4e6, cpuSec: 10 }),
        measured('night-x10', { cpuSec: 105 }),
      ],
      { isFullCrowd: true, machine },
    )
    expect(summary).toEqual({ nightOverFloor: 0.5, x10TimeRatio: 10.5 })
  })

  test('a target is met up to its limit and missed beyond it', () => {
    const night = { cpuSec: 12, peakRssBytes: 700e6, eventsPerSec: 4e6 }
    const x10 = { cpuSec: 132, peakRssBytes: 6e9 }
    expect(met([measured('night', night), measured('night-x10', x10)])).toEqual({
      'night.cpuSec': true,
      'night.peakRssMB': true,
      'night.eventsPerSec': true,
      'night-x10.timeRatio': true,
      'night-x10.peakRssGB': true,
    })
    const slower = { cpuSec: 12.001, peakRssBytes: 700_000_001, eventsPerSec: 3_999_999 }
    const larger = { cpuSec: 132.02, peakRssBytes: 6_000_000_001 }
    expect(met([measured('night', slower), measured('night-x10', larger)])).toEqual({
      'night.cpuSec': false,
      'night.peakRssMB': false,
      'night.eventsPerSec': false,
      'night-x10.timeRatio': false,
      'night-x10.peakRssGB': false,
    })
  })

  test('what was not measured is neither met nor missed', () => {
    const { summary, targets } = summariseBench([measured('smoke', {})], {
      isFullCrowd: true,
      machine,
    })
    expect(summary).toEqual({ nightOverFloor: null, x10TimeRatio: null })
    expect(targets.map((target) => [target.observed, target.met])).toEqual(
      targets.map(() => [null, null]),
    )
    expect(targets).toHaveLength(5)
  })

  test('a small crowd is held against nothing', () => {
    const given = { isFullCrowd: false, machine }
    expect(summariseBench([measured('night', { population: 0.05 })], given).targets).toEqual([])
  })
})
