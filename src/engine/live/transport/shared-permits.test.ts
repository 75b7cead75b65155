import { describe, expect, test } from 'vitest'
import { createPermitMemory, permitWindowMs, SharedPermits } from './shared-permits.ts'

describe('permits', () => {
  test('are as many as requests in a window, for all who share them', () => {
    let nowMs = 1e9
    const memory = createPermitMemory(15, nowMs)
    const [a, b] = [new SharedPermits(memory, () => nowMs), new SharedPermits(memory, () => nowMs)]
    expect([a.spend(), b.spend(), a.spend(), b.spend()]).toEqual([true, true, true, false])
    nowMs += permitWindowMs - 1
    expect(a.reserve()).toBe(false)
    nowMs += 1
    expect([a.reserve(), a.reserve(), b.reserve(), b.reserve()]).toEqual([true, true, true, false])
  })

  test('let no second, and no 1.25 s, have more requests than are allowed', () => {
    let nowMs = 0
    const permits = new SharedPermits(createPermitMemory(50, nowMs), () => nowMs)
    const sentMs: number[] = []
    for (; nowMs < 10_000; nowMs += 1) if (permits.spend()) sentMs.push(nowMs)
    const within = (fromMs: number, ms: number) =>
      sentMs.filter((at) => at >= fromMs && at < fromMs + ms).length
    expect(Math.max(...sentMs.map((from) => within(from, 1250)))).toBe(50)
    expect(sentMs).toHaveLength(400)
  })

  test('count from when a request is written, not from when a connection was asked for', () => {
    let nowMs = 0
    const memory = createPermitMemory(10, nowMs)
    const [slow, other] = [
      new SharedPermits(memory, () => nowMs),
      new SharedPermits(memory, () => nowMs),
    ]
    expect([slow.reserve(), slow.reserve()]).toEqual([true, true])
    nowMs = 60_000
    expect(other.reserve()).toBe(false)
    expect(slow.spend()).toBe(true)
    expect(other.reserve()).toBe(false)
    nowMs += permitWindowMs
    expect([other.reserve(), other.reserve()]).toEqual([true, false])
  })

  test('of requests that are never written are free again after a window', () => {
    let nowMs = 0
    const permits = new SharedPermits(createPermitMemory(10, nowMs), () => nowMs)
    expect([permits.reserve(), permits.reserve()]).toEqual([true, true])
    permits.giveBack()
    permits.giveBackAll()
    permits.giveBack()
    expect(permits.reserve()).toBe(false)
    nowMs = permitWindowMs
    expect([permits.reserve(), permits.reserve(), permits.reserve()]).toEqual([true, true, false])
  })
})
