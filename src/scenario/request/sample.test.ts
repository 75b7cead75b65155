import { describe, expect, test } from 'vitest'
import { parseScenario } from '../load/parse.ts'
import { intervalQuantile, sampleDocuments } from './sample.ts'
import type { Scenario } from '../schema/schema.ts'
import { editedDocument } from '../testing/small-document.ts'

const assumed = (low: number, mid: number, high: number) => ({
  low,
  mid,
  high,
  evidence: 'assumed',
})

const document = editedDocument({
  'arrivals[1].share': assumed(0.4, 0.5, 0.6),
  'arrivals[2].share': { low: 0.2, mid: 0.3, high: 0.4, evidence: 'reported' },
  'waitingRoom.failOpen': assumed(0, 0.02, 0.5),
  'waitingRoom.maxTtlSec': assumed(0.001, 20, 30),
  'journey[0].visits[0].serviceMs.mean': assumed(100, 250, 300),
})

function scenarios(seed: number, points: number, box = false): Scenario[] {
  return sampleDocuments(document, { seed, points, box }).map((sampled) => {
    const parsed = parseScenario(sampled)
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
    return parsed.loaded.scenario
  })
}

function meanMsOf(scenario: Scenario): number {
  const dist = scenario.journey[0]?.visits[0]?.serviceMs
  return dist?.dist === 'lognormal' ? dist.mean : Number.NaN
}

test.each([
  [0.05, 10],
  [0.275, 15],
  [0.5, 20],
  [0.725, 40],
  [0.95, 60],
  [0, 20 - 10 / 0.9],
  [1, 20 + 40 / 0.9],
])('the quantile of 10, 20, 60 at %d', (u, value) => {
  expect(intervalQuantile({ low: 10, mid: 20, high: 60 }, u)).toBeCloseTo(value, 9)
})

describe('sampled documents', () => {
  test('use each part of equal probability once', () => {
    const points = 40
    const means = scenarios(1, points)
      .map(meanMsOf)
      .sort((a, b) => a - b)
    means.forEach((mean, i) => {
      const at = (u: number) => intervalQuantile({ low: 100, mid: 250, high: 300 }, u)
      expect(mean).toBeGreaterThanOrEqual(at(i / points))
      expect(mean).toBeLessThanOrEqual(at((i + 1) / points))
    })
  })

  test('vary independently', () => {
    const drawn = scenarios(1, 200)
    const x = drawn.map(meanMsOf)
    const y = drawn.map((scenario) => scenario.waitingRoom.maxTtlSec)
    const mean = (list: number[]) => list.reduce((sum, value) => sum + value, 0) / list.length
    const cov = mean(x.map((value, i) => (value - mean(x)) * ((y[i] ?? 0) - mean(y))))
    const sd = (list: number[]) => Math.sqrt(mean(list.map((value) => (value - mean(list)) ** 2)))
    expect(Math.abs(cov / sd(x) / sd(y))).toBeLessThan(0.2)
  })

  test('keep within the fields, whole where they are whole, shares adding up to 1', () => {
    for (const scenario of scenarios(2, 100)) {
      expect(Number.isInteger(scenario.stack.instances)).toBe(true)
      expect(scenario.waitingRoom.failOpen).toBeGreaterThanOrEqual(0)
      expect(scenario.waitingRoom.maxTtlSec).toBeGreaterThan(0)
      const shares = scenario.arrivals.map(
        (arrival) => ('share' in arrival ? arrival.share : 0) ?? 0,
      )
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9)
    }
  })

  test('go beyond low and high in a tenth of the cases, in the box never', () => {
    const outside = (list: Scenario[]) =>
      list.filter((scenario) => meanMsOf(scenario) < 100 || meanMsOf(scenario) > 300).length
    expect(outside(scenarios(3, 200))).toBe(20)
    expect(outside(scenarios(3, 200, true))).toBe(0)
  })

  test('leave what is not assumed, and the document that was given', () => {
    const before = structuredClone(document)
    const plain = editedDocument({ 'stack.instances': { value: 4, evidence: 'reported' } })
    expect(sampleDocuments(plain, { seed: 1, points: 2 })).toEqual([plain, plain])
    sampleDocuments(document, { seed: 1, points: 3 })
    expect(document).toEqual(before)
  })

  test('come again with the same seed, and not with another', () => {
    expect(scenarios(5, 8)).toEqual(scenarios(5, 8))
    expect(scenarios(6, 8)).not.toEqual(scenarios(5, 8))
  })
})
