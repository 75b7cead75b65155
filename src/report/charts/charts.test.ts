import { describe, expect, test } from 'vitest'
import { encodeHistogram } from '../../record/codec.ts'
import { Histogram, waitLayout } from '../../record/histogram.ts'
import type { SweepRow } from '../sweep.ts'
import { sampleReportRun, sampleReportRuns, sampleRun } from '../testing/sample-run.ts'
import { drawFigures, type Figure } from './charts.ts'
import { brokenLabel } from './axes.ts'
import { displayedWaitSec } from './displayed.ts'
import type { ChartConfig, Dataset, Point } from './config.ts'
import { percentilePoints, survivalPoints, latencies } from './histograms.ts'
import { marksOf } from './marks.ts'
import { runStyle, themes } from './palette.ts'
import { hydrate } from './runtime.ts'
import { niceMax, niceMaxSec, pointsOf, wholeWindow } from './series.ts'

const sweepRow = (instances: number, gate: string): SweepRow => ({
  instances,
  gate,
  errorShare: gate === 'tight' ? 0 : 0.4,
  requestErrorShare: 0.1,
  booked: instances * 1000,
  peakWaiting: 5000,
  waitingAtEnd: 4000,
  waitSecP50: null,
  waitSecP95: null,
  busiestStation: 'database',
  busiestUtilisation: 0.7,
  bucketSec: 10,
  ok: gate === 'tight',
})
const sweep = [4, 10].flatMap((count) => [sweepRow(count, 'tight'), sweepRow(count, 'leaking')])
const runs = sampleReportRuns()
const figures = drawFigures({ runs, sweep })

const numbersOf = ({ data }: Dataset): (number | null)[] =>
  (data as (Point | number | null)[]).flatMap((item) => (Array.isArray(item) ? item : [item]))

describe.each(figures.map((figure): [string, Figure] => [figure.name, figure]))(
  'chart %s',
  (_, { config, how }) => {
    const { scales, plugins } = config.options

    test('holds finite numbers or gaps, and at least one number', () => {
      const numbers = config.data.datasets.flatMap(numbersOf)
      expect(numbers.length).toBeGreaterThan(0)
      expect(numbers.filter((value) => value !== null && !Number.isFinite(value))).toEqual([])
      expect(numbers.some((value) => value !== null)).toBe(true)
    })

    test('draws all runs on the same axes, within their ends', () => {
      for (const dataset of config.data.datasets) {
        if (config.type === 'bar') continue
        const axis = scales[dataset.yAxisID ?? '']
        const x = scales['x']
        expect(axis).toBeDefined()
        for (const [px, py] of dataset.data as Point[]) {
          expect(px).toBeGreaterThanOrEqual(x?.min ?? NaN)
          expect(px).toBeLessThanOrEqual((x?.max ?? NaN) * 1.001)
          if (py === null) continue
          expect(py).toBeGreaterThanOrEqual((axis?.min ?? NaN) * 0.999)
          expect(py).toBeLessThanOrEqual((axis?.max ?? NaN) * 1.001)
        }
      }
    })

    test('is plain data: nothing is lost as JSON', () => {
      expect(JSON.parse(JSON.stringify(config))).toEqual(config)
    })

    test('names only colours of both palettes, and reads every axis', () => {
      const names = config.data.datasets.flatMap(({ borderColor, backgroundColor }) => [
        borderColor,
        backgroundColor ?? borderColor,
      ])
      for (const name of names) {
        const key = /^@(\w+)/.exec(name)?.[1] ?? ''
        expect(themes.light).toHaveProperty(key)
        expect(themes.dark).toHaveProperty(key)
      }
      expect(Object.keys(plugins.dambreak.axes).toSorted()).toEqual(Object.keys(scales).toSorted())
    })

    test('has each legend entry once, a title, and a sentence on how to read it', () => {
      const legend = config.data.datasets.filter(({ legend: is }) => is).map(({ key }) => key)
      expect(new Set(legend).size).toBe(legend.length)
      expect(new Set(config.data.datasets.map(({ key }) => key)).size).toBe(legend.length)
      expect(plugins.title.text).not.toBe('')
      expect(how.length).toBeGreaterThan(30)
    })
  },
)

function figureOf(name: string, of = figures): ChartConfig {
  const found = of.find((figure) => figure.name === name)
  if (found === undefined) throw new Error(`no chart ${name}`)
  return found.config
}

describe('charts', () => {
  test('the sweep is drawn only when there is one; a short run has no second evening', () => {
    expect(drawFigures({ runs, sweep: [] }).map(({ name }) => name)).not.toContain('sweep')
    const short = sampleReportRun('short', { hours: 2, collapses: false })
    expect(drawFigures({ runs: [short], sweep: [] }).map(({ name }) => name)).not.toContain('night')
  })

  test('the base is strong and solid, no other run looks like it or like another', () => {
    const styles = [0, 1, 2, 3, 4].map(runStyle)
    expect(styles[0]?.dash).toEqual([])
    for (const style of styles.slice(1)) expect(style.widthPx).toBeLessThan(styles[0]?.widthPx ?? 0)
    expect(new Set(styles.map(({ colour }) => colour)).size).toBe(5)
    expect(new Set(styles.map(({ dash }) => dash.join())).size).toBe(5)
  })

  test('waits of a minute have ticks as those of hours do', () => {
    const ticksOf = (longestSec: number) => {
      const waited = sampleReportRun('x', { hours: 2, collapses: false })
      const histogram = new Histogram(waitLayout)
      for (let sec = 1; sec <= longestSec; sec++) histogram.record(sec * 1000)
      const nobody = encodeHistogram(new Histogram(waitLayout))
      waited.run.histograms = {
        admittedWaitMs: encodeHistogram(histogram),
        censoredWaitMs: nobody,
      }
      const config = drawFigures({ runs: [waited], sweep: [] }).find(({ name }) => name === 'waits')
      return config?.config.options.plugins.dambreak.axes['x']?.at
    }
    expect(ticksOf(60)).toEqual([0, 10, 20, 30, 40, 50, 60])
    expect(ticksOf(215)).toEqual([0, 30, 60, 90, 120, 150, 180, 210])
    expect(ticksOf(7 * 3600)).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((hour) => hour * 3600))
  })

  test('the wait on the screen is that of the crowd’s scale', () => {
    const { run } = sampleReportRun('x', { hours: 2, collapses: false })
    const before = displayedWaitSec(run)
    expect(before.some((sec) => sec !== null && sec > 60)).toBe(true)
    // A tenth of the crowd behind a tenth of the rate waits as long.
    run.header.population = 0.1
    run.timeline.waiting = run.timeline.waiting.map((waiting) => waiting / 10)
    displayedWaitSec(run).forEach((sec, at) => {
      expect(sec ?? -1).toBeCloseTo(before[at] ?? -1, 6)
    })
  })

  test('the evening ends two hours after the halt, the night with the run', () => {
    expect(figureOf('evening').options.scales['x']).toMatchObject({ min: -1800, max: 4 * 3600 })
    expect(figureOf('night').options.scales['x']).toMatchObject({ min: -3600, max: 16 * 3600 })
  })

  test('arrivals are rates a second, and their peak is not lost to thinning', () => {
    const { timeline } = runs[0]!.run
    const peak = Math.max(...timeline.arrivals) / timeline.bucketSec
    const drawn = figureOf('night').data.datasets.filter(({ yAxisID }) => yAxisID === 'y1')
    const highest = Math.max(...(drawn[0]!.data as Point[]).map(([, y]) => y ?? 0))
    expect(highest / peak).toBeCloseTo(1, 3)
  })

  test('shares of a bar add up to one', () => {
    const { datasets } = figureOf('outcomes').data
    runs.forEach((_, row) => {
      const sum = datasets.reduce((all, { data }) => all + (data[row] as number), 0)
      expect(sum).toBeCloseTo(1, 3)
    })
  })

  test('runs that open at different times are aligned at the opening', () => {
    const later = sampleReportRun('next', {
      opensAt: '2021-07-20T20:00:00+09:00',
      collapses: false,
    })
    const config = drawFigures({ runs: [runs[0]!, later], sweep: [] })[0]!.config
    expect(config.options.plugins.dambreak.axes['x']?.format).toBe('sinceOpening')
    expect(config.options.plugins.dambreak.clock).toBeUndefined()
    const [first, second] = config.data.datasets
    expect((second!.data as Point[])[0]?.[0]).toBe((first!.data as Point[])[0]?.[0])
  })
})

describe('marks', () => {
  test('tell the collapse, the halt, the scale-out and the fault on the local clock', () => {
    const { run } = runs[0]!
    const { bands, lines } = marksOf(run, wholeWindow(runs))
    expect(bands.map(({ label }) => label)).toEqual([
      'collapsed 20:03–20:48',
      'switched off 20:48–22:00',
      'eligibility fault 03:00–09:00',
    ])
    expect(bands[2]).toMatchObject({ from: 7 * 3600, to: 13 * 3600 })
    expect(lines.map(({ label }) => label)).toEqual(['opens 20:00', '4 → 10 instances'])
  })

  test('outside the window are left out', () => {
    const { bands } = marksOf(runs[0]!.run, { fromSec: 0, toSec: 3600 })
    expect(bands.map(({ label }) => label)).not.toContain('eligibility fault 03:00–09:00')
  })
})

describe('series', () => {
  const run = sampleRun({ bucketSec: 10 })
  const window = wholeWindow([sampleReportRun('x', { bucketSec: 10 })])

  test('thinning keeps the least and the most, in order', () => {
    const values = run.timeline.arrivals.map((_, bucket) => (bucket === 3333 ? 900 : bucket % 7))
    const points = pointsOf(run, values, { window, keep: 'extremes' })
    expect(points.length).toBeLessThan(900)
    const ys = points.map(([, y]) => y ?? NaN)
    expect(Math.max(...ys)).toBe(900)
    expect(Math.min(...ys)).toBe(0)
    const xs = points.map(([x]) => x)
    expect(xs).toEqual(xs.toSorted((a, b) => a - b))
  })

  test('unknown stays a gap, never zero', () => {
    const values = run.timeline.arrivals.map(() => null)
    for (const keep of ['extremes', 'mean'] as const)
      for (const [, y] of pointsOf(run, values, { window, keep })) expect(y).toBeNull()
  })

  test('round ends of axes', () => {
    expect([0, 0.7, 1.3, 36, 71_472, 5_900_000].map(niceMax)).toEqual([
      1, 0.8, 1.5, 40, 80_000, 6_000_000,
    ])
    expect([845, 3700, 90_000].map(niceMaxSec)).toEqual([1200, 7200, 129_600])
  })
})

describe('distributions', () => {
  test('the percentile plot rises, and ends at the last single value', () => {
    const histogram = latencies(runs[0]!.run, 'responseUs')
    const points = percentilePoints(histogram, 1 / 1000)
    const ys = points.map(([, y]) => y ?? NaN)
    expect(ys).toEqual(ys.toSorted((a, b) => a - b))
    expect(points[0]?.[0]).toBe(1.08)
    expect(points.at(-1)?.[0]).toBeLessThanOrEqual(histogram?.total() ?? 0)
    expect(ys.at(-1)).toBeCloseTo(10_000, -2)
  })

  test('the waiting curve starts at one, never rises, and crosses one half at the median', () => {
    const { run } = runs[1]!
    const points = survivalPoints(run)
    expect(points[0]).toEqual([0, 1])
    const shares = points.map(([, y]) => y ?? NaN)
    expect(shares).toEqual(shares.toSorted((a, b) => b - a))
    const half = points.find(([, y]) => (y ?? 1) <= 0.5)?.[0] ?? NaN
    expect(half / (run.summary.waitSec.p50 ?? NaN)).toBeCloseTo(1, 1)
  })

  test('an unreadable histogram is a fault of the run', () => {
    const run = sampleRun()
    run.histograms['responseUs'] = 'nonsense'
    expect(() => latencies(run, 'responseUs')).toThrow(/histogram/i)
  })
})

describe('long names', () => {
  /** Every letter is ten pixels wide. */
  const pen = { measureText: (text: string) => ({ width: 10 * [...text].length }) }

  test('break at their spaces, and inside a word only where it alone is too wide', () => {
    expect(brokenLabel('4 servers, gate leaking', 150, pen)).toEqual(['4 servers, gate', 'leaking'])
    expect(brokenLabel('as it happened', 150, pen)).toEqual(['as it happened'])
    expect(brokenLabel('a thirteenletters b', 60, pen)).toEqual(['a', 'thirte', 'enlett', 'ers b'])
    expect(brokenLabel('', 60, pen)).toEqual([''])
  })

  test('in a legend end in an ellipsis where the chart is too narrow, and only there', () => {
    const name = '4 servers, gate leaking as in July'
    const many = [sampleReportRun('base'), sampleReportRun(name, { variant: 'x' })]
    const { config } = drawFigures({ runs: many, sweep: [] }).find((one) => one.name === 'waits')!
    const drawn = hydrate(config, { colours: themes.light, fontFamily: 'x', titled: false })
    const { generateLabels } = (
      drawn as {
        options: {
          plugins: { legend: { labels: { generateLabels: (chart: object) => LegendText[] } } }
        }
      }
    ).options.plugins.legend.labels
    interface LegendText {
      text: string
      hidden: boolean
      lineDash: number[]
    }
    const ctx = { ...pen, save: () => undefined, restore: () => undefined }
    const at = (width: number) =>
      generateLabels({ ctx, width, isDatasetVisible: (index: number) => index === 0 })
    expect(at(1000).map(({ text }) => text)).toEqual(['base', name])
    expect(at(288).map(({ text }) => text)).toEqual(['base', '4 servers, gate lea…'])
    expect(at(1000).map(({ hidden }) => hidden)).toEqual([false, true])
    expect(at(1000)[1]?.lineDash).toEqual([7, 3])
  })
})

describe('runtime', () => {
  test('puts formats and colours in, and leaves the configuration alone', () => {
    const before = JSON.stringify(figureOf('evening'))
    const drawable = hydrate(figureOf('evening'), {
      colours: themes.light,
      fontFamily: 'x',
      titled: true,
    }) as {
      data: { datasets: { borderColor: string }[] }
      options: { scales: Record<string, { ticks: { callback: Callback } }> }
    }
    type Callback = (value: number, index: number, ticks: { value: number }[]) => unknown
    expect(drawable.data.datasets[0]?.borderColor).toBe(themes.light['run0'])
    const tick = drawable.options.scales['x']!.ticks.callback
    const ticks = [{ value: 0 }, { value: 3600 }, { value: 4 * 3600 }]
    expect(tick(0, 0, ticks)).toEqual(['20:00', '19 Jul'])
    expect(tick(3600, 1, ticks)).toBe('21:00')
    expect(tick(4 * 3600, 2, ticks)).toEqual(['00:00', '20 Jul'])
    expect(drawable.options.scales['y2']!.ticks.callback(36, 0, [])).toBe('36/s')
    expect(JSON.stringify(figureOf('evening'))).toBe(before)
  })
})
