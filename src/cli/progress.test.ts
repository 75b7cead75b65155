import { describe, expect, test } from 'vitest'
import type { JobProgress, SimJob } from '../engine/worker.ts'
import type { Environment } from './environment.ts'
import { startSimulationProgress } from './progress.ts'
import { loadArgument } from './scenario-argument.ts'

const loaded = await loadArgument('smoke', {})
const jobOf = (id: string): SimJob => ({ id, loaded, seed: 1, population: 1, speed: 1 })
const at = (atSec: number, tickets: number): JobProgress => ({
  atSec,
  tickets,
  waiting: 10,
  inside: 1,
  events: tickets * 10,
})

/** What is written to standard error, with a clock that the test moves. */
function screen(errIsTerminal: boolean, columns?: number) {
  const written: string[] = []
  const state = { nowMs: 0 }
  const environment: Environment = {
    clock: { epochMs: () => 0, monotonicMs: () => state.nowMs },
    out: () => undefined,
    err: (text) => void written.push(text),
    errIsTerminal,
    errColumns: () => columns,
    cores: 2,
    signal: new AbortController().signal,
    hold: (work) => work,
  }
  return { written, state, environment }
}

describe('progress', () => {
  test('without a terminal: plain lines, not more than one a job every ten seconds', () => {
    const { written, state, environment } = screen(false)
    const progress = startSimulationProgress(environment, false)
    const job = jobOf('base')
    progress.update(job, at(0, 1200))
    state.nowMs = 9_999
    progress.update(job, at(30, 1300))
    state.nowMs = 10_000
    progress.update(job, at(90, 2_000_000))
    expect(written).toEqual([
      'base 20:00:00 · 1,200 tickets · 10 waiting\n',
      'base 20:01:30 · 2 M tickets · 10 waiting · 2 M events/s\n',
    ])
  })

  test('on a terminal: one line for all jobs, rewritten, cut at the width', () => {
    const { written, state, environment } = screen(true, 76)
    const progress = startSimulationProgress(environment, false)
    progress.update(jobOf('base'), at(0, 1))
    state.nowMs = 1000
    progress.update(jobOf('other'), at(60, 2))
    progress.end()
    expect(written[0]).toBe('\r\u001b[2Kbase 20:00:00 · 1 tickets · 10 waiting')
    expect(written[1]).toMatch(/base 20:00:00 .+ {2}\| {2}other.*…$/)
    expect([...(written[1] ?? '')].length - '\r\u001b[2K'.length).toBe(75)
    expect(written[2]).toBe('\r\u001b[2K')
    expect(written.join('')).not.toContain('\n')
  })

  test('a name from outside cannot drive the terminal', () => {
    const { written, environment } = screen(false)
    startSimulationProgress(environment, false).update(jobOf('a\u001b[2Jb'), at(0, 1))
    expect(written.join('')).toContain('a\\x1b[2Jb')
  })

  test('quiet is quiet', () => {
    const { written, environment } = screen(true, 80)
    const progress = startSimulationProgress(environment, true)
    progress.update(jobOf('base'), at(0, 1))
    progress.say('x')
    progress.end()
    expect(written).toEqual([])
  })
})
