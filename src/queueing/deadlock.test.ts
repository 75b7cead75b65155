import { expect, test } from 'vitest'
import { canDeadlock, smallestSafePool } from './deadlock.ts'

test('ten threads that need three connections each are safe with 21', () => {
  expect(smallestSafePool({ threads: 10, neededPerThread: 3 })).toBe(21)
  expect(smallestSafePool({ threads: 10, neededPerThread: 1 })).toBe(1)
  expect(smallestSafePool({ threads: 0, neededPerThread: 4 })).toBe(1)
})

/** Whether some order of takings ends with every thread short of one and none left, by search. */
function stuckStateExists(pool: number, threads: number, needed: number): boolean {
  const seen = new Set<string>()
  const search = (held: number[]): boolean => {
    const key = held.toSorted((a, b) => a - b).join()
    if (seen.has(key)) return false
    seen.add(key)
    const free = pool - held.reduce((sum, n) => sum + n, 0)
    if (free === 0 && held.every((n) => n < needed)) return true
    return held.some((n, i) => {
      if (n === needed) return search(held.with(i, 0))
      return free > 0 && search(held.with(i, n + 1))
    })
  }
  return search(Array.from({ length: threads }, () => 0))
}

test('agrees with a search of every order of takings', () => {
  for (let threads = 1; threads <= 4; threads++) {
    for (let neededPerThread = 1; neededPerThread <= 3; neededPerThread++) {
      for (let pool = 0; pool <= 10; pool++) {
        const found = stuckStateExists(pool, threads, neededPerThread)
        const label = `${pool} for ${threads} threads of ${neededPerThread}`
        expect(canDeadlock({ pool, threads, neededPerThread }), label).toBe(found)
      }
    }
  }
})

test('refuses a thread that needs nothing', () => {
  expect(() => smallestSafePool({ threads: 1, neededPerThread: 0 })).toThrow(
    'smallestSafePool.neededPerThread must be a whole number of at least 1, got 0',
  )
})
