import { describe, expect, test } from 'vitest'
import { parseScenario } from '../../../scenario/load/parse.ts'
import { smallDocument } from '../../../scenario/testing/small-document.ts'
import { personOf } from '../../../workload/population.ts'
import { exportRun } from '../export-run.ts'
import type { Answered, Asked } from './http-sender.ts'
import { Surge } from './surge.ts'

const answer = (body: string, changes: Partial<Answered> = {}): Answered => ({
  status: 200,
  error: '',
  error_code: 0,
  body,
  headers: {},
  cookies: {},
  timings: { blocked: 1, connecting: 0, tls_handshaking: 0, duration: 9 },
  ...changes,
})
const timedOut = (): Answered =>
  answer('', {
    status: 0,
    error_code: 1050,
    timings: { blocked: 1, connecting: 0, tls_handshaking: 0, duration: 2999 },
  })

interface Case {
  readonly changes?: Record<string, unknown>
  readonly visitorsPerVu?: number
  /** The far side; `n` requests came before. */
  readonly serve: (asked: Asked, n: number) => Answered
  /** Wall ms after the opening. */
  readonly atMs?: number
}

/** One VU and one iteration of it, in a time of its own. */
async function perform({ changes = {}, visitorsPerVu = 1, serve, atMs = 1000 }: Case) {
  const parsed = parseScenario({ ...smallDocument(), ...changes })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
  const scale = { seed: 1, population: 1, speed: 1, parts: 1 }
  const { data, stages } = exportRun(parsed.loaded, { ...scale, visitorsPerVu })
  const openedMs = data.window.opensAtMs - data.startsAtMs
  let nowMs = openedMs + atMs
  let timers: { id: number; atMs: number; act: () => void }[] = []
  let ids = 0
  const after = (ms: number, act: () => void) => {
    timers.push({ id: ++ids, atMs: nowMs + ms, act })
    return ids
  }
  const asked: (Asked & { sec: number })[] = []
  const counted: { metric: string; tags: Record<string, string>; person: string | undefined }[] = []
  const surge = new Surge(data, {
    target: { protocol: 'http:', host: 'host', basePath: '/base', isLoopback: true },
    count: (metric, tags, metadata) => {
      counted.push({ metric, tags: { ...tags }, person: metadata?.['person'] })
    },
    ask: (request) => {
      const answered = serve(request, asked.length)
      asked.push({ ...request, sec: (nowMs - openedMs - atMs) / 1000 })
      const { blocked, duration } = answered.timings
      return new Promise((resolve) => after(blocked + duration, () => resolve(answered)))
    },
    turns: { after, never: (id) => (timers = timers.filter((timer) => timer.id !== id)) },
    epochMs: () => Math.floor(nowMs),
    startsAtEpochMs: 0,
    runCode: 'run',
    environment: {},
    tables: new Map(),
    cell: () => '',
    stages: () => ({ ...data.arrivals, stages }),
  })
  surge.begin(0)
  while (timers.length > 0) {
    const [next] = timers.toSorted((a, b) => a.atMs - b.atMs || a.id - b.id)
    timers = timers.filter((timer) => timer !== next)
    nowMs = Math.max(nowMs, next!.atMs)
    next!.act()
    // What was promised is told within the same turn.
    for (let i = 0; i < 4; i++) await Promise.resolve()
  }
  const events = counted
    .filter(({ metric }) => metric === 'visitors')
    .map(({ tags }) => tags['event'])
  const { population } = data
  const person = String(personOf({ ...population, ticketsOf: [] }, 0))
  return { asked, counted, events, person, endedSec: (nowMs - openedMs) / 1000 }
}

/** Told to wait twice, for two seconds each; everything else is as it should be. */
const gate = ({ path }: Asked, n: number): Answered => {
  if (path.includes('opcode=5101')) return answer('5101:201:key=k0&nwait=40&tps=10&ttl=2')
  if (path.includes('opcode=5002')) {
    return n < 2 ? answer('5002:201:key=k0&nwait=9&ttl=2') : answer('5002:200:key=k1')
  }
  return answer(path.includes('opcode=5004') ? '5004:200:key=k1' : '{"status":"ok"}')
}

describe('the visitors of a VU', () => {
  test('who is started when the run is over sends nothing, and is counted', async () => {
    const { asked, counted } = await perform({ serve: gate, atMs: 24 * 3_600_000 })
    expect(asked).toEqual([])
    expect(counted).toEqual([{ metric: 'visitors', tags: { event: 'late' }, person: undefined }])
  })

  test('knock, poll as told with jitter, go in, book, and say good-bye', async () => {
    const { asked, counted, events, person } = await perform({ serve: gate })
    expect(asked.map(({ method, path }) => `${method} ${path.replace(/&.*/, '')}`)).toEqual([
      'GET /base/ts.wseq?opcode=5101',
      'GET /base/ts.wseq?opcode=5002',
      'GET /base/ts.wseq?opcode=5002',
      'POST /base/booking/book',
      'GET /base/ts.wseq?opcode=5004',
    ])
    const gaps = [1, 2].map((i) => asked[i]!.sec - asked[i - 1]!.sec - 0.01)
    for (const gap of gaps) expect(Math.abs(gap - 2)).toBeLessThanOrEqual(0.1)
    expect(gaps[0]).not.toBe(gaps[1])
    expect(asked[3]?.headers['cookie']).toContain('k1')
    expect(JSON.parse(asked[3]?.body ?? '')).toMatchObject({ person: `run-${person}` })
    expect(events).toEqual(['arrived', 'queued', 'admitted', 'committed', 'booked'])
    expect(counted.filter((one) => one.person !== undefined).map((one) => one.person)).toEqual(
      Array<string>(3).fill(person),
    )
    const waits = counted.find(({ metric }) => metric === 'waits')
    expect(waits?.tags['state']).toBe('admitted')
    expect(Number(waits?.tags['ms'])).toBeGreaterThan(3800)
    expect(counted.find(({ metric }) => metric === 'services')?.tags).toEqual({
      step: 'book',
      us: '8960',
    })
  })

  test('a call that times out is made once more; fail open or not, as the scenario says', async () => {
    const waitingRoom = { admission: { perSec: 36 }, failOpen: 1 }
    const serve = (asked: Asked) =>
      asked.path.includes('ts.wseq') ? timedOut() : answer('{"status":"ok"}')
    const open = await perform({ changes: { waitingRoom }, serve })
    expect(open.asked.map(({ path }) => path.includes('ts.wseq'))).toEqual([true, true, false])
    expect(open.asked[0]?.timeoutMs).toBe(3000)
    expect(open.asked[2]?.headers['cookie']).toContain('connection_timeout')
    expect(open.events).toEqual(['arrived', 'bypassed', 'committed', 'booked'])
    const shut = await perform({ changes: { waitingRoom: { ...waitingRoom, failOpen: 0 } }, serve })
    expect(shut.asked).toHaveLength(2)
    expect(shut.events).toEqual(['arrived', 'timedOut'])
  })

  test('those of one iteration come each at its own time, and share no cookies', async () => {
    const serve = (asked: Asked, n: number) =>
      asked.path.includes('opcode=5101') ? answer(`5101:200:key=k${n}`) : gate(asked, 9)
    const { asked, events } = await perform({ visitorsPerVu: 20, serve, atMs: -60_000 })
    const knocks = asked.filter(({ path }) => path.includes('opcode=5101')).map(({ sec }) => sec)
    expect(knocks).toHaveLength(20)
    expect(new Set(knocks).size).toBe(20)
    expect(events.filter((event) => event === 'arrived')).toHaveLength(20)
    const keys = asked
      .filter(({ method }) => method === 'POST')
      .map(({ headers }) => headers['cookie'])
    expect(new Set(keys).size).toBe(20)
  })

  test('whoever still waits at the end is unfinished, and their wait is censored', async () => {
    const serve = () => answer('5101:201:key=k0&nwait=40&ttl=30')
    const changes = { behaviour: { patienceSec: 1e6 } }
    const { events, counted, endedSec } = await perform({ changes, serve })
    expect(events).toEqual(['arrived', 'queued', 'unfinished'])
    expect(counted.find(({ metric }) => metric === 'waits')?.tags['state']).toBe('censored')
    expect(endedSec).toBeCloseTo(3 * 3600, 0)
  })
})
