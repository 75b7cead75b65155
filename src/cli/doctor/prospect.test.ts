import { describe, expect, test } from 'vitest'
import { loadScenario } from '../../scenario/load/load.ts'
import { scenarioSchema, type Scenario } from '../../scenario/schema/schema.ts'
import { editedDocument } from '../../scenario/testing/small-document.ts'
import { peakNeeds } from './needs.ts'
import { prospectLines, prospectOf } from './prospect.ts'

const fullSize = { population: 1, speed: 1 }

/** 100 come a second for 100 s, 20 are let in, and each makes three requests. */
function scenarioOf(edits: Readonly<Record<string, unknown>> = {}): Scenario {
  const steps = ['one', 'two', 'three'].map((step) => ({
    step,
    visits: [{ station: 'web', serviceMs: 1 }],
  }))
  return scenarioSchema.parse(
    editedDocument({
      population: { people: 10_000 },
      arrivals: [{ kind: 'constant', perSec: 100, forSec: 100, spacing: 'even' }],
      'waitingRoom.admission': { perSec: 20 },
      'waitingRoom.pollSec': { front: 2, back: 10 },
      journey: steps,
      timeline: [],
      variants: [],
      ...edits,
    }),
  )
}

describe('peakNeeds', () => {
  test('of a line that grows until the last has come', () => {
    const needs = peakNeeds(scenarioOf(), fullSize)
    // 80 more wait every second, 8,000 in the end; those next in line, (10 + 2)/2 s of turns, ask
    // every 2 s, the rest every 10 s.
    const front = (20 * (10 + 2)) / 2
    expect(needs.atSec).toBe(99)
    expect(needs.arrivalsPerSec).toBeCloseTo(100)
    expect(needs.stepsPerSec).toBeCloseTo(20 * 4)
    expect(needs.pollsPerSec).toBeCloseTo(front / 2 + (8000 - front) / 10)
    expect(needs.requestsPerSec).toBeCloseTo(
      needs.arrivalsPerSec + needs.pollsPerSec + needs.stepsPerSec,
    )
  })

  test('of those who go past the line, and of all where there is none', () => {
    const half = peakNeeds(scenarioOf({ 'behaviour.bypass': { share: 0.5 } }), fullSize)
    expect(half.arrivalsPerSec).toBeCloseTo(50)
    expect(half.stepsPerSec).toBeCloseTo(20 * 4 + 50 * 3)
    const open = peakNeeds(scenarioOf({ 'waitingRoom.protocol': 'none' }), fullSize)
    expect(open).toMatchObject({ arrivalsPerSec: 0, pollsPerSec: 0 })
    expect(open.requestsPerSec).toBeCloseTo(300)
  })

  test('before the opening all wait', () => {
    const early = scenarioOf({ arrivals: [{ kind: 'early', share: 1, forSec: 60 }] })
    const needs = peakNeeds(early, fullSize)
    expect(needs.atSec).toBe(-1)
    expect(needs.stepsPerSec).toBe(0)
    expect(needs.pollsPerSec).toBeGreaterThan(9000 / 10)
  })

  test('goes with population × speed', () => {
    const scenario = scenarioOf({
      arrivals: [{ kind: 'constant', perSec: 100, forSec: 1000, spacing: 'even' }],
    })
    const most = peakNeeds(scenario, fullSize).requestsPerSec
    for (const [population, speed] of [
      [0.5, 1],
      [1, 4],
      [0.1, 10],
      [0.5, 20],
    ] as const) {
      const needs = peakNeeds(scenario, { population, speed })
      expect(needs.requestsPerSec / (most * population * speed)).toBeCloseTo(1, 1)
    }
  })

  test('of the opening: no fewer than came in its first second', async () => {
    const { scenario } = await loadScenario('2021-07-19-ages-53-54', { allowCode: false })
    const needs = peakNeeds(scenario, fullSize)
    expect(needs.requestsPerSec).toBeGreaterThan(71_472 / 10)
    expect(needs.pollsPerSec).toBeLessThan(scenario.population.people * 4)
  })
})

describe('prospectOf', () => {
  const generated = {
    scheduled: {
      perSec: 500,
      answeredPerSec: 480,
      latenessMs: { p50: 0, p99: 0, max: 0 },
    },
  }
  const most = peakNeeds(scenarioOf(), fullSize).requestsPerSec

  test('says what is carried', () => {
    const prospect = prospectOf(scenarioOf(), fullSize, generated)
    expect(prospect).toMatchObject({ isCarried: false, carriedPerSec: 480 })
    expect(prospect.largestScale).toBeCloseTo(480 / most)
    const population = prospect.largestScale * 0.98
    expect(prospectOf(scenarioOf(), { population, speed: 1 }, generated).isCarried).toBe(true)
  })

  test('as text', () => {
    const lines = prospectLines(prospectOf(scenarioOf(), fullSize, generated))
    const text = lines.join(' ')
    expect(text).toContain('small at --population 1 --speed 1 asks for 1,028 requests a second')
    expect(text).toContain('99 s after the opening (arrivals 100, polls 848, booking steps 80)')
    expect(text).toContain('sends 480 in time: it does not carry that')
    expect(text).toContain('0.47 is the most')
  })
})
