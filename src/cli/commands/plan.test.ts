import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { serialiseEnsemble, type Ensemble } from '../../fit/ensemble.ts'
import type { Plan } from '../../plan/plan-record.ts'
import { loadScenario } from '../../scenario/load/load.ts'
import { parametersOf } from '../../scenario/schema/parameters.ts'
import { runCommand } from '../main.ts'
import { temporaryDirectory } from '../../core/testing/temporary-directory.ts'
import { type Ended } from '../testing/dambreak.ts'

let folder: { path: string; remove: () => void }
beforeEach(() => {
  folder = temporaryDirectory()
})
afterEach(() => folder.remove())

const place = (name: string) => join(folder.path, name)

const interval = (low: number, mid: number, high: number) => ({
  low,
  mid,
  high,
  evidence: 'assumed',
  source: `about ${mid}`,
})

/** Two hundred people, two a second let in by each instance; a line of one instance is too long. */
const small = {
  name: 'small',
  opensAt: '2021-07-19T20:00:00+09:00',
  endsAt: '2021-07-19T20:04:00+09:00',
  population: { people: 200 },
  arrivals: [{ kind: 'burst', share: 1, forSec: 20 }],
  waitingRoom: { admission: { perSecPerInstance: 2 } },
  journey: [
    {
      step: 'book',
      visits: [{ station: 'web', serviceMs: { dist: 'exponential', mean: interval(50, 80, 120) } }],
    },
  ],
  stack: { instances: 1, stations: [{ name: 'web', perInstance: true, slots: 4, backlog: 20 }] },
  behaviour: { patienceSec: { dist: 'exponential', mean: interval(400, 600, 900) } },
  cost: { currency: 'EUR', instancePerHour: 3, waitingPerHour: 10 },
  slo: ['waitSec.p95 < 50', 'errorShare < 0.01'],
}

function written(over: Readonly<Record<string, unknown>> = {}): string {
  writeFileSync(
    place('small.yaml'),
    stringify({ ...small, ...over }, { aliasDuplicateObjects: false }),
  )
  return place('small.yaml')
}

async function plan(
  args: readonly string[],
  { cores = 2, stopAt }: { cores?: number; stopAt?: RegExp } = {},
): Promise<Ended> {
  const controller = new AbortController()
  let monotonicMs = 0
  let out = ''
  let err = ''
  const code = await runCommand(['plan', ...args], {
    // Every look at the clock finds it a second later, so that all progress is shown.
    clock: { epochMs: () => 0, monotonicMs: () => (monotonicMs += 1000) },
    out: (text) => (out += text),
    err: (text) => {
      err += text
      if (stopAt?.test(text) === true) controller.abort()
    },
    errIsTerminal: stopAt !== undefined,
    errColumns: () => 200,
    cores,
    signal: controller.signal,
    hold: (work) => work,
  })
  return { code, out, err }
}

const read = (name: string): Plan => JSON.parse(readFileSync(place(name), 'utf8')) as Plan

describe('plan', () => {
  const brief = ['--instances', '1..3', '--replications', '4', '--format', 'json']

  test('is the same plan on one thread and on two, but for its times', async () => {
    const timeless = ({ header, audit, ...rest }: Plan) => ({
      ...rest,
      header: { ...header, startedAt: '' },
      audit: { ...audit, wallSec: 0, cpuSec: 0 },
    })
    const file = written()
    for (const cores of [1, 2]) {
      const out = place(`on-${cores}`)
      const ended = await plan([file, ...brief, '--no-levers', '--out', out], { cores })
      expect(ended).toMatchObject({ code: 0 })
    }
    expect(timeless(read('on-2/plan.json'))).toEqual(timeless(read('on-1/plan.json')))
    const { candidates, audit, header, sensitivity, levers } = read('on-1/plan.json')
    // One instance lets two a second in: the last of 200 waits for 80 s and more.
    expect(candidates.map(({ verdict }) => verdict)).toEqual(['fails', 'undecided', 'undecided'])
    expect(candidates.map(({ pMeetsSlo }) => pMeetsSlo.value)).toEqual([0, 1, 1])
    expect(candidates.map(({ cost }) => Number(cost.toFixed(4)))).toEqual([0.2, 0.4, 0.6])
    expect(candidates.every(({ regret }) => regret !== null && regret >= 0)).toBe(true)
    expect(header).toMatchObject({
      slo: small.slo,
      parameters: { from: 'intervals', count: 2, members: null },
      prices: { currency: 'EUR', instancePerHour: 3, lostBooking: null },
    })
    expect(audit).toMatchObject({ complete: true })
    expect(sensitivity.map(({ parameter }) => parameter)).toHaveLength(2)
    expect(levers).toEqual([])
  })

  test('decides with enough replications, confirms, and writes a report', async () => {
    const args = [written(), '--instances', '1,2', '--no-levers', '--out', place('out')]
    const ended = await plan([...args, '--format', 'html,md,csv', '--probability', '0.9'])
    expect(ended).toMatchObject({ code: 0 })
    const { recommendation, candidates } = read('out/plan.json')
    expect(recommendation).toMatchObject({ instances: 2, probability: 1 })
    expect(candidates.map(({ confirmed }) => confirmed?.meetsSlo)).toEqual([false, true])
    expect(readdirSync(place('out')).toSorted()).toEqual([
      'candidates.csv',
      'plan.json',
      'report.html',
      'summary.md',
    ])
    expect(ended.out).toMatch(/2 servers meet all objectives/)
    // It is replaced by the next, as runs are.
    expect((await plan([...args, '--format', 'md', '--replications', '2'])).code).toBe(0)
  })

  test('takes levers from a file, and says nothing but JSON where that is asked for', async () => {
    const levers = { levers: [{ name: 'half the people', splitInto: 2 }] }
    writeFileSync(place('levers.yaml'), stringify(levers))
    const args = [written(), ...brief, '--levers', place('levers.yaml'), '--json', '--quiet']
    const ended = await plan([...args, '--out', place('out')])
    expect(ended).toMatchObject({ code: 0, err: '' })
    const shown = JSON.parse(ended.out) as Plan
    expect(shown.levers.map(({ pulled }) => pulled)).toEqual([
      [{ code: 'Text', name: 'half the people', description: '' }],
    ])
    expect(shown.levers[0]?.instancesToAvoidCollapse).toBe(1)
  })

  test('draws from the ensemble beside the scenario, as long as it speaks of that scenario', async () => {
    const file = written()
    const { workloadHash, stackHash, document } = await loadScenario(file, { allowCode: false })
    const parameters = parametersOf(document).map(({ name, low, mid, high }) => ({
      name,
      low,
      mid,
      high,
    }))
    const values = Object.fromEntries(parameters.map(({ name, high }) => [name, high]))
    const ensemble: Ensemble = {
      schemaVersion: 1,
      scenarioName: 'small',
      workloadHash,
      stackHash,
      seed: 1,
      method: 'by hand',
      drawn: 2,
      simulated: 2,
      kept: 1,
      acceptance: 0.5,
      effective: 1,
      predictions: [],
      rows: [{ id: 'V1', expr: 'people.booked', target: 200, tolerance: 0.1, inSample: true }],
      parameters,
      members: [{ seed: 1, weight: 1, values, observed: { V1: 200 } }],
    }
    writeFileSync(place('small.ensemble.json'), serialiseEnsemble(ensemble))
    const rows = [{ id: 'V1', label: 'booked', expr: 'people.booked', target: 200, source: 'us' }]
    const reported = rows.map((row) => ({ ...row, tolerance: 0.1, inSample: true }))
    written({ reported })
    const args = [file, ...brief, '--no-levers', '--out', place('out')]
    // What the user states comes first, and that is told.
    const { name } = parameters[0] ?? { name: '' }
    const interval = '{low: 500, mid: 550, high: 600, evidence: assumed, source: us}'
    const first = await plan([...args, '--set', `${name}=${interval}`])
    expect(first.code).toBe(0)
    expect(first.err).toContain(`--set comes before the ensemble: ${name} as stated`)
    expect(read('out/plan.json').header.parameters).toEqual({
      from: 'ensemble',
      count: 2,
      members: 1,
    })
    // Another crowd is another scenario.
    written({ reported, population: { people: 210 } })
    const { code, err } = await plan(args)
    expect(code).toBe(0)
    expect(err).toMatch(
      /small\.ensemble\.json is out of date \(crowd.*run .*\): drawing from intervals/,
    )
    expect(read('out/plan.json').header.parameters.from).toBe('intervals')
  })

  test('after a Ctrl-C ends with 130, with what was decided by then, marked', async () => {
    const args = [written(), ...brief, '--map', '--out', place('out')]
    const ended = await plan(args, { stopAt: / levers · / })
    expect(ended.code).toBe(130)
    const { audit, candidates, collapseMap } = read('out/plan.json')
    expect(audit.complete).toBe(false)
    expect(candidates).toHaveLength(3)
    expect(collapseMap).toBeNull()
    expect(ended.out).toMatch(/Interrupted/)
  })

  test('stopped before a candidate is decided leaves nothing', async () => {
    const ended = await plan([written(), ...brief, '--out', place('out')], { stopAt: /candidates/ })
    expect(ended).toMatchObject({ code: 130, out: '' })
    expect(ended.err).toMatch(/stopped before anything was decided/)
    expect(readdirSync(folder.path)).toEqual(['small.yaml'])
  })
})

describe('what cannot be planned is refused, and nothing is written', () => {
  async function refused(args: readonly string[], form: RegExp): Promise<void> {
    const before = readdirSync(folder.path).toSorted()
    const ended = await plan([...args, '--out', place('out')])
    expect(ended.err).toMatch(form)
    expect(ended).toMatchObject({ code: 2, out: '' })
    expect(ended.err).not.toMatch(/^\s+at |Error:|\[object/m)
    expect(readdirSync(folder.path).toSorted()).toEqual(before)
  }

  test.each([
    [['--instances', '5..3'], /There is no count from 5 to 3: write 3\.\.5/],
    [['--instances', '0..3'], /within 1\.\.100000/],
    [['--instances', '1..5000'], /at most 200 counts/],
    [['--instances', 'many'], /whole numbers/],
    [['--probability', '1'], /above 0 and below 1/],
    [['--probability', '0'], /above 0 and below 1/],
    [['--probability', '95%'], /above 0 and below 1/],
    [['--budget', '-3'], /above 0/],
    [['--replications', '0'], /from 1 to 1000/],
    [['--levers', 'nowhere.yaml'], /no file of levers at nowhere\.yaml/],
    [['--population', '0'], /above 0/],
    [['--variant', 'none'], /no variant named "none"/],
  ])('%j', async (args, form) => {
    await refused([written(), ...args], form)
  })

  test('a scenario without an SLO, or with one on a path that does not exist', async () => {
    await refused([written({ slo: [] })], /slo: is empty: a plan requires an objective/)
    await refused(
      [written({ slo: ['waitSek.p95 < 50'] })],
      /slo\[0\]: there is no path "waitSek\.p95"; did you mean waitSec\.p95\?/,
    )
  })

  test('an interval upside down', async () => {
    await refused(
      [written({ behaviour: { patienceSec: interval(900, 600, 400) } })],
      /behaviour\.patienceSec: low ≤ mid ≤ high must hold, got 900, 600, 400/,
    )
  })

  test('a budget without a price of instances', async () => {
    const cost = { currency: 'EUR' }
    await refused([written({ cost }), '--budget', '10'], /state cost\.instancePerHour/)
  })

  test('a file of levers with faults, or for another scenario', async () => {
    writeFileSync(place('levers.yaml'), 'levers: [{ name: a, scale: { nowhere: 2 } }]')
    const levers = ['--levers', place('levers.yaml')]
    await refused(
      [written(), ...levers],
      /a: scale\.nowhere: nowhere is no number in this scenario/,
    )
    writeFileSync(place('levers.yaml'), 'levers: [')
    await refused([written(), ...levers], /YAML, line 1/)
    mkdirSync(place('levers'))
    await refused([written(), '--levers', place('levers')], /there is no file of levers/)
  })
})
