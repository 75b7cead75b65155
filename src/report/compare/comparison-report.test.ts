import { describe, expect, test } from 'vitest'
import { compareRuns, type MismatchKind } from '../../compare/compare.ts'
import { encoded, smallRun } from '../../record/testing/small-record.ts'
import type { RunRecord } from '../../record/run.ts'
import type { ReportRun } from '../types.ts'
import { drawComparisonFigures } from './comparison-charts.ts'
import type { ComparisonReport } from './compared-runs.ts'
import { renderComparison } from './comparison-report.ts'
import { comparisonText } from './comparison-text.ts'

const named = (run: RunRecord): ReportRun => ({ run, evidence: [], label: run.header.variant })

function runOf(seed: number, responseUs: number, change: (run: RunRecord) => void = () => {}) {
  const run = smallRun()
  run.header.seed = seed
  run.histograms['responseUs'] = encoded('responseUs', Array<number>(100).fill(responseUs))
  run.histograms['censoredWaitMs'] = ''
  change(run)
  return run
}

function reportOf(
  baseline: readonly RunRecord[],
  candidate: readonly RunRecord[],
  allow: readonly MismatchKind[] = [],
): ComparisonReport {
  const comparison = compareRuns(baseline, candidate, { allow })
  return { comparison, baseline: baseline.map(named), candidate: candidate.map(named) }
}

const some = [1, 2, 3].map((seed) => runOf(seed, 1000 + 10 * seed))
const slower = [4, 5, 6].map((seed) => runOf(seed, 1470 + 10 * seed))
const repeated = reportOf(some, slower)

async function fileOf(name: string, report: ComparisonReport): Promise<string> {
  return String((await renderComparison(report, ['html', 'md', 'csv'])).get(name))
}

describe('the answer', () => {
  test('says what is worse, by how much and over what', () => {
    const text = comparisonText(repeated).replaceAll(/\s+/g, ' ')
    expect(text).toContain('Worse in 3 of 3 figures: the p50 response time +49% (+46.1% to +52.1%)')
    expect(text).toContain('3 against 3 runs; level 5% over all figures together.')
    expect(text).toContain('✕ worse Response time, p95 1.02 ms 1.52 ms +49%')
    expect(text).toContain('? not comparable Bookings by ineligible people – – –')
  })

  test('no difference is no proof of none', () => {
    const again = [7, 8, 9].map((seed) => runOf(seed, 930 + 10 * seed))
    const text = comparisonText(reportOf(some, again)).replaceAll(/\s+/g, ' ')
    expect(text).toContain('No difference shown in any of 3 figures')
    expect(text).toMatch(/anything from −[\d.]+% to \+[\d.]+% is compatible with these runs/)
  })

  test('a pair is within-run only', () => {
    const text = comparisonText(reportOf(some.slice(0, 1), slower.slice(0, 1)))
    expect(text).toContain('Within-run only (1 against 1 run)')
    expect(text).not.toContain('worse')
  })
})

test('figures.csv has a row a figure and a column a run', async () => {
  const lines = (await fileOf('figures.csv', repeated)).trimEnd().split('\r\n')
  expect(lines).toHaveLength(1 + repeated.comparison.figures.length)
  expect(lines[0]).toMatch(
    /^path,label,unit,.*,baseline\.3,candidate\.1,candidate\.2,candidate\.3$/,
  )
  expect(lines.find((line) => line.startsWith('people.booked'))).toMatch(/,72,72,72,72,72,72$/)
})

test('the forest has an interval a figure, and the runs stand in one colour a side', () => {
  const figures = drawComparisonFigures(repeated)
  const [forest, evening] = figures
  const worse = forest?.config.data.datasets.find(({ label }) => label === 'worse')
  const [low, high] = (worse?.data.find((bar) => bar !== null) ?? []) as [number, number]
  expect(low).toBeCloseTo(0.461, 2)
  expect(high).toBeCloseTo(0.5204, 2)
  const sides = new Set(evening?.config.data.datasets.map(({ label }) => label))
  expect([...sides]).toEqual(['baseline (3 runs)', 'candidate (3 runs)'])
  const legend = evening?.config.data.datasets.filter((dataset) => dataset.legend)
  expect(legend?.map(({ key }) => key)).toEqual(['baseline', 'candidate'])
})

test('a simulation against a rehearsal says where the two part', async () => {
  const live = runOf(1, 1000, (run) => {
    run.header.engine = 'live'
    run.timeline.waiting = [2, 6, 80, 60, 30, 0]
  })
  const report = reportOf([live], [runOf(1, 900)], ['engine'])
  const page = await fileOf('summary.md', report)
  expect(page).toContain('# small: simulated against measured live')
  expect(page).toContain('| Waiting in the queue | 20:00 | 80 | 40 | 50% |')
  expect(page).toContain('## Measured beside simulated')
})

test('what comes from runs is text wherever it stands', async () => {
  const evil = '</script><img src=x onerror=alert(1)>|`a`\u001b[31m\u202e'
  const change = (run: RunRecord) => {
    run.header.scenarioName = evil
    run.header.variant = evil
    run.header.workloadHash = `${run.header.seed}${evil}`
    run.verdict.valid = false
    run.verdict.reasons = [{ code: 'Other', text: evil }]
    run.scenario = { stack: { [evil]: evil } }
  }
  const report = reportOf(
    [runOf(1, 1000, change)],
    [runOf(2, 1000, change)],
    ['invalid', 'workload'],
  )
  const html = await fileOf('report.html', report)
  expect(html).not.toContain('<img')
  expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;')
  const markdown = await fileOf('summary.md', report)
  expect(markdown).not.toMatch(/<img|[^\\]`a|[\p{Cc}\u202e](?<!\n)/u)
  expect(markdown).toContain('Compared all the same: --allow invalid')
  expect(comparisonText(report)).not.toMatch(/[\p{Cc}\u202e](?<!\n)/u)
})
