import { describe, expect, test } from 'vitest'
import { pointsOf, wholeWindow } from './charts/series.ts'
import { marksOf } from './charts/marks.ts'
import { timelineCsv } from './csv.ts'
import { figureRows } from './figures.ts'
import { headlineOf } from './headline.ts'
import { isCutShort, recordedBuckets, recordedUntilSec, waitingAtEnd } from './recorded.ts'
import { cutShortRun, liveRun, named } from './testing/live-run.ts'
import { spanText } from './title.ts'

// A minute after the opening: people wait.
const cut = cutShortRun(120)
const whole = liveRun()
const buckets = whole.timeline.arrivals.length

describe('a run that was cut short', () => {
  test('is recorded up to the last bucket in which anything happened, any other to its end', () => {
    expect([isCutShort(whole), recordedBuckets(whole)]).toEqual([false, buckets])
    expect([isCutShort(cut), recordedBuckets(cut)]).toEqual([true, 120])
    expect(recordedUntilSec(cut)).toBe(cut.timeline.startSec + 120 * cut.timeline.bucketSec)
    const never = cutShortRun(0)
    expect([recordedBuckets(never), waitingAtEnd(never)]).toEqual([0, 0])
  })

  test('draws nothing after that, and marks where it is', () => {
    const window = wholeWindow([named(cut)])
    const points = (run: typeof cut) =>
      pointsOf(run, run.timeline.waiting, { window, keep: 'extremes' })
    expect(points(whole).at(-1)?.[0]).toBeCloseTo(359.5)
    expect(points(cut).at(-1)?.[0]).toBeCloseTo(59.5)
    expect(marksOf(cut, window).lines.at(-1)).toMatchObject({ at: 60, label: 'cut short 20:01' })
    expect(marksOf(whole, window).lines).toHaveLength(1)
  })

  test('does not tell of the end, which it never saw', () => {
    const { details } = headlineOf(cut)
    const left = cut.timeline.waiting[119]!
    expect(waitingAtEnd(cut)).toBe(left)
    expect(left).toBeGreaterThan(10)
    expect(details).toContain('had booked by 20:01')
    expect(details).toMatch(/ waited when it was cut short\./)
    expect(details).not.toContain('emptied')
    const cells = Object.fromEntries(
      figureRows([cut]).map(({ label, cells: [cell] }) => [label, cell]),
    )
    expect(cells['Waiting at the end']).toMatch(/^\d+ when cut short$/)
    cut.summary.waitSec.p95 = null
    const unmet = figureRows([cut]).find(({ label }) =>
      label.startsWith('Wait of all who queued, p95'),
    )
    expect(unmet?.cells).toEqual(['– (cut short before)'])
    expect(spanText(cut, {})).toContain('followed for 1 min of 6 min')
    expect(spanText(whole, {})).toContain('followed for 6 min.')
  })

  test('leaves the rest of its timeline empty in the CSV', () => {
    const rows = timelineCsv([named(cut)]).split('\r\n')
    const at = rows[0]!.split(',').indexOf('waiting')
    expect(rows[120]!.split(',')[at]).not.toBe('')
    expect(rows[121]!.split(',').slice(3).join('')).toBe('')
  })
})
