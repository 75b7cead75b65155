import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { DambreakError } from '../core/errors.ts'
import { parseRun } from './run-schema.ts'
import type { RunRecord } from './run.ts'
import { serialiseRun } from './serialise.ts'

const text = readFileSync(new URL('../../fixtures/live-run.json', import.meta.url), 'utf8')

function faultsAfter(change: (run: RunRecord) => void): string[] {
  const run = parseRun(JSON.parse(text), 'it')
  change(run)
  try {
    parseRun(run, 'it')
    return []
  } catch (error) {
    if (!(error instanceof DambreakError)) throw error
    return error.faults.map(({ path, message }) => `${path}: ${message}`)
  }
}

describe('the record of a live run', () => {
  test('is read as it was written', () => {
    const run = parseRun(JSON.parse(text), 'it')
    expect(parseRun(JSON.parse(serialiseRun(run)), 'it')).toEqual(run)
  })

  test('what only a live run has is trusted no more than the rest', () => {
    expect(
      faultsAfter(({ audit, verdict }) => {
        Object.assign(audit.live!, { transport: 7, workers: -1, connections: undefined })
        Object.assign(audit.live!.gateCalls, { polls: 'many', connectMs: null })
        Object.assign(audit.live!.gateCalls.outcomes, { ok: null })
        Object.assign(verdict, { notes: [{ code: 'RateCapped', maxPerSec: 'many' }] })
      }).toSorted(),
    ).toEqual([
      'audit.live.connections: missing',
      'audit.live.gateCalls.connectMs: must be a mapping, not nothing (null)',
      'audit.live.gateCalls.outcomes.ok: must be a number, not nothing (null)',
      'audit.live.gateCalls.polls: must be a number, not text',
      'audit.live.transport: must be text, got 7',
      'audit.live.workers: must be 0 or more, got -1',
      'verdict.notes[0].maxPerSec: must be a number, not text',
    ])
  })

  test('what was observed has one entry a bucket', () => {
    const faults = faultsAfter(({ timeline }) => {
      timeline.observed = { waiting: [1, 2], inside: null }
    })
    expect(faults).toEqual([
      expect.stringMatching(/^timeline\.observed\.waiting: has 2 buckets, but timeline\.arrivals/),
    ])
  })
})
