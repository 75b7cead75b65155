import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { RunRecord } from '../record/run.ts'
import { runEvidence } from './run-evidence.ts'

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8')) as RunRecord

const golden = read('golden-run.json')

describe('what a run tells', () => {
  test('all its tickets come in its arrivals, all who queued in its waits', () => {
    const { arrivals, tickets, waits, instances } = runEvidence(golden)
    const { arrived, queued, abandoned, admitted } = golden.summary.visitors
    expect(tickets).toBe(arrived)
    expect(arrivals).toMatchObject({ fromSec: -60, widthSec: 1 })
    expect(waits!.total).toBe(queued)
    let left = 0
    waits!.left.values().forEach((isLeft, i) => (left += isLeft * waits!.counts.at(i)))
    expect(left).toBe(abandoned)
    expect(queued - left).toBe(admitted)
    expect(instances).toBe(2)
  })

  test('turns are those of the first minute, where people waited all through it', () => {
    const { turns } = runEvidence(golden)
    expect(turns!.openingPerSec).toBe(golden.summary.opening.admitPerSec)
    for (const perSec of turns!.perSec) expect(Math.abs(perSec - 11.7)).toBeLessThan(1)
    const dry = golden.timeline.waiting.map((level, i) => (i === 90 ? 0 : level))
    const idle = { ...golden, timeline: { ...golden.timeline, waiting: dry } }
    expect(runEvidence(idle).turns!.openingPerSec).toBeNull()
  })

  test('of a part of the population, rates are those of the whole', () => {
    const live = read('live-run.json')
    const { turns } = runEvidence(live)
    expect(live.header.population).toBe(0.05)
    expect(turns!.openingPerSec).toBeCloseTo(live.summary.opening.admitPerSec! / 0.05, 9)
  })

  test('who was still waiting at the end did not give up', () => {
    // Cut short: whoever then waited is censored in the bucket of its entry, up to the end.
    const { timeline } = golden
    const from = timeline.histograms['censoredWaitMs']!.findIndex((text) => text !== '')
    const cut = {
      ...timeline,
      arrivals: timeline.arrivals.slice(0, from + 2),
    }
    const { waits } = runEvidence({ ...golden, timeline: cut })
    expect(waits!.left.at(waits!.left.length - 1)).toBe(0)
  })

  test('a halt throws people out who did not give up, and brings back who did not fail', () => {
    const detail = { code: 'ServiceHalted', queue: 'void', serversRestarted: false } as const
    const halt = { at: golden.header.endsAt, kind: 'halt', performed: true, detail }
    const { waits, afterFailure } = runEvidence({ ...golden, events: [halt] })
    expect([waits, afterFailure]).toEqual([null, null])
    expect(runEvidence({ ...golden, events: [{ ...halt, performed: false }] }).waits).not.toBeNull()
  })
})
