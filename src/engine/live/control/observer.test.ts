import { describe, expect, test } from 'vitest'
import type { TextAnswer } from './fetch-text.ts'
import { Observer, resolveObserved, type Observed } from './observer.ts'
import type { Observation } from './observation.ts'
import type { Lookup } from '../transport/target.ts'
import type { Target } from '../../client/transport.ts'

const target: Target = {
  protocol: 'https:',
  host: 'shop.example',
  serverName: 'shop.example',
  address: '192.0.2.7',
  port: 443,
  basePath: '/base',
  isLoopback: false,
}
const lookup: Lookup = (name) =>
  Promise.resolve(name === 'localhost' ? ['127.0.0.1'] : ['192.0.2.99'])

describe('resolveObserved', () => {
  test('the target’s own host, at its pinned address, on any port', async () => {
    expect(
      await resolveObserved('http://SHOP.example:9090/metrics?x=y', { target, lookup }),
    ).toEqual({
      target: {
        ...target,
        protocol: 'http:',
        host: 'shop.example:9090',
        port: 9090,
        basePath: '',
      },
      path: '/metrics?x=y',
    })
  })

  test('this machine', async () => {
    const observed = await resolveObserved('http://localhost:9090/metrics', { target, lookup })
    expect(observed).toMatchObject({
      target: { address: '127.0.0.1', isLoopback: true },
      path: '/metrics',
    })
  })

  test.each(['http://other.example/metrics', 'http://192.0.2.7/metrics', 'metrics'])(
    'not %s',
    async (url) => {
      await expect(resolveObserved(url, { target, lookup })).rejects.toMatchObject({
        kind: 'usage',
      })
    },
  )
})

/** A clock that is moved by hand; each look takes 100 ms. */
function stage(answers: (TextAnswer | string)[]) {
  let nowMs = 0
  const timers: { atMs: number; act: () => void }[] = []
  const seen: [number, Observation][] = []
  const paths: string[] = []
  const observed: Observed = { target, path: '/metrics' }
  const observer = new Observer({
    observed,
    stations: [],
    everyMs: 1000,
    nowMs: () => nowMs,
    after: (ms, act) => {
      const timer = { atMs: nowMs + ms, act }
      timers.push(timer)
      return () => void timers.splice(timers.indexOf(timer), 1)
    },
    fetchText: (_target, { path }) => {
      paths.push(path)
      nowMs += 100
      const answer = answers.shift() ?? { ok: false, detail: 'the connection is refused' }
      return Promise.resolve(
        typeof answer === 'string' ? { ok: true, status: 200, text: answer } : answer,
      )
    },
    onObservation: (atMs, observation) => seen.push([atMs, observation]),
  })
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  const next = async () => {
    const timer = timers.shift()
    if (timer === undefined) return
    nowMs = Math.max(nowMs, timer.atMs)
    timer.act()
    await settle()
  }
  return { observer, seen, paths, timers, next, settle }
}

describe('Observer', () => {
  test('looks every second, and goes on after a look that failed', async () => {
    const { observer, seen, paths, next, settle } = stage([
      'dambreak_gate_waiting 1',
      { ok: true, status: 503, text: 'dambreak_gate_waiting 2' },
      { ok: false, detail: 'no answer within 5 s' },
      'dambreak_gate_waiting 4\ndambreak_gate_inside 1',
    ])
    observer.start()
    await settle()
    expect(observer.missing).toEqual(['dambreak_instances', 'dambreak_gate_inside'])
    for (let i = 0; i < 3; i++) await next()
    expect(seen.map(([atMs, { waiting }]) => [atMs, waiting])).toEqual([
      [50, 1],
      [3050, 4],
    ])
    expect(observer).toMatchObject({
      looks: 4,
      failures: 2,
      lastFailure: 'no answer within 5 s',
      missing: ['dambreak_instances'],
    })
    expect(new Set(paths)).toEqual(new Set(['/metrics']))
  })

  test('stopped, it looks no more', async () => {
    const { observer, timers, next, settle } = stage([])
    observer.start()
    await settle()
    expect(timers).toHaveLength(1)
    await observer.stop()
    await next()
    expect([observer.looks, timers.length]).toEqual([1, 0])
    const other = stage([])
    other.observer.start()
    await other.observer.stop()
    await other.settle()
    expect([other.observer.looks, other.timers.length]).toEqual([1, 0])
  })
})
