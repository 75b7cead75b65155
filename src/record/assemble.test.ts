import { expect, test } from 'vitest'
import { assembleRun, auditVerdict, loadNotes } from './assemble.ts'
import { smallRun } from './testing/small-run.ts'
import { interruptedEnding } from './verdict-codes.ts'

const { audit } = smallRun()
const late = (p99: number) => ({ ...audit, latenessMs: { p50: 1, p99, max: 900 } })
const dropped = (generator: number, ceiling: number) => ({
  ...audit,
  dropped: { generator, ceiling },
})

test('a generator that is late or drops too much makes a run invalid', () => {
  expect(auditVerdict(late(50), 1000)).toMatchObject({ valid: true, reasons: [] })
  expect(auditVerdict(late(51), 1000)).toMatchObject({
    valid: false,
    reasons: [{ code: 'RequestsLate', p99Ms: 51, maxMs: 50 }],
  })
  expect(auditVerdict(dropped(5, 0), 995).valid).toBe(true)
  expect(auditVerdict(dropped(6, 0), 995)).toMatchObject({
    valid: false,
    reasons: [{ code: 'RequestsNotSent', requests: 6, maxShare: 0.005 }],
  })
})

test('what the ceiling kept back says that the target was saturated, nothing of the generator', () => {
  expect(auditVerdict(dropped(0, 9), 10)).toMatchObject({ valid: true, saturated: true })
  expect(auditVerdict(dropped(0, 0), 10)).toMatchObject({ valid: true, saturated: false })
})

test('a verdict that is given is kept, the rest is put in its place', () => {
  const run = smallRun()
  const verdict = { ...run.verdict, ending: interruptedEnding, valid: false }
  const { summary, timeline, histograms, header, scenario, events } = run
  const finished = { summary, timeline, histograms }
  const parts = { header, scenario, events, finished, audit: dropped(1000, 0) }
  expect(assembleRun({ ...parts, verdict })).toEqual({ ...run, verdict, audit: dropped(1000, 0) })
  expect(assembleRun(parts).verdict.valid).toBe(false)
})

test('a scale that changes the load is worth a note, one that keeps it is not', () => {
  expect(loadNotes({ population: 1, speed: 1 })).toEqual([])
  expect(loadNotes({ population: 0.1, speed: 10 })).toEqual([])
  expect(loadNotes({ population: 0.5, speed: 4 })).toEqual([
    { code: 'LoadNotPreserved', factor: 2 },
  ])
})
