import { describe, expect, test } from 'vitest'
import { DambreakError } from '../core/errors.ts'
import { runJobs, type JobResult } from '../engine/pool.ts'
import type { SimJob } from '../engine/worker.ts'
import { smallRun } from '../record/testing/small-record.ts'
import type { RunRecord } from '../record/run.ts'
import { simThread } from '../engine/sim-environment.ts'
import { loadArgument } from './scenario-argument.ts'
import { exitCodeOfRuns, unmetText } from './simulations.ts'
import { finishedEnding, interruptedEnding, type Ending } from '../record/verdict-codes.ts'

async function smokeJobs(seeds: readonly number[]): Promise<SimJob[]> {
  const loaded = await loadArgument('smoke', {})
  return seeds.map((seed) => ({ id: `seed ${seed}`, loaded, seed, population: 1, speed: 1 }))
}

/** All that does not depend on the machine and the moment. */
function timeless({ header, audit, ...rest }: RunRecord): unknown {
  const { startedAt: _startedAt, host: _host, ...kept } = header
  return { ...rest, header: kept, events: audit.events }
}

describe('simulations over threads', () => {
  test('one thread and two give the same runs, in the order of the jobs', async () => {
    const jobs = await smokeJobs([3, 1, 2])
    const one = await runJobs(jobs, { entry: simThread, workers: 1 })
    const two = await runJobs(jobs, { entry: simThread, workers: 2 })
    expect(one.map(({ run }) => run.header.seed)).toEqual([3, 1, 2])
    expect(two.map(({ run }) => timeless(run))).toEqual(one.map(({ run }) => timeless(run)))
    expect(one.every(({ stopped }) => !stopped)).toBe(true)
  })

  test('progress grows and results come as they end', async () => {
    const [job] = await smokeJobs([1])
    const events: number[] = []
    const ended: JobResult[] = []
    const results = await runJobs(job === undefined ? [] : [job], {
      entry: simThread,
      workers: 4,
      onProgress: (_job, progress) => events.push(progress.events),
      onResult: (result) => ended.push(result),
    })
    expect(ended).toEqual(results)
    expect(events.length).toBeGreaterThan(0)
    expect(events).toEqual(events.toSorted((a, b) => a - b))
  })

  test('an abort stops what runs and starts nothing more', async () => {
    const jobs = await smokeJobs([1, 2, 3, 4])
    const controller = new AbortController()
    const results = await runJobs(jobs, {
      entry: simThread,
      workers: 1,
      signal: controller.signal,
      onResult: () => controller.abort(),
    })
    expect(results.map(({ job }) => job.id)).toEqual(['seed 1'])
    const none = await runJobs(jobs, { entry: simThread, workers: 1, signal: controller.signal })
    expect(none).toEqual([])
  })

  test('a --population that makes too many tickets is refused, not cut off', async () => {
    const [job] = await smokeJobs([1])
    const large = job === undefined ? [] : [{ ...job, population: 60_000 }]
    const error: unknown = await runJobs(large, { entry: simThread, workers: 1 }).catch(
      (thrown: unknown) => thrown,
    )
    expect(error).toBeInstanceOf(DambreakError)
    expect(error).toMatchObject({
      kind: 'usage',
      message:
        '--population 60000 must not make more than 100000000 tickets at first, makes about 115000000',
    })
  })

  test('a bug in the engine comes out as what it is, not as an error of the world', async () => {
    const [job] = await smokeJobs([1])
    const broken = { ...job, loaded: { scenario: {} } } as unknown as SimJob
    const failure = await runJobs([broken], { entry: simThread, workers: 1 }).catch(
      (error: unknown) => error,
    )
    expect(failure).toBeInstanceOf(Error)
    expect(failure).not.toBeInstanceOf(DambreakError)
    expect((failure as Error).stack).toContain('engine/sim')
  })
})

describe('exit codes of runs', () => {
  const run = (verdict: Partial<RunRecord['verdict']>) =>
    ({
      verdict: {
        valid: true,
        saturated: false,
        ending: finishedEnding,
        reasons: [],
        notes: [],
        slo: [],
        reported: [],
        ...verdict,
      },
    }) as unknown as RunRecord
  const failedSlo = { slo: [{ expr: 'errorShare < 0.01', observed: 0.5, ok: false }] }

  test('an SLO matters only with --gate', () => {
    expect(exitCodeOfRuns([run(failedSlo)], false)).toBe(0)
    expect(exitCodeOfRuns([run({}), run(failedSlo)], true)).toBe(1)
    expect(exitCodeOfRuns([run({})], true)).toBe(0)
  })

  test('invalid comes before the gate, interrupted before invalid', () => {
    expect(exitCodeOfRuns([run({ ...failedSlo, valid: false })], true)).toBe(3)
    const interrupted = run({ ...failedSlo, valid: false, ending: interruptedEnding })
    expect(exitCodeOfRuns([interrupted], true)).toBe(130)
    const detail = { code: 'WorkerFailed', message: 'interrupted' } as const
    const failed = run({ ...failedSlo, valid: false, ending: { kind: 'failed', detail } })
    expect(exitCodeOfRuns([failed], true)).toBe(4)
    const cut: Ending = { kind: 'cutShort', detail: { code: 'CountMissed' } }
    expect(exitCodeOfRuns([run({ ...failedSlo, valid: false, ending: cut })], true)).toBe(3)
  })
})

describe('why a gate fails', () => {
  const met = { expr: 'errorShare < 0.01', observed: 0, ok: true }
  const unmet = { expr: 'waitSec.p95 < 300', observed: 1235, ok: false }
  const unknown = { expr: 'waitSec.p99 < 300', observed: null, ok: false }
  const reported = (label: string, slo: RunRecord['verdict']['slo']) => {
    const run = smallRun()
    return { run: { ...run, verdict: { ...run.verdict, slo } }, evidence: [], label }
  }

  test('every objective that is not met, with the run where there are several', () => {
    expect(unmetText([reported('a', [met])])).toBe('')
    expect(unmetText([reported('a', [met, unmet, unknown])])).toBe(
      'dambreak: the SLO is not met\n  waitSec.p95 < 300, observed 1,235\n  waitSec.p99 < 300, observed –\n',
    )
    expect(unmetText([reported('a', [met]), reported('b', [unmet])])).toBe(
      'dambreak: the SLO is not met\n  b: waitSec.p95 < 300, observed 1,235\n',
    )
  })
})
