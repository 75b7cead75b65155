import { describe, expect, test } from 'vitest'
import type { RunRecord } from '../record/run.ts'
import { drawFigures } from './charts/charts.ts'
import { figureRows } from './figures.ts'
import { unknownText } from './format.ts'
import { headlineOf } from './headline.ts'
import { latencyRows } from './latencies.ts'
import { limitsOfAll } from './limits.ts'
import { summaryMarkdown } from './markdown.ts'
import { noticesOf } from './notices.ts'
import { responseClock, sentOnlyText } from './sent-only.ts'
import { liveRun, named } from './testing/live-run.ts'
import { summaryText } from './text.ts'

function imported(engine: RunRecord['header']['engine']): RunRecord {
  const run: RunRecord = liveRun()
  run.header.engine = engine
  run.header.timing = 'sent-only'
  const { live: _, ...audit } = run.audit
  run.audit = audit
  return run
}

describe('a run whose times begin at the actual send', () => {
  const k6 = imported('k6')
  const log = imported('log')

  test('says so before any figure, in every report', () => {
    expect(noticesOf(k6)).toMatchObject([
      { kind: 'mind', title: 'Response times from the actual send' },
    ])
    for (const run of [k6, log]) {
      const text = sentOnlyText(run) ?? ''
      expect(noticesOf(run)[0]?.text).toBe(text)
      expect(summaryText(named(run, 'it')).replaceAll(/\s+/g, ' ')).toContain(text)
      expect(limitsOfAll([{ run }]).map(({ why }) => why)).toContain(text)
    }
    expect(summaryMarkdown([named(k6, 'it')], { formats: ['md'] })).toContain(
      'coordinated omission is possible',
    )
    expect(sentOnlyText(liveRun())).toBeNull()
    expect(noticesOf(liveRun())).toEqual([])
  })

  test('has no intended start in its tables and legends', () => {
    expect([k6, log, liveRun()].map(responseClock)).toEqual([
      'from the actual send',
      'as the log has it',
      'from the intended start',
    ])
    const clocks = (run: RunRecord) => [...new Set(latencyRows(run).map(({ clock }) => clock))]
    expect(clocks(k6)).toEqual(['actual send, connecting', 'send', 'connect and TLS'])
    expect(clocks(log)).toEqual(['server, from the log', 'behind it, from the log'])
  })

  test('of a log draws what a log can tell', () => {
    const names = (run: RunRecord) =>
      drawFigures({ runs: [named(run, 'it')], sweep: [] }).map(({ name }) => name)
    expect(names(log)).toEqual(['evening', 'requests', 'response', 'latency'])
    expect(names(k6)).toContain('waiting')
  })

  test('of a log tells no visitor’s end, which it does not know', () => {
    expect(headlineOf(log).details).toContain('A log does not tell who waited')
    const cell = (label: string) => figureRows([log, k6]).find((row) => row.label === label)?.cells
    expect(cell('People who booked')?.[0]).toBe(unknownText)
    expect(cell('People who booked')?.[1]).not.toBe(unknownText)
    expect(cell('Requests that failed')?.[0]).not.toBe(unknownText)
  })
})
