import { describe, expect, test } from 'vitest'
import type { Point } from '../charts/config.ts'
import { emptyFit, sampleFit, samplePictures } from '../testing/sample-fit.ts'
import { drawWorded, fitChart } from './fit-charts.ts'
import { renderFit } from './fit-report.ts'
import { fitText } from './fit-text.ts'
import type { FitReport } from './fit-words.ts'
import type { LabelledCurve, WordedPicture } from './picture-words.ts'

const fit = sampleFit()
const [arrivals, contention, service] = samplePictures()
const evil = `</script><img src=x onerror="alert(1)"><!-- "'`

/** A fit in which every text that can come from a file is `text`. */
function foreign(text: string): FitReport {
  const from = { code: 'Waits', inputs: [text], count: 500 } as const
  const [picture] = fit.fitted.pictures
  return {
    ...fit,
    inputs: [text],
    scenarioName: text,
    notes: [
      { code: 'ArrivalsPlanned', run: text },
      {
        code: 'LinesUnreadable',
        file: text,
        unreadable: 1,
        lines: 2,
        kinds: { OtherFormat: 1 },
        examples: [{ line: 1, text }],
      },
      { code: 'TicketsIssued', tickets: 5, at: text },
    ],
    fitted: {
      estimates: fit.fitted.estimates.map((one) => ({ ...one, path: text, from })),
      settings: { [text]: { kind: text } },
      notIdentified: [{ path: text, code: 'StationNeverFull', station: text, minSlots: 3 }],
      pictures: [
        {
          ...picture!,
          about: { code: 'Response', from, step: text, responses: 50 },
          data: [
            {
              of: { code: 'BusySlots', station: text, isFitted: false },
              shape: 'points',
              x: [1, 2],
              y: [1, 2],
            },
          ],
        },
      ],
    },
  }
}

async function fileOf(name: string, of = fit): Promise<string> {
  return String((await renderFit(of, { formats: ['html', 'md'] })).get(name))
}

describe('pictures of a fit', () => {
  const one = (series: Partial<LabelledCurve>, more: Partial<WordedPicture> = {}) =>
    fitChart(
      {
        ...contention,
        ...more,
        data: [{ label: 'a', shape: 'points', x: [1, 2, 3], y: [4, 5, 6], ...series }],
        fitted: [],
      },
      '',
    )

  test('the band lies between its edges, filled, below data and line', () => {
    const { datasets } = fitChart(contention, '').data
    expect(datasets.map(({ key }) => key)).toEqual(['low0', 'high0', 'data0', 'fitted0'])
    const [low, high, data, line] = datasets
    expect(high?.fill).toBe('-1')
    const y = (at: number, of = line) => (of!.data as Point[])[at]?.[1] ?? NaN
    expect(y(40, low)).toBeLessThan(y(40))
    expect(y(40, high)).toBeGreaterThan(y(40))
    // Of eight levels the fourth was not measured.
    expect(data?.data).toHaveLength(7)
    expect(data?.showLine).toBe(false)
  })

  test('steps of data have their band, in steps', () => {
    const yLow = [3, 4, 5]
    const { datasets } = one({ shape: 'steps', yLow, yHigh: [5, 6, 7] }).data
    expect(datasets.map(({ key }) => key)).toEqual(['data-low0', 'data-high0', 'data0'])
    expect(datasets.map(({ stepped }) => stepped)).toEqual(['after', 'after', 'after'])
    expect(datasets[0]?.data).toEqual([1, 2, 3].map((x, i) => [x, yLow[i]]))
    expect(datasets[1]?.fill).toBe('-1')
  })

  test('a value that is not known breaks a line and is no point', () => {
    const y = [4, null, 6]
    expect(one({ y }).data.datasets[0]?.data).toEqual([
      [1, 4],
      [3, 6],
    ])
    expect(one({ y, shape: 'line' }).data.datasets[0]?.data).toEqual([
      [1, 4],
      [2, null],
      [3, 6],
    ])
    expect(one({ shape: 'steps' }).data.datasets[0]?.stepped).toBe('after')
  })

  test('a logarithm shows nothing that is not above zero', () => {
    const config = one({ x: [0, 1, 10], y: [1, 0, 100] }, { xScale: 'log', yScale: 'log' })
    expect(config.data.datasets[0]?.data).toEqual([[10, 100]])
    expect(config.options.scales['x']?.type).toBe('logarithmic')
  })

  test('axes end at round values around the data, each with its label', () => {
    const { scales, plugins } = fitChart(arrivals, '').options
    expect(scales['x']).toMatchObject({ min: 0, max: 600, type: 'linear' })
    expect(scales['y']).toMatchObject({ min: 100, max: 5000, type: 'logarithmic' })
    expect(scales['x']?.title?.text).toBe('Seconds after the opening (s)')
    expect(plugins.dambreak.axes['x']?.at).toEqual([0, 100, 200, 300, 400, 500, 600])
    expect(fitChart(service, '').options.scales['y']).toMatchObject({ min: 0, max: 1 })
  })

  test.each([
    [[5, 5, 5], 0, 5],
    [[0, 0, 0], 0],
    [[-3, 1, 2], -3, 2],
    [[1000, 1001, 1002], 1000, 1002],
  ])('%j lies within its axis', (y, min, max = Infinity) => {
    const { scales, plugins } = one({ y }).options
    const axis = scales['y']
    expect(axis?.min).toBeLessThanOrEqual(min)
    expect(axis?.max).toBeGreaterThanOrEqual(Math.max(...y))
    expect(axis?.max).toBeLessThanOrEqual(max === Infinity ? 1 : max + 1)
    expect(plugins.dambreak.axes['y']?.at?.length).toBeLessThanOrEqual(12)
  })

  test('a long series is thinned, and said to be', () => {
    const long = Array.from({ length: 100_000 }, (_, at) => at)
    const picture = { ...contention, data: [{ ...contention.data[0]!, x: long, y: long }] }
    const [figure] = drawWorded([picture], '')
    expect(figure?.config.data.datasets[2]?.data.length).toBeLessThanOrEqual(1500)
    expect(figure?.how).toMatch(/every 67th point is drawn\.$/)
  })

  test('an empty picture says so', () => {
    expect(one({ x: [], y: [] }).options.plugins.dambreak.noData).toBe('nothing to show')
    expect(one({}).options.plugins.dambreak.noData).toBeNull()
  })

  test('names of files are safe, and no two the same', () => {
    const named = ['../a b', '../a b', '', '대기'].map((name) => ({ ...contention, name }))
    const figures = drawWorded(named, '')
    expect(figures.map(({ name }) => name)).toEqual(['a-b', 'a-b-2', 'fit', 'fit-4'])
  })
})

describe('renderFit', () => {
  test('gives the files that the formats ask for', async () => {
    expect([...(await renderFit(fit, { formats: ['md', 'csv', 'json'] })).keys()]).toEqual([
      'summary.md',
    ])
    expect([...(await renderFit(fit, { formats: ['png'] })).keys()]).toEqual([
      'arrivals.png',
      'stations-answers.png',
      'patience.png',
    ])
  })

  test('the page shows estimates with their interval, what is missing, and every picture', async () => {
    const page = await fileOf('report.html')
    const text = page.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')
    expect(text).toContain(
      'arrivals[1].meanSec access.log: 12,043 first contacts, maximum likelihood 84.2 90.4 97.1 12,043',
    )
    expect(text).toContain('stack.stations[0].perInstance web was seen on 2 instances only')
    expect(page).toContain('id="chart-patience"')
    expect(page.match(/<h1/g)).toHaveLength(1)
  })

  test('data that identify nothing make a page that says so', async () => {
    const page = await fileOf('report.html', emptyFit())
    expect(page).toContain(
      'The data identify no parameter. 1 parameter could not be identified from them.',
    )
    expect(page).not.toContain('<canvas')
    expect([...page.matchAll(/<h2 id="(\w+)"/g)].map(([, id]) => id)).toEqual(['missing'])
  })

  test('nothing from outside can break out of its place', async () => {
    const page = await fileOf('report.html', foreign(evil))
    expect(page.match(/<script/g)).toHaveLength(3)
    expect(page.match(/<\/script/g)).toHaveLength(3)
    expect(page).not.toMatch(/<img/i)
    expect(page).not.toContain('<!--')
    const text = await fileOf('summary.md', foreign(`a|b${evil}\n# x`))
    expect(text).not.toMatch(/<img/)
    expect(text).not.toMatch(/^# x/m)
    expect(text).toContain('a\\|b')
  })
})

describe('terminal text', () => {
  test('gives what was found, the notes, and the tables', () => {
    const lines = fitText(fit, 60).split('\n')
    expect(lines[0]).toBe('The data identify 2 parameters, each with an interval. 1')
    expect(lines.join(' ')).toContain('– the arrivals of steps/run.json are those that its')
    expect(lines.find((line) => line.startsWith('arrivals[1].meanSec'))).toMatch(
      /^arrivals\[1\]\.meanSec +84\.2 +90\.4 +97\.1 +12,043$/,
    )
    expect(lines.join(' ')).toMatch(
      /– stack\.stations\[0\]\.perInstance: web was seen .* number of *instances\.$/,
    )
  })

  test('holds no control characters whatever the names are', () => {
    const text = fitText(foreign('\u001b]0;x\u0007\u202e'))
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u)
  })
})
