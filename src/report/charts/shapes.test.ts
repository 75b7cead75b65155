import { describe, expect, test } from 'vitest'
import { plainReach, overInstances } from '../plan/charts/over-instances.ts'
import { samplePlan } from '../testing/sample-plan.ts'
import type { ChartConfig, Shape } from './config.ts'
import type { DrawnChart, DrawnScale, Pen } from './drawn.ts'
import { shapesPlugin } from './shapes.ts'

/** Writes down what is drawn; every letter is ten pixels wide. */
function notebook() {
  const drawn: string[] = []
  const say = (what: string, ...at: (number | string)[]) => drawn.push([what, ...at].join(' '))
  const pen: Pen = {
    font: '',
    fillStyle: '',
    strokeStyle: '',
    lineWidth: 1,
    textAlign: '',
    textBaseline: '',
    save: () => undefined,
    restore: () => undefined,
    beginPath: () => undefined,
    moveTo: (x, y) => say('move', x, y),
    lineTo: (x, y) => say('line', x, y),
    stroke: () => undefined,
    fillRect: (x, y, wide, high) => say('fill', pen.fillStyle, x, y, wide, high),
    strokeRect: (x, y, wide, high) => say('frame', x, y, wide, high),
    fillText: (text, x, y) => say('text', text, x, y),
    measureText: (text) => ({ width: 10 * [...text].length }),
    setLineDash: () => undefined,
  }
  return { drawn, pen }
}

/** A plot from (100, 0) to (300, 100) in which x is 0 to 10 and y is 0 to 1. */
function chartWith(shapes: Shape[], ends?: { start: string; end: string }[]) {
  const { drawn, pen } = notebook()
  const scale = (id: string, pixel: (value: number) => number, max: number): DrawnScale => ({
    id,
    chart: { ctx: pen, width: 400 },
    min: 0,
    max,
    top: 0,
    bottom: 100,
    left: 100,
    right: 300,
    width: 200,
    ticks: [],
    options: {},
    getPixelForValue: pixel,
  })
  const config: ChartConfig = overInstances(samplePlan(), {
    title: '',
    heightPx: 1,
    panels: [
      {
        id: 'y0',
        title: '',
        format: 'share',
        reach: plainReach([], 0.8),
        datasets: [
          {
            label: 'bars',
            data: [],
            borderColor: '@ink',
            borderWidth: 1,
            key: 'bars',
            legend: true,
            ...(ends === undefined ? {} : { ends }),
          },
        ],
        shapes,
      },
    ],
  })
  const chart: DrawnChart = {
    ctx: pen,
    width: 400,
    height: 100,
    boxes: [],
    chartArea: { left: 100, right: 300, top: 0, bottom: 100 },
    scales: {
      x: scale('x', (value) => 100 + value * 20, 10),
      y0: scale('y0', (value) => 100 - value * 100, 1),
    },
    data: config.data,
    isDatasetVisible: () => true,
    setDatasetVisibility: () => undefined,
    update: () => undefined,
    getDatasetMeta: () => ({ data: [{ x: 180, y: 50, base: 140, height: 10 }] }),
  }
  const drawing = { colours: {}, fontFamily: 'x', titled: false }
  const plugin = shapesPlugin(config, drawing, (name) => name.replace('@', '#'))
  plugin.beforeDatasetsDraw(chart)
  const behind = drawn.splice(0)
  plugin.afterDatasetsDraw(chart)
  return { behind, before: drawn }
}

describe('shapes', () => {
  test('a box covers its stretch of both axes, less what is left free', () => {
    const box: Shape = { kind: 'box', axis: 'y0', x: [2, 4], y: [0, 0.5], colour: '@ffffff' }
    expect(chartWith([box]).behind).toEqual(['fill #ffffff 140 50 40 50'])
    expect(chartWith([{ ...box, insetPx: 1 }]).behind).toEqual(['fill #ffffff 141 51 38 48'])
  })

  test('a box says its text only where there is room, in an ink that can be read on it', () => {
    const box: Shape = { kind: 'box', axis: 'y0', x: [2, 4], y: [0, 0.5], colour: '@000000' }
    expect(chartWith([{ ...box, text: '99%' }]).behind.at(-1)).toBe('text 99% 160 75')
    expect(chartWith([{ ...box, text: 'too long' }]).behind).toHaveLength(1)
  })

  test('an interval is drawn from end to end; one without an end is an arrow to the top', () => {
    const whisker = { kind: 'whisker', axis: 'y0', x: 5, low: 0.2, colour: '@000000' } as const
    expect(chartWith([{ ...whisker, high: 0.6 }]).behind.slice(0, 2)).toEqual([
      'move 200 80',
      'line 200 40',
    ])
    const open = chartWith([{ ...whisker, high: null }]).behind
    // The top tick of the axis is 0.8.
    expect(open[1]).toBe('line 200 20')
    expect(open.slice(-3)).toEqual(['move 196 27', 'line 200 20', 'line 204 27'])
  })

  test('a rule crosses the plot, a note stays inside it', () => {
    const rule = { kind: 'rule', axis: 'y0', y: 0.95, label: 'asked', colour: '@000000' } as const
    expect(chartWith([rule]).behind.slice(0, 2)).toEqual(['move 100 5', 'line 300 5'])
    const note: Shape = {
      kind: 'note',
      axis: 'y0',
      x: 10,
      y: 0.5,
      text: 'least',
      colour: '@000000',
      where: 'above',
    }
    expect(chartWith([note]).before).toEqual(['text least 275 44'])
  })

  test('what bars say stands beyond their ends, and never outside the plot', () => {
    const said = (end: string) =>
      chartWith([], [{ start: 'a', end }]).before.filter((line) => line.startsWith('text'))
    expect(said('9')).toEqual(['text a 125 50', 'text 9 185 50'])
    expect(said('quite a lot')[1]).toBe('text quite a lot 185 50')
    expect(said('more than there is')[1]).toBe('text more than there is 120 50')
  })
})
