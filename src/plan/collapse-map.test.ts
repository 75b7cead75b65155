import { describe, expect, test } from 'vitest'
import { collapseMap, mapCounts, refineGrid, triggerOf } from './collapse-map.ts'
import { minCollapseSec } from './outcome.ts'
import { outcomeWith, synthetic } from './testing/synthetic.ts'
import type { Trial } from './trial.ts'

const windowSec = 57_600

describe('a grid refined where it changes', () => {
  const rows = 20
  const columns = 13

  async function refined(kindOf: (i: number, j: number) => string) {
    let asked = 0
    const result = await refineGrid({ rows, columns }, (cells) => {
      asked += cells.length
      return Promise.resolve(cells.map(([i, j]) => kindOf(i, j)))
    })
    const whole = Array.from({ length: rows }, (_, i) =>
      Array.from({ length: columns }, (_, j) => kindOf(i, j)),
    )
    return { ...result, count: asked, whole }
  }

  test.each([
    ['one boundary', (i: number, j: number) => (i > 1.4 * j ? 'drains' : 'collapses')],
    [
      'three bands',
      (i: number, j: number) =>
        ['x', 'm', 'd'][Math.min(2, Math.max(0, Math.floor((i - j) / 3)))] ?? 'd',
    ],
    ['all the same', () => 'slow'],
  ])('is the exhaustive one, %s, from far fewer cells', async (_name, kindOf) => {
    const { cell, asked, count, whole } = await refined(kindOf)
    expect(cell).toEqual(whole)
    expect(count).toBeLessThan(rows * columns * 0.5)
    expect(asked.flat().filter(Boolean)).toHaveLength(count)
  })

  test('is asked for no cell twice, and needs no second row or column', async () => {
    const seen = new Set<string>()
    const result = await refineGrid({ rows: 1, columns: 9 }, (cells) => {
      for (const cell of cells) {
        expect(seen.has(cell.join())).toBe(false)
        seen.add(cell.join())
      }
      return Promise.resolve(cells.map(([, j]) => j >= 6))
    })
    expect(result.cell).toEqual([[false, false, false, false, false, false, true, true, true]])
  })
})

describe('the collapse map', () => {
  /** Load is crowd ÷ instances: above 1.5 it collapses, above 0.8 a trigger tips it. */
  function system(trial: Trial) {
    const { instances, crowd = 1, trigger, tries = 6 } = trial
    const load = (crowd * 4) / instances + tries / 100
    const isDown = load > 1.5 || (load > 0.8 && trigger !== undefined)
    const doubleAtSec = trigger?.doubleAtSec ?? null
    const isSaved = isDown && doubleAtSec !== null && load / 2 < 0.8
    if (!isDown) return outcomeWith({ drainSec: load > 1 ? null : 600 })
    const untilSec = isSaved ? (doubleAtSec ?? 0) + 60 : windowSec
    return outcomeWith({ collapsed: true, collapseUntilSec: untilSec, drainSec: null })
  }
  const options = {
    instances: [2, 4, 6, 8],
    crowd: [0.5, 1, 2],
    ownInstances: 2,
    tries: 6,
    otherTries: [0],
    windowSec,
  }

  test('tells what drains, what a trigger tips, what collapses, and what more servers bring back', async () => {
    const { outcomes } = synthetic(system)
    const map = await collapseMap({ ...options, outcomes })
    expect(map.cell).toEqual([
      ['metastable', 'collapses', 'collapses'],
      ['drains', 'metastable', 'collapses'],
      ['drains', 'drains', 'metastable'],
      ['drains', 'drains', 'metastable'],
    ])
    expect(map.recovers).toEqual([
      [true, false, null],
      [null, true, false],
      [null, null, true],
      [null, null, true],
    ])
    // Two servers collapse under the crowd itself: twice as many people are not tried.
    expect(map.inferred.map((row) => row.includes(true))).toEqual([true, false, false, false])
    expect([map.inferred[0]?.[2], map.simulated[0]?.[2]]).toEqual([true, false])
    expect(map.others).toHaveLength(1)
    expect(map.others[0]?.tries).toBe(0)
    expect(map.trigger).toEqual({ code: 'HalfOfServersAway', atSec: 600, forSec: 180 })
  })

  test('what comes back by itself about as soon is not said to be brought back', async () => {
    const untilSec = (trigger: NonNullable<Trial['trigger']>) =>
      trigger.atSec + trigger.forSec + minCollapseSec(windowSec) + 60
    const { outcomes, batches } = synthetic(({ trigger }) =>
      trigger === undefined
        ? outcomeWith()
        : outcomeWith({ collapsed: true, collapseUntilSec: untilSec(trigger) }),
    )
    const map = await collapseMap({ ...options, outcomes, otherTries: [] })
    expect(map.cell.flat().every((cell) => cell === 'metastable')).toBe(true)
    expect(map.recovers.flat().every((cell) => cell === null)).toBe(true)
    expect(batches.flat().every(({ trigger }) => (trigger?.doubleAtSec ?? null) === null)).toBe(
      true,
    )
  })

  test('what collapses by itself is not tripped as well', async () => {
    const { outcomes, batches } = synthetic(system)
    await collapseMap({ ...options, outcomes, otherTries: [] })
    const tripped = batches.flat().filter(({ trigger }) => trigger?.doubleAtSec === null)
    expect(tripped.some(({ instances, crowd = 1 }) => crowd / instances > 0.4)).toBe(false)
  })

  test('infers only what lies far beyond a crowd that was seen to be too large, never the own one', async () => {
    const { outcomes, batches } = synthetic(system)
    const crowd = [0.5, 0.8, 1, 1.6, 2, 3, 4]
    const far = { ...options, instances: [1, 2, 3], crowd, ownInstances: 1 }
    const map = await collapseMap({ ...far, outcomes, otherTries: [] })
    const seen = new Set(batches.flat().map((one) => `${one.instances} ${one.crowd ?? 1}`))
    map.inferred.forEach((row, i) => {
      row.forEach((was, j) => {
        if (!was) return
        const [count, factor] = [far.instances[i] ?? 0, crowd[j] ?? 0]
        expect(seen.has(`${count} ${factor}`)).toBe(false)
        const nearer = crowd.filter((one, k) => one <= factor / 2 && map.simulated[i]?.[k])
        expect(nearer.map((one) => map.cell[i]?.[crowd.indexOf(one)])).toContain('collapses')
        expect(map.cell[i]?.[j]).toBe('collapses')
      })
    })
    expect(map.inferred.flat().filter(Boolean).length).toBeGreaterThan(2)
    expect(map.simulated[0]?.[crowd.indexOf(1)]).toBe(true)
    const others = await collapseMap({ ...far, ownInstances: 9, outcomes, otherTries: [] })
    expect(others.cell).toEqual(map.cell)
  })

  test('at other numbers of tries runs nothing that the map tells already, and comes to the same', async () => {
    const { outcomes, batches } = synthetic(system)
    const grown = { ...options, otherTries: [0, 60] }
    const map = await collapseMap({ ...grown, outcomes })
    expect(map.others.map(({ tries }) => tries)).toEqual([0, 60])
    for (const { tries, cell } of map.others) {
      const { outcomes: own } = synthetic((trial) => system({ ...trial, tries }))
      const alone = await collapseMap({ ...grown, tries, otherTries: [], outcomes: own })
      expect(cell).toEqual(alone.cell)
    }
    const kindOf = ({ instances, crowd = 1 }: Trial) =>
      map.cell[options.instances.indexOf(instances)]?.[options.crowd.indexOf(crowd)]
    const asked = batches.flat().filter(({ tries }) => tries !== undefined)
    expect(asked.length).toBeGreaterThan(4)
    expect(asked.some((one) => one.tries === 60 && kindOf(one) === 'collapses')).toBe(false)
    expect(asked.some((one) => one.tries === 0 && kindOf(one) === 'drains')).toBe(false)
  })

  test('has a row for each count, or a dozen, the least and the most among them', () => {
    expect(mapCounts([2, 4, 8])).toEqual([2, 4, 8])
    const upTo = (most: number) => mapCounts(Array.from({ length: most }, (_, i) => i + 1))
    expect(upTo(20)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 20])
    expect(upTo(200)).toHaveLength(12)
    expect(upTo(200).at(-1)).toBe(200)
  })

  test('in a short run the trigger comes early and is brief', () => {
    expect(triggerOf(360)).toEqual({ atSec: 60, forSec: 30, doubleAtSec: null })
  })
})
