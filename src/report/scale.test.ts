import { describe, expect, test } from 'vitest'
import { renderReport } from './report.ts'
import { loadTexts, scaleText, unreportedText } from './scale.ts'
import { sampleReportRun } from './testing/sample-run.ts'
import { objectivesText, reportedText, runsText, summaryText } from './text.ts'
import type { ReportRun } from './types.ts'

/** A run at a scale, of a scenario with one reported figure, as the judge leaves it. */
function scaled(population: number, speed: number, variant = 'base'): ReportRun {
  const one = sampleReportRun('x', { bucketSec: 300, hours: 6, variant })
  Object.assign(one.run.header, { population, speed })
  one.run.scenario['reported'] = [{ id: 'V1' }, { id: 'V9', variant: '10-tight' }]
  if (population !== 1 || speed !== 1) one.run.verdict.reported = []
  return one
}

const tenth =
  'Not held against the reported figures: those are of the whole crowd at its own speed, this is 0.1 times the crowd.'

describe('a run at a scale', () => {
  test('says which, and what it does to the load', () => {
    const textOf = (population: number, speed: number) => {
      const one = scaled(population, speed)
      return [scaleText(one.run.header), ...loadTexts([one, one])]
    }
    expect(textOf(1, 1)).toEqual([''])
    expect(textOf(0.1, 10)).toEqual(['0.1 times the crowd at 10 times the speed'])
    expect(textOf(0.1, 1)).toEqual([
      '0.1 times the crowd',
      'At 0.1 times the crowd the stations bear 0.1 times the load: failures and the instances needed are not those of full size.',
    ])
    expect(textOf(1, 4)[1]).toMatch(/^At 4 times the speed the stations bear 4 times the load/)
  })

  test('says why it is not held against what was reported, if something was', () => {
    expect(unreportedText([scaled(1, 1)])).toBeNull()
    expect(unreportedText([scaled(0.1, 1), scaled(0.1, 1, '10-tight')])).toBe(tenth)
    expect(unreportedText([scaled(0.1, 10)])).toMatch(/0\.1 times the crowd at 10 times the speed/)
    // Nothing was reported of this variant, or of any.
    expect(unreportedText([scaled(0.1, 1, '4-tight')])).toBeNull()
    const silent = scaled(0.1, 1)
    silent.run.scenario['reported'] = []
    expect(unreportedText([silent])).toBeNull()
    expect(reportedText(silent)).toBe('No reported figures to hold this against.')
  })

  test('says it in text, in Markdown and on the page', async () => {
    const run = scaled(0.1, 1)
    expect(reportedText(run)).toBe(tenth)
    expect(runsText(run)).toContain(tenth)
    const files = await renderReport([run], { formats: ['md', 'html'] })
    for (const name of ['summary.md', 'report.html']) {
      expect(String(files.get(name)).replaceAll('\\', '')).toContain(tenth)
      expect(String(files.get(name))).toContain('the stations bear 0.1 times the load')
    }
    const whole = await renderReport([scaled(1, 1)], { formats: ['md', 'html'] })
    for (const text of whole.values()) expect(String(text)).not.toMatch(/Not held against|bear/)
  })
})

describe('text for a terminal', () => {
  const run = scaled(1, 1)

  test('keeps its sentences to the width', () => {
    const widest = (width?: number) => {
      const sentences = summaryText(run, width).split('\n\n')[0] ?? ''
      return Math.max(...sentences.split('\n').map((line) => line.length))
    }
    expect(widest(60)).toBeLessThanOrEqual(60)
    expect(widest()).toBeGreaterThan(60)
    expect(widest(500)).toBeLessThanOrEqual(96)
  })

  test('one run shows its objectives, several do not', () => {
    const [first] = run.run.verdict.slo
    expect(first).toBeDefined()
    expect(objectivesText(run)).toContain(first?.expr)
    expect(runsText(run)).toContain(objectivesText(run))
    expect(runsText([run, run])).not.toContain(objectivesText(run))
    const none = scaled(1, 1)
    none.run.verdict.slo = []
    expect(objectivesText(none)).toBe('')
  })
})
