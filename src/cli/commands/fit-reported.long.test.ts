import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseEnsemble, serialiseEnsemble, type Ensemble } from '../../fit/ensemble.ts'
import { findEnsemble } from '../../fit/ensemble-file.ts'
import { readSource } from '../../scenario/load/load.ts'
import { temporaryDirectory } from '../../core/testing/temporary-directory.ts'
import { dambreak, start } from '../testing/dambreak.ts'

let folder: { path: string; remove: () => void }
beforeEach(() => {
  folder = temporaryDirectory()
})
afterEach(() => folder.remove())

const assumed = (low: number, mid: number, high: number, source: string) => ({
  low,
  mid,
  high,
  evidence: 'assumed',
  source,
})
/** 400 people with 1.5 devices, of whom only the tickets are reported, and two a second are let in. */
const reported = [
  { id: 'R1', label: 't', expr: 'visitors.arrived', target: 600, tolerance: 0.3, source: 's' },
  { id: 'R2', label: 'o', expr: 'opening.ticketsIn10Sec', target: { min: 20 }, source: 's' },
  { id: 'R3', label: 'd', expr: 'errorShare', target: { max: 0.01 }, source: 's', variant: 'six' },
]
const scenario = {
  name: 'little',
  opensAt: '2021-07-19T20:00:00+09:00',
  endsAt: '2021-07-19T20:09:00+09:00',
  population: {
    people: assumed(200, 400, 800, 'a'),
    devicesPerPerson: assumed(1, 1.5, 3, 'b'),
  },
  arrivals: [{ kind: 'burst', share: 1, forSec: 120 }],
  waitingRoom: { admission: { perSec: 2 } },
  journey: [{ step: 'book', visits: [{ station: 'db', serviceMs: 5 }] }],
  stack: { instances: 1, stations: [{ name: 'db', shared: true, slots: 8 }] },
  variants: [{ name: 'six', set: { 'stack.instances': 6 } }],
  reported,
}

function write(over: object = {}): string {
  const path = join(folder.path, 'little.json')
  writeFileSync(path, JSON.stringify({ ...scenario, ...over }))
  return path
}
const fit = (...args: string[]) =>
  dambreak(['fit', 'little.json', '--reported', ...args], folder.path)
const beside = () => join(folder.path, 'little.ensemble.json')
const written = (path = beside()): Ensemble =>
  parseEnsemble(JSON.parse(readFileSync(path, 'utf8')), path)

describe('fit --reported', { timeout: 300_000 }, () => {
  test('finds the sets that reproduce the figures and puts them beside the scenario', async () => {
    // Long enough for a look at its first minute to pay.
    const path = write({ endsAt: '2021-07-19T20:12:00+09:00' })
    const { code, out, err } = await fit('--draws', '12', '--predict', '2')
    expect(err).toMatch(/\d+ kept of 12 simulated, \d+ drawn; about 0 s left\n$/)
    expect(code).toBe(0)
    expect(out).toContain(`written to ${beside()}`)
    expect(out).toContain('R3 in six: 2 of 2 hold at most 0.01, 0 to 0 observed')
    expect(readdirSync(folder.path).toSorted()).toEqual(['little.ensemble.json', 'little.json'])

    const source = await readSource(path, { allowCode: false })
    expect(await findEnsemble(source)).toMatchObject({ kind: 'fits' })
    const { members, rows, simulated, predictions } = written()
    expect(rows.map(({ id }) => id)).toEqual(['R1', 'R2'])
    expect(simulated).toBe(12)
    expect(members.length).toBeGreaterThan(1)
    for (const { values, observed } of members) {
      const expected = values['population.people']! * values['population.devicesPerPerson']!
      expect(Math.abs(observed['R1']! - 600)).toBeLessThanOrEqual(180)
      expect(Math.abs(observed['R1']! / expected - 1)).toBeLessThan(0.05)
    }
    expect(predictions).toMatchObject([{ id: 'R3', variant: 'six', checked: 2, held: 2 }])
  })

  test('goes on from its trials: two halves are the whole', async () => {
    write()
    const part = (draws: string, out: string, trials: string) =>
      fit('--draws', draws, '--out', out, '--trials', trials, '--predict', '0', '--json')
    await part('3', 'half.json', 'parts.jsonl')
    const { code, out } = await part('8', 'both.json', 'parts.jsonl')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ out: 'both.json', simulated: 8 })
    await part('8', 'once.json', 'once.jsonl')
    expect(written(join(folder.path, 'both.json'))).toEqual(written(join(folder.path, 'once.json')))
    expect(existsSync(beside())).toBe(false)
  })

  test('where no set does, nothing is written, and it says which figure was missed', async () => {
    write({ reported: [{ ...reported[0], target: 50_000 }] })
    const { code, out, err } = await fit('--draws', '4')
    expect(code).toBe(1)
    expect(out).toBe('')
    expect(err).toMatch(
      /no set of values reproduces what is reported: 4 simulated, 4 drawn; nothing was written\n {2}R1 \(visitors\.arrived\), 50,000 ± 30%: held in 0 of 4, the nearest miss [\d,]+\n$/,
    )
    expect(existsSync(beside())).toBe(false)
  })

  test.each([
    ['nothing reported', { reported: [] }, 'reports no figure'],
    [
      'only what holds by construction or of a variant',
      { reported: [{ ...reported[1], byConstruction: true }, reported[2]] },
      'reports no figure',
    ],
    [
      'nothing uncertain',
      { population: { people: 400 } },
      'has no uncertain number: give one as { low, mid, high, evidence }',
    ],
  ])('a scenario with %s is refused', async (_what, over, words) => {
    write(over)
    const { code, err } = await fit()
    expect(code).toBe(2)
    expect(err).toContain(words)
  })

  test('a place that cannot be written to is told before anything is run', async () => {
    write()
    const { code, err } = await fit('--out', 'none/e.json')
    expect(code).toBe(4)
    expect(err).toContain('no such file or directory')
  })

  test('a file that is no ensemble is not replaced', async () => {
    const path = write()
    const before = readFileSync(path, 'utf8')
    const { code, err } = await fit('--out', 'little.json')
    expect(code).toBe(2)
    expect(err).toContain('little.json holds something else')
    expect(readFileSync(path, 'utf8')).toBe(before)
  })

  test('an ensemble that was measured is not replaced', async () => {
    write()
    const values = { 'population.people': 300 }
    const measured = serialiseEnsemble({
      schemaVersion: 1,
      scenarioName: 'little',
      workloadHash: '',
      stackHash: '',
      seed: 1,
      method: 'steps of load',
      drawn: 1,
      simulated: 1,
      kept: 1,
      acceptance: 1,
      effective: 1,
      rows: [],
      parameters: [{ name: 'population.people', low: 100, mid: 300, high: 500 }],
      members: [{ seed: 1, weight: 1, values, observed: {} }],
      predictions: [],
    })
    writeFileSync(beside(), measured)
    const { code, err } = await fit()
    expect(code).toBe(2)
    expect(err).toContain('little.ensemble.json holds an ensemble that was measured')
    expect(readFileSync(beside(), 'utf8')).toBe(measured)
  })

  test('Ctrl-C keeps what was found', async () => {
    write({ reported: [{ ...reported[0], tolerance: 9 }] })
    const { child, ended, saw } = start(
      ['fit', 'little.json', '--reported', '--draws', '100000', '--trials', 't.jsonl'],
      folder.path,
    )
    await saw(' kept of ')
    child.kill('SIGINT')
    const { code, out } = await ended
    expect(code).toBe(130)
    expect(out).toContain('written to')
    expect(written().kept).toBeGreaterThanOrEqual(4)
    expect(written().predictions).toEqual([])
  })
})
