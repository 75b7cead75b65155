import { describe, expect, test } from 'vitest'
import type { Plan } from '../../plan/plan-record.ts'
import type { Box, ChartConfig, Point, Shape, Whisker } from '../charts/config.ts'
import { themes } from '../charts/palette.ts'
import { failingPlan, samplePlan, undecidedPlan } from '../testing/sample-plan.ts'
import { shadeOf } from './charts/objectives.ts'
import { drawPlanFigures, type PlanChartName } from './plan-charts.ts'

const plan = samplePlan()
const plans: [string, Plan][] = [
  ['recommends', plan],
  ['all fail', failingPlan()],
  ['undecided', undecidedPlan()],
  ['one candidate', { ...plan, candidates: plan.candidates.slice(9, 10) }],
  ['nothing', { ...plan, candidates: [], levers: [], sensitivity: [], collapseMap: null }],
  ['no objectives', { ...plan, header: { ...plan.header, slo: [] }, objectives: [] }],
]

function chart(name: PlanChartName, of = plan): ChartConfig {
  const found = drawPlanFigures(of).find((figure) => figure.name === name)
  if (found === undefined) throw new Error(`no chart ${name}`)
  return found.config
}

const shapesOf = <Kind extends Shape['kind']>(config: ChartConfig, kind: Kind, axis = 'y0') =>
  (config.options.plugins.dambreak.shapes ?? []).filter(
    (shape): shape is Extract<Shape, { kind: Kind }> => shape.kind === kind && shape.axis === axis,
  )

const dataset = (config: ChartConfig, key: string) =>
  config.data.datasets.find((one) => one.key === key)

describe.each(plans)('charts of a plan: %s', (_, of) => {
  const figures = drawPlanFigures(of)

  test('are plain data of known colours, each axis read, each legend entry once', () => {
    for (const { config, how } of figures) {
      expect(JSON.parse(JSON.stringify(config))).toEqual(config)
      const { dambreak: extras, title } = config.options.plugins
      const colours = [
        ...config.data.datasets.flatMap((one) => [one.borderColor, one.backgroundColor ?? '@ink']),
        ...(extras.shapes ?? []).map(({ colour }) => colour),
      ]
      for (const colour of colours) {
        const name = /^@(\w+)/.exec(colour)?.[1] ?? ''
        expect(themes.light).toHaveProperty(name)
        expect(themes.dark).toHaveProperty(name)
      }
      expect(Object.keys(extras.axes).toSorted()).toEqual(
        Object.keys(config.options.scales).toSorted(),
      )
      const legend = config.data.datasets.filter(({ legend: is }) => is).map(({ label }) => label)
      expect(new Set(legend).size).toBe(legend.length)
      expect(new Set(config.data.datasets.map(({ key }) => key)).size).toBe(
        config.data.datasets.length,
      )
      expect(title.text).not.toBe('')
      expect(how.length).toBeGreaterThan(30)
    }
  })

  test('lie within their axes', () => {
    for (const { config } of figures) {
      if (config.type === 'bar') continue
      const { scales } = config.options
      for (const one of config.data.datasets)
        for (const [x, y] of one.data as Point[]) {
          const axis = scales[one.yAxisID ?? '']
          expect(x).toBeGreaterThanOrEqual(scales['x']?.min ?? NaN)
          expect(x).toBeLessThanOrEqual(scales['x']?.max ?? NaN)
          expect(y).toBeGreaterThanOrEqual(axis?.min ?? NaN)
          expect(y).toBeLessThanOrEqual(axis?.max ?? NaN)
        }
    }
  })
})

describe('probability', () => {
  test('one mark a candidate by verdict, with its interval, below the line asked for', () => {
    const config = chart('probability')
    expect(dataset(config, 'undecided-pMeetsSlo')?.data).toEqual([[9, 0.955]])
    expect(dataset(config, 'meets-pMeetsSlo')?.data).toHaveLength(11)
    expect(dataset(config, 'fails-pCollapse')?.data[7]).toEqual([8, 0.01])
    const styles = config.data.datasets.map(({ pointStyle }) => pointStyle)
    expect(new Set(styles).size).toBe(3)
    const whiskers: Whisker[] = shapesOf(config, 'whisker')
    expect(whiskers).toHaveLength(20)
    const { low, high } = plan.candidates[8]!.pMeetsSlo
    expect(whiskers[8]).toMatchObject({ x: 9, low, high })
    expect(shapesOf(config, 'rule')).toMatchObject([{ y: 0.95, label: 'asked for: 95%' }])
  })
})

describe('waits', () => {
  test('what is not reached has no middle, never a zero; an open end is an arrow', () => {
    const config = chart('waits')
    const drawn = dataset(config, 'simulated-y0')?.data as Point[]
    expect(drawn[0]?.[0]).toBe(5)
    expect(drawn.every(([, y]) => (y ?? 0) > 0)).toBe(true)
    const [first] = shapesOf(config, 'whisker')
    expect(first).toEqual({
      kind: 'whisker',
      axis: 'y0',
      x: 1,
      low: 38_000,
      high: null,
      colour: '@booked',
    })
    // Closed forms have no answer for an overloaded system.
    expect(dataset(config, 'analytic-y0')?.data[0]).toEqual([7, 7600])
  })

  test('times far apart stand on a logarithm, and say so', () => {
    const config = chart('waits')
    expect(config.options.scales['y0']?.type).toBe('logarithmic')
    expect(config.options.plugins.dambreak.panels[0]?.title).toBe('p95 wait (logarithmic)')
  })

  test('where nothing is known there is a cross at the end of the run', () => {
    const config = chart('waits', undecidedPlan())
    expect(dataset(config, 'simulated-y1')).toBeUndefined()
    expect(dataset(config, 'missing-y1')?.data).toEqual([8, 9, 10, 11].map((n) => [n, 57_600]))
    expect(shapesOf(config, 'whisker', 'y1')).toEqual([])
  })
})

describe('regret', () => {
  test('bars from zero, the lowest marked; none without prices', () => {
    const config = chart('regret')
    const bars: Box[] = shapesOf(config, 'box')
    expect(bars[0]).toMatchObject({ x: [0.62, 1.38], y: [0, 746], colour: '@open' })
    expect(bars.filter(({ colour }) => colour === '@booked')).toMatchObject([{ y: [0, 20] }])
    expect(shapesOf(config, 'note')).toMatchObject([{ x: 12, y: 20, text: 'lowest: 12' }])
    expect(config.options.scales['y0']?.min).toBe(0)
    expect(drawPlanFigures(failingPlan()).map(({ name }) => name)).not.toContain('regret')
  })
})

describe('objectives', () => {
  test('the first stands on top; a probability is never rounded up', () => {
    const config = chart('objectives')
    const cells: Box[] = shapesOf(config, 'box')
    const at = (x: number, y: number) =>
      cells.find((cell) => cell.x[0] === x - 0.5 && cell.y[0] === y - 0.5)
    // 41.5% of the replications with eight servers.
    expect(at(7, 2)).toMatchObject({ text: '41%', colour: '@scale2' })
    expect(at(9, 2)).toMatchObject({ text: '95%', colour: '@scale5' })
    expect(config.options.plugins.dambreak.axes['y0']?.names?.at(-1)).toBe('waitSec.p95 < 3600')
  })

  test('the last shade is for what was asked for and nothing less', () => {
    expect([0, 0.049, 0.05, 0.3, 0.6, 0.8, 0.949, 0.95, 1].map((p) => shadeOf(p, 0.95))).toEqual([
      0, 0, 1, 2, 3, 4, 4, 5, 5,
    ])
    expect(shadeOf(0.3, 0.3)).toBe(5)
  })
})

describe('levers', () => {
  const config = chart('levers')
  const [meets, holds] = config.data.datasets

  test('a bar is the servers needed, from zero; what is not reached is said, not drawn', () => {
    expect(meets?.data).toEqual([4, 5, 6, 8, 9, 10, 11, null])
    expect(holds?.data).toEqual([2, 3, 4, 4, 6, 5, 7, 7])
    expect(meets?.ends?.map(({ end }) => end)).toEqual([
      '4, saves 6',
      '5, saves 5',
      '6, saves 4',
      '8, saves 2',
      '9, saves 1',
      '10, saves none',
      '11, costs 1 more',
      'none up to 20',
    ])
    expect(config.options.scales['x']?.min).toBe(0)
  })

  test('stand against the servers that no lever needs', () => {
    expect(config.options.plugins.dambreak.lines.map(({ at, label }) => [at, label])).toEqual([
      [10, 'no lever, to meet: 10'],
      [7, 'no lever, to avoid collapse: 7'],
    ])
    expect(chart('levers', undecidedPlan()).options.plugins.dambreak.lines).toEqual([])
  })
})

describe('sensitivity', () => {
  test('bars run from the lesser outcome to the greater, labelled with their values', () => {
    const config = chart('sensitivity-instances')
    expect(config.data.labels?.[0]).toBe('population.devicesPerPerson (assumed)')
    const assumed = dataset(config, 'assumed')
    // With eight tries no count up to twenty is enough.
    expect(assumed?.data).toEqual([[6, 13], [8, 21], null, null])
    expect(assumed?.ends?.slice(0, 2)).toEqual([
      { start: '1.2', end: '2.4' },
      { start: '4', end: '8: none' },
    ])
    // Patience: the longer it is, the fewer are needed.
    expect(dataset(config, 'inferred')?.data).toEqual([null, null, null, [9, 11]])
    expect(dataset(config, 'inferred')?.ends?.[3]).toEqual({ start: '18,000', end: '7,200' })
  })

  test('outcomes of different kinds stand on axes of their own', () => {
    const names = drawPlanFigures(failingPlan()).map(({ name }) => name)
    expect(names.filter((name) => name.startsWith('sensitivity'))).toEqual([
      'sensitivity-probability',
      'sensitivity-wait',
    ])
    const config = chart('sensitivity-probability', failingPlan())
    expect(dataset(config, 'assumed')?.data).toEqual([[0.11, 0.42]])
    expect(config.options.plugins.dambreak.axes['x']?.format).toBe('share')
  })
})

describe('collapse map', () => {
  const config = chart('collapse-map')
  const cells: Box[] = shapesOf(config, 'box')
  const at = (column: number, row: number) =>
    cells.find(({ x, y }) => x[0] === column - 0.5 && y[0] === row - 0.5)

  test('each cell has the colour and the sign of its kind', () => {
    expect(cells).toHaveLength(180)
    expect(at(0, 4)).toMatchObject({ colour: '@collapses', text: '×', dot: false, plus: false })
    // Inferred, not seen.
    expect(at(0, 8)).toMatchObject({ colour: '@collapses', text: '(×)', dot: false })
    expect(at(3, 4)).toMatchObject({ outline: '@metastable' })
    expect(at(19, 0)).toMatchObject({ colour: '@drains', dot: false })
    expect(at(19, 0)?.text).toBeUndefined()
    expect(at(9, 4)).toMatchObject({ colour: '@slow', text: '○', dot: true })
    expect(at(7, 4)).toMatchObject({ colour: '@metastable', text: '△' })
    expect(at(8, 6)).toMatchObject({ colour: '@collapses', plus: true })
  })

  test('marks the recommended count and names crowd factors', () => {
    const extras = config.options.plugins.dambreak
    expect(extras.bands).toMatchObject([{ from: 9, to: 9, label: 'recommended: 10' }])
    expect(extras.axes['y0']?.names?.slice(0, 2)).toEqual(['0.25×', '0.35×'])
  })

  test('is darker the worse, in grey too', () => {
    for (const colours of Object.values(themes)) {
      const grey = ['drains', 'slow', 'metastable', 'collapses'].map((name) => {
        const [r = 0, g = 0, b = 0] = [1, 3, 5].map((from) =>
          parseInt((colours[name] ?? '').slice(from, from + 2), 16),
        )
        return (0.299 * r + 0.587 * g + 0.114 * b) / 255
      })
      grey
        .slice(1)
        .forEach((value, index) => expect((grey[index] ?? 0) - value).toBeGreaterThan(0.1))
    }
  })

  test('stands beside those of fewer and more tries, in order', () => {
    const { panels } = chart('collapse-tries').options.plugins.dambreak
    expect(panels.map(({ title }) => title)).toEqual([
      '2 tries',
      '6 tries, as in the collapse map',
      '10 tries',
    ])
    const alone = { ...plan, collapseMap: { ...plan.collapseMap!, others: [] } }
    expect(drawPlanFigures(alone).map(({ name }) => name)).not.toContain('collapse-tries')
  })
})
