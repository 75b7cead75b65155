import { describe, expect, test } from 'vitest'
import { InstanceCount } from './instance-count.ts'

const layout = { buckets: 5, bucketMs: 10 }

describe('InstanceCount', () => {
  test('what is started counts once it has booted, what is sent away goes at once', () => {
    const count = new InstanceCount(4, 10)
    count.scale(5, 10)
    count.scale(30, 2)
    expect([...count.means(layout)]).toEqual([4, 7, 10, 2, 2])
  })

  test('what is sent away while it boots never takes part', () => {
    const count = new InstanceCount(4, 20)
    count.scale(0, 10)
    count.scale(10, 6)
    expect([0, 19, 20, 29, 30].map((atMs) => count.at(atMs))).toEqual([4, 4, 6, 6, 6])
    count.scale(31, 9)
    count.scale(40, 3)
    expect([39, 40, 51].map((atMs) => count.at(atMs))).toEqual([6, 3, 3])
  })

  test('none takes requests during a halt, and all that booted meanwhile do after it', () => {
    const count = new InstanceCount(4, 5)
    count.halt(10, true)
    count.scale(15, 8)
    count.halt(30, false)
    expect([...count.means(layout)]).toEqual([4, 0, 0, 8, 8])
  })
})
