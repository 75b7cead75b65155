import { expect, test } from 'vitest'
import { IncomparableError, type ComparisonNote, type Mismatch } from '../../compare/compare.ts'
import { finishedEnding, interruptedEnding } from '../../record/verdict-codes.ts'
import { comparisonNoteText, incomparableInWords, mismatchText } from './mismatch-words.ts'

const differences = [{ path: 'stack.instances', from: 2, to: undefined }]
const late = { code: 'RequestsLate', p99Ms: 80, maxMs: 50 } as const

test.each<[Mismatch, string]>([
  [
    {
      kind: 'invalid',
      runs: [
        { side: 'baseline', run: 1, ending: finishedEnding, reasons: [late] },
        { side: 'candidate', run: 2, ending: interruptedEnding, reasons: [] },
      ],
    },
    'baseline run 1 is invalid (requests left late: p99 lateness is 80 ms, the limit is 50 ms), candidate run 2 is invalid (the run was interrupted before its end): figures of an invalid run must not be used',
  ],
  [
    { kind: 'workload', hashes: ['a', 'b'], differences: [] },
    'the workloads differ: hashes a and b',
  ],
  [
    { kind: 'workload', hashes: ['a', 'b'], differences },
    'the workloads differ: stack.instances 2 → not given',
  ],
  [{ kind: 'population', values: [1, 0.5] }, 'population differs: × 1, × 0.5'],
  [{ kind: 'speed', values: [1, 2] }, 'speed differs: × 1, × 2'],
  [
    { kind: 'engine', baseline: ['sim'], candidate: ['live'] },
    'the sides come from different engines (sim and live)',
  ],
  [
    { kind: 'engine', baseline: ['sim', 'live'], candidate: ['live'] },
    'runs of one side come from different engines',
  ],
  [
    { kind: 'stack', side: 'candidate', differences },
    'the runs of the candidate are not of one stack: stack.instances 2 → not given',
  ],
])('%j', (mismatch, text) => {
  expect(mismatchText(mismatch)).toBe(text)
})

test('many differences are cut, and long values too', () => {
  const many = Array.from({ length: 6 }, (_, i) => ({ path: `a${i}`, from: 'x'.repeat(60), to: i }))
  const text = mismatchText({ kind: 'workload', hashes: ['a', 'b'], differences: many })
  expect(text).toMatch(/a3 .{1,45} → 3; and 2 more$/)
})

test('an error names each mismatch', () => {
  const error = incomparableInWords(new IncomparableError([{ kind: 'speed', values: [1, 2] }]))
  expect(error.kind).toBe('usage')
  expect(error.message).toContain('--allow speed compares them all the same')
  expect(error.faults).toEqual([{ path: 'speed', message: 'speed differs: × 1, × 2' }])
})

test.each<[ComparisonNote, string]>([
  [
    { code: 'StacksDiffer', differences: [{ path: 'stack.instances', from: 2, to: 4 }] },
    'The stacks differ: stack.instances 2 → 4.',
  ],
  [
    {
      code: 'MachinesDiffer',
      baseline: [{ cpu: 'A', cores: 4 }],
      candidate: [{ cpu: null, cores: 2 }],
    },
    'The machines differ: A, 4 cores and –, 2 cores.',
  ],
  [
    { code: 'SeedsDiffer', baseline: 1, candidate: 2 },
    'The seeds differ (1 and 2), and so do the crowds.',
  ],
])('%j', (note, text) => {
  expect(comparisonNoteText(note)).toBe(text)
})
