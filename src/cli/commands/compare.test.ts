import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunComparison } from '../../compare/compare.ts'
import { encoded } from '../../record/testing/small-record.ts'
import type { RunRecord } from '../../record/run.ts'
import { temporaryDirectory } from '../../core/testing/temporary-directory.ts'
import { runHere } from '../testing/in-process.ts'

const golden = readFileSync(
  fileURLToPath(new URL('../../../fixtures/golden-run.json', import.meta.url)),
  'utf8',
)

let folder: ReturnType<typeof temporaryDirectory>
const place = (path: string) => join(folder.path, path)

/** The golden run under another seed, its response times as given; `change` spoils it. */
function write(path: string, responseUs: number, change: (run: RunRecord) => void = () => {}) {
  const run = JSON.parse(golden) as RunRecord
  run.header.seed = Number(path.replaceAll(/\D/g, ''))
  run.histograms['responseUs'] = encoded('responseUs', Array<number>(3397).fill(responseUs))
  change(run)
  mkdirSync(dirname(place(path)), { recursive: true })
  writeFileSync(place(path), JSON.stringify(run))
}

beforeAll(() => {
  folder = temporaryDirectory()
  for (const n of [1, 2, 10]) write(`main/${n}/run.json`, 90_000 + 100 * n)
  for (const n of [4, 5, 6]) write(`slow/${n}/run.json`, 105_000 + 100 * n)
  write('other/7/run.json', 90_000, (run) => (run.header.workloadHash = 'x\u001b[31m'))
})
afterAll(() => folder.remove())

function compare(...args: string[]) {
  return runHere(['compare', ...args], folder.path)
}

describe('compare', () => {
  test('two directories of runs are two sides, and what is worse ends with 0', async () => {
    const out = place('report')
    const args = [place('main'), place('slow'), '--out', out, '--format', 'html,csv,md,json']
    const ended = await compare(...args)
    expect(ended.code).toBe(0)
    expect(ended.out).toMatch(/✕ worse +Response time, p95 +90\.5 ms +106 ms/)
    expect(readdirSync(out).toSorted()).toEqual([
      'comparison.json',
      'figures.csv',
      'report.html',
      'summary.md',
    ])
    const json = JSON.parse(readFileSync(join(out, 'comparison.json'), 'utf8')) as RunComparison & {
      headers: Record<'baseline' | 'candidate', RunRecord['header'][]>
    }
    expect(json.kind).toBe('repeated')
    // By number, not by the alphabet.
    expect(json.headers.baseline.map(({ seed }) => seed)).toEqual([1, 2, 10])
    // An earlier comparison is replaced.
    expect((await compare(...args)).code).toBe(0)
  })

  test('sides that are named, and the comparison on standard output', async () => {
    const baseline = ['--baseline', place('main/1'), place('main/2/run.json'), place('main/10')]
    const candidate = ['--candidate', place('slow')]
    const output = ['--json', '--format', 'json', '--out', place('named')]
    const ended = await compare(...baseline, ...candidate, ...output)
    const shown = JSON.parse(ended.out) as RunComparison & { out: string }
    expect(shown.out).toBe(place('named'))
    expect(shown.runs).toEqual({ baseline: 3, candidate: 3 })
    expect(shown.figures.filter(({ verdict }) => verdict === 'worse')).toHaveLength(3)
  })

  test.each([
    [['main/1'], 'a comparison takes a baseline and a candidate'],
    [['main/1', 'main/2', 'slow/4'], 'with 3 runs in a row it is unknown which are the baseline'],
    [['--baseline', 'main/1'], 'the candidate has no run'],
    [['main/1', '--baseline', 'main/2'], 'some runs are named as a side and some are not'],
    [['main/1', 'nowhere'], 'nowhere: there is no run here'],
    [['main/1', '.'], 'there is no run here, nor in its directories'],
    [['main/1', 'main/2', '--allow', 'all'], 'There is nothing called "all" to allow'],
  ])('bad usage: %j', async (args, words) => {
    const paths = args.map((arg) => (/^(-|all)/.test(arg) ? arg : place(arg)))
    const ended = await compare(...paths, '--out', place('never'))
    expect(ended.code).toBe(2)
    expect(ended.err).toContain(words)
  })

  test('what cannot be compared is refused by its name, and said where it is allowed', async () => {
    const args = [
      place('main/1'),
      place('other/7'),
      '--out',
      place('forced'),
      '--format',
      'json,md',
    ]
    const refused = await compare(...args)
    expect(refused.code).toBe(2)
    expect(refused.err).toContain('--allow workload')
    expect(refused.err).not.toContain('\u001b')
    const forced = await compare(...args, '--allow', 'workload')
    expect(forced.code).toBe(0)
    expect(forced.out).toContain('✕ Compared all the same: --allow workload')
    expect(forced.out).not.toContain('\u001b')
    expect(readFileSync(place('forced/summary.md'), 'utf8')).toContain('Compared all the same')
  })

  test('does not write over a run that it reads', async () => {
    const ended = await compare(place('main/1'), place('main/2'), '--out', place('main/1'))
    expect(ended.code).toBe(2)
    expect(ended.err).toContain('holds a run that is to be read')
  })
})
