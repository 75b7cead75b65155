import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { gradient, hessian, minimise } from './minimise.ts'

const rosenbrock = ([x = 0, y = 0]: readonly number[]) => (1 - x) ** 2 + 100 * (y - x * x) ** 2

describe('minimise', () => {
  test('finds the end of Rosenbrock’s valley', () => {
    const found = minimise(rosenbrock, [-1.2, 1])
    expect(found.isConverged).toBe(true)
    expect(found.point[0]).toBeCloseTo(1, 7)
    expect(found.point[1]).toBeCloseTo(1, 7)
  })

  test('finds Wood’s minimum among four parameters', () => {
    const wood = ([a = 0, b = 0, c = 0, d = 0]: readonly number[]) =>
      100 * (b - a * a) ** 2 +
      (1 - a) ** 2 +
      90 * (d - c * c) ** 2 +
      (1 - c) ** 2 +
      10.1 * ((b - 1) ** 2 + (d - 1) ** 2) +
      19.8 * (b - 1) * (d - 1)
    for (const x of minimise(wood, [-3, -1, -3, -1]).point) expect(x).toBeCloseTo(1, 7)
  })

  test('goes around where the function has no value', () => {
    const found = minimise(([x = 0]) => x - Math.log(x), [5])
    expect(found.point[0]).toBeCloseTo(1, 8)
  })

  test('finds the middle of any bowl', () => {
    const at = fc.double({ min: -5, max: 5, noNaN: true })
    fc.assert(
      fc.property(at, at, fc.double({ min: 0.1, max: 10, noNaN: true }), (a, b, steep) => {
        const bowl = ([x = 0, y = 0]: readonly number[]) =>
          Math.cosh((x - a) / 3) + steep * (y - b + 0.3 * (x - a)) ** 2
        const { point } = minimise(bowl, [0, 0])
        expect(point[0]).toBeCloseTo(a, 6)
        expect(point[1]).toBeCloseTo(b, 6)
      }),
    )
  })

  test('says so where there is no minimum to find', () => {
    expect(minimise(() => Number.NaN, [1, 2]).isConverged).toBe(false)
  })
})

test('derivatives by differences are those by hand', () => {
  const f = ([x = 0, y = 0]: readonly number[]) => Math.exp(x) * Math.sin(y) + x * x * y
  const [x, y] = [0.7, -1.3]
  const slope = gradient(f, [x, y])
  expect(slope[0]).toBeCloseTo(Math.exp(x) * Math.sin(y) + 2 * x * y, 8)
  expect(slope[1]).toBeCloseTo(Math.exp(x) * Math.cos(y) + x * x, 8)
  const curve = hessian(f, [x, y])
  expect(curve[0]?.[0]).toBeCloseTo(Math.exp(x) * Math.sin(y) + 2 * y, 6)
  expect(curve[0]?.[1]).toBeCloseTo(Math.exp(x) * Math.cos(y) + 2 * x, 6)
  expect(curve[1]?.[0]).toBe(curve[0]?.[1])
  expect(curve[1]?.[1]).toBeCloseTo(-Math.exp(x) * Math.sin(y), 6)
})
