import { createServer, type Server } from 'node:http'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { threadsAt, type StartThread } from '../engine/live/crew.ts'
import { opening, type OpeningEdits } from '../engine/testing/opening.ts'
import { expectLaws } from '../engine/testing/engine-laws.ts'
import { loadedOf } from '../engine/testing/loaded.ts'
import { closeServer, listen } from '../stack/http.ts'
import { liveThread } from '../engine/live/live-environment.ts'
import { rehearseHere } from './testing/rehearse-here.ts'

/** Generator threads as they are: real ones, against a server on loopback. */

let server: Server
let port: number
/** Bodies of the requests that came, in order. */
let came: string[]

beforeEach(async () => {
  came = []
  server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (piece: string) => (body += piece))
    request.on('end', () => {
      came.push(body)
      response.end('{"status":"ok"}')
    })
  })
  port = await listen(server, '127.0.0.1', 0)
})
afterEach(() => closeServer(server))

const scenario = (edits: OpeningEdits = {}) =>
  loadedOf(
    opening({
      endsAt: '2021-01-01T12:00:03Z',
      population: { people: 300 },
      arrivals: [{ kind: 'constant', share: 1, forSec: 2 }],
      ...edits,
    }),
  )

describe('a crew', () => {
  test('of two sends what one would, and merges what came of it', async () => {
    const loaded = scenario()
    const run = await rehearseHere(loaded, { port, workers: 2 })
    expectLaws(run, loaded)
    expect(run.summary.visitors).toMatchObject({ arrived: 300, booked: 300 })
    expect(run.summary.people).toMatchObject({ came: 300, booked: 300, gaveUp: 0 })
    expect(run.audit.live?.workers).toBe(2)
    expect(run.audit.events).toBe(300)
    // Each person once, whichever thread they were in.
    const people = came.map((body) => (JSON.parse(body) as { person: string }).person)
    expect(people).toHaveLength(300)
    expect(new Set(people).size).toBe(300)
  })

  test('stops at a signal, and keeps what it has recorded', async () => {
    const loaded = scenario({ endsAt: '2021-01-01T12:10:00Z', population: { people: 30_000 } })
    const stop = new AbortController()
    const run = await rehearseHere(loaded, {
      port,
      workers: 2,
      signal: stop.signal,
      companions: {
        look: ({ arrived }) => {
          if (arrived >= 50) stop.abort()
        },
      },
    })
    expectLaws(run, loaded)
    const { arrived, booked, unfinished } = run.summary.visitors
    expect(arrived).toBeGreaterThanOrEqual(50)
    expect(arrived).toBeLessThan(30_000)
    expect(booked).toBeGreaterThan(0)
    expect(booked + unfinished).toBe(arrived)
    expect(run.verdict.valid).toBe(false)
    expect(run.verdict.ending.kind).toBe('interrupted')
  })

  test('that was told to stop before it began performs nothing', async () => {
    const run = await rehearseHere(scenario(), { port, signal: AbortSignal.abort() })
    expect(run.summary.visitors.arrived).toBe(0)
    expect(run.verdict.valid).toBe(false)
    expect(came).toEqual([])
  })
})

describe('a thread that fails ends the run with a message', () => {
  /** The second thread does this; the first is as it should be. */
  const withFaulty = (faulty: (stop: Int32Array) => Worker): StartThread => {
    const healthy = threadsAt(liveThread)
    let started = 0
    return (stop) => (started++ === 0 ? healthy(stop) : faulty(stop))
  }
  const doing = (code: string) => () =>
    new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`))
  const onJob = (code: string) =>
    doing(
      `import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => { ${code} })`,
    )
  const fill = 'const all = []; for (;;) all.push(Array.from({ length: 1e4 }, () => ({})))'

  test('one that fails midway: the record of the others is kept, and says so', async () => {
    const later = `
      import { parentPort } from 'node:worker_threads'
      parentPort.on('message', ({ kind }) => {
        if (kind === 'job') parentPort.postMessage({ kind: 'ready' })
        else setTimeout(() => { throw new Error('of its own') }, 1000)
      })`
    const startThread = withFaulty(doing(later))
    const loaded = scenario()
    const run = await rehearseHere(loaded, { port, workers: 2, startThread })
    expectLaws(run, loaded)
    expect(run.verdict.valid).toBe(false)
    expect(run.verdict.ending).toEqual({
      kind: 'failed',
      detail: { code: 'WorkerFailed', message: 'of its own' },
    })
    const { arrived } = run.summary.visitors
    expect(arrived).toBeGreaterThan(20)
    // The other half of the plan was lost with its thread.
    expect(arrived).toBeLessThanOrEqual(150)
  })

  test.each([
    ['that throws', doing('throw new Error("of its own")'), 'Error', /^of its own$/],
    ['that ends', doing('process.exit(7)'), 'DambreakError', /ended early \(code 7\)/],
    [
      'that says why',
      onJob(
        "parentPort.postMessage({ kind: 'failed', error: { kind: 'engine', message: 'no luck', faults: [] } })",
      ),
      'DambreakError',
      /^no luck$/,
    ],
    [
      'that finds no memory for its rows',
      onJob("throw new RangeError('Array buffer allocation failed')"),
      'DambreakError',
      /not enough memory .*--population/,
    ],
    [
      'that is out of memory',
      () =>
        new Worker(new URL(`data:text/javascript,${encodeURIComponent(fill)}`), {
          resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 4 },
        }),
      'DambreakError',
      /ran out of memory: lower --population/,
    ],
  ])('one %s', async (_how, faulty, name, words) => {
    const running = rehearseHere(scenario(), { port, workers: 2, startThread: withFaulty(faulty) })
    await expect(running).rejects.toMatchObject({
      name,
      message: expect.stringMatching(words) as string,
    })
  })

  test('in the middle of it and the only one: nothing is left going on', async () => {
    const dies = onJob(
      "parentPort.postMessage({ kind: 'ready' }); setTimeout(() => { throw new Error('in mid-run') }, 1500)",
    )
    const left: string[] = []
    const running = rehearseHere(scenario(), {
      port,
      startThread: dies,
      // Else a stack would go on being halted and watched by a run that is no more.
      companions: { abandon: () => Promise.resolve(void left.push('abandoned')) },
    })
    await expect(running).rejects.toThrow('in mid-run')
    expect(left).toEqual(['abandoned'])
  })
})
