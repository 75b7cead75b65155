import { expect, test } from 'vitest'
import { streamKey, streams, uniform } from '../core/chance.ts'
import { fitForecast, forecastWithin } from './row-forecast.ts'
import type { RowExample } from './row-forecast.ts'

const key = streamKey(5, streams.test)
const noise = (i: number) => 0.05 * (uniform(key, i, 9) - 0.5)
/** asinh(y) is 3 + x0 − 2·x1 and a little noise; a third value says nothing. */
const examples = (count: number, from = 0): RowExample[] =>
  Array.from({ length: count }, (_, n) => {
    const i = from + n
    const x = [0, 1, 2].map((k) => 2 * uniform(key, i, k) - 1)
    return { x, y: Math.sinh(3 + x[0]! - 2 * x[1]! + noise(i)) }
  })

test('finds what a row goes with, and what it does not', () => {
  const forecast = fitForecast(examples(60))!
  expect(forecast.slopes[0]).toBeCloseTo(1, 1)
  expect(forecast.slopes[1]).toBeCloseTo(-2, 1)
  expect(forecast.slopes[2]).toBeCloseTo(0, 1)
  expect(forecast.intercept).toBeCloseTo(3, 1)
})

test('its error is the one of leaving each example out in turn', () => {
  const all = examples(12)
  const forecast = fitForecast(all)!
  // The same by hand, for the penalty of these examples: 0.3, the least, as they are nearly linear.
  const squares = all.map((left, i) => {
    const others = all.filter((_, k) => k !== i)
    const { intercept, slopes } = ridgeByHand(others, 0.3, all)
    const at = intercept + slopes.reduce((sum, slope, k) => sum + slope * left.x[k]!, 0)
    return (Math.asinh(left.y) - at) ** 2
  })
  const error = Math.sqrt(squares.reduce((a, b) => a + b, 0) / all.length)
  expect(forecast.error).toBeGreaterThan(0.8 * error)
  expect(forecast.error).toBeLessThan(1.25 * error)
})

/** By gradient descent on the penalised squares. */
function ridgeByHand(given: RowExample[], penalty: number, all: RowExample[]) {
  const d = all[0]!.x.length
  const meanX = Array.from(
    { length: d },
    (_, k) => given.reduce((s, { x }) => s + x[k]!, 0) / given.length,
  )
  const meanY = given.reduce((s, { y }) => s + Math.asinh(y), 0) / given.length
  const slopes = Array.from({ length: d }, () => 0)
  for (let round = 0; round < 5000; round++) {
    const gradient = slopes.map((slope) => penalty * slope)
    for (const { x, y } of given) {
      const at = slopes.reduce((s, slope, k) => s + slope * (x[k]! - meanX[k]!), 0)
      const left = at - (Math.asinh(y) - meanY)
      x.forEach((value, k) => (gradient[k]! += left * (value - meanX[k]!)))
    }
    gradient.forEach((one, k) => (slopes[k]! -= 0.02 * one))
  }
  return { slopes, intercept: meanY - slopes.reduce((s, slope, k) => s + slope * meanX[k]!, 0) }
}

test('probabilities are those of sets not seen', () => {
  const forecast = fitForecast(examples(60))!
  const bounds = { min: Math.sinh(2.5), max: Math.sinh(4) }
  const fresh = examples(400, 1000)
  const expected = fresh.reduce((sum, { x }) => sum + forecastWithin(forecast, x, bounds), 0)
  const held = fresh.filter(({ y }) => y >= bounds.min && y <= bounds.max).length
  expect(Math.abs(expected - held)).toBeLessThan(8)
  expect(forecastWithin(forecast, [0, 0, 0], { min: -Infinity, max: Infinity })).toBe(1)
  expect(forecastWithin(forecast, [1, 1, 0], { min: Math.sinh(4), max: Infinity })).toBeLessThan(
    1e-6,
  )
})

test('too few examples forecast nothing', () => {
  expect(fitForecast(examples(2))).toBeNull()
})
