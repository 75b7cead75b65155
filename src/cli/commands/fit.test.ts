import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { runSimulation } from '../../engine/sim/run.ts'
import { timeless } from '../../engine/testing/timeless.ts'
import { findEnsemble } from '../../fit/ensemble-file.ts'
import { correlations } from '../../fit/ensemble-shape.ts'
import { steppedScenario, type SteppedNumbers } from '../../fit/testing/stepped-scenario.ts'
import type { RunRecord } from '../../record/run.ts'
import { serialiseRun } from '../../record/store.ts'
import { evidenceOf } from '../../scenario/schema/evidence.ts'
import { readSource } from '../../scenario/load/load.ts'
import { parseScenario } from '../../scenario/load/parse.ts'
import type { Mapping } from '../../scenario/plain.ts'
import { temporaryDirectory } from '../../core/testing/temporary-directory.ts'
import { runHere } from '../testing/in-process.ts'

const fixture = (name: string) =>
  fileURLToPath(new URL(`../../../fixtures/${name}`, import.meta.url))

let folder: { path: string; remove: () => void }
beforeEach(() => (folder = temporaryDirectory()))
afterEach(() => folder.remove())
const inFolder = (name: string) => join(folder.path, name)

function dambreak(...args: string[]) {
  return runHere(['fit', ...args], folder.path)
}

interface Told {
  readonly estimates: { path: string; low: number; mid: number; high: number }[]
  readonly notes: { code: string }[]
}

async function told(...args: string[]): Promise<Told> {
  const { code, out, err } = await dambreak(...args, '--json')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return JSON.parse(out) as Told
}

const serviceMean = (visit: number) => `journey[0].visits[${visit}].serviceMs.mean`

/** A rehearsal at two levels of load. */
function performed(numbers: SteppedNumbers): RunRecord {
  const steps = [5, 20].map((perSec) => [1, perSec] as const)
  const parsed = parseScenario(steppedScenario(numbers, steps))
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
  return runSimulation(parsed.loaded, { seed: 1, population: 1, speed: 1 }, timeless)
}

const screen = 'ahead=30410 behind=41061 eta=845s at=20:00:00'

describe('fit', () => {
  test('reads a log with broken lines and a clock set back, and says how', async () => {
    const { code, out: wrapped } = await dambreak(fixture('access.log'))
    const out = wrapped.replaceAll('\n', ' ')
    expect(code).toBe(0)
    expect(out).toMatch(
      /3 of 101 lines of .* cannot be read .*2 not in the format of the other lines/,
    )
    expect(out).toMatch(/line 21: \\x1b\[31mnot a line/)
    expect(wrapped).not.toContain('\u001b')
    expect(out).toMatch(
      /the clock of the log was set back: times from 19 Jul 2021 20:01:14 to 19 Jul 2021 20:01:51 occur twice/,
    )
    expect(out).toMatch(/behaviour\.retry\.tries +2 +2 +2/)
  })

  test('the same log as packed JSON lines, to the millisecond, tells the same', async () => {
    const [combined, json] = [
      await told(fixture('access.log')),
      await told(fixture('access.jsonl.gz')),
    ]
    const mid = ({ estimates }: Told, path: string) =>
      estimates.find((one) => one.path === path)?.mid
    for (const path of ['population.people', 'behaviour.retry.tries']) {
      expect(mid(json, path)).toBe(mid(combined, path))
    }
    const backoff = 'behaviour.retry.backoffSec.mean'
    expect(Math.abs(mid(json, backoff)! / mid(combined, backoff)! - 1)).toBeLessThan(0.15)
    expect(json.notes.map(({ code }) => code)).toContain('ClockSetBack')
  })

  test('writes a scenario that is one, with what was measured in it and the rest as it was', async () => {
    const out = inFolder('fitted.yaml')
    const { code, err } = await dambreak(
      fixture('waits.csv'),
      '--scenario=2021-07-19-ages-53-54',
      `--screen=${screen}`,
      `--out=${out}`,
    )
    expect({ code, err }).toEqual({ code: 0, err: `written to ${out}\n` })
    const document = parse(readFileSync(out, 'utf8')) as Mapping
    expect(parseScenario(document).ok).toBe(true)
    const measured = evidenceOf(document).filter(({ label }) => label === 'measured')
    expect(measured.map(({ path }) => path)).toEqual([
      'behaviour.patienceSec.mean',
      'behaviour.patienceSec.cv',
      'waitingRoom.admission.perSecPerInstance',
    ])
    expect(measured[2]!.mid).toBeCloseTo(30_410 / 845 / 4, 3)
    expect(readdirSync(folder.path)).toEqual(['fitted.yaml'])
  })

  test('without a scenario it writes a whole one, named as its file, opening when people came', async () => {
    const out = inFolder('7 my evening.yaml')
    await dambreak(fixture('access.log'), '--out', out)
    const document = parse(readFileSync(out, 'utf8')) as Mapping
    const parsed = parseScenario(document)
    expect(parsed.ok).toBe(true)
    expect(document).toMatchObject({
      name: '7-my-evening',
      opensAt: '2021-07-19T20:00:00+09:00',
      endsAt: '2021-07-19T21:00:00+09:00',
    })
    const labels = new Set(evidenceOf(document).map(({ label }) => label))
    expect(labels).toEqual(new Set(['measured', 'assumed']))
  })

  test('requests of nobody in particular tell of no people, those for a ticket do', async () => {
    const path = inFolder('x.jsonl')
    const lines = Array.from({ length: 400 }, (_, i) => {
      const sec = i < 20 ? 100 - 5 * i : -(i - 20) / 10
      const time = new Date(Date.parse('2021-07-19T11:00:00Z') - sec * 1000).toISOString()
      return JSON.stringify({ time, status: 200, path: '/ticket' })
    })
    writeFileSync(path, lines.toSorted().join('\n'))
    const all = await dambreak(path, '--json')
    const { estimates, notIdentified } = JSON.parse(all.out) as Told & {
      notIdentified: { path: string; code: string }[]
    }
    expect(estimates.filter((one) => /^(arrivals|population)/.test(one.path))).toEqual([])
    for (const place of ['arrivals', 'population']) {
      expect(notIdentified).toContainEqual({ path: place, code: 'RequestsWithoutClients' })
    }
    // 400 tickets, of which a person of `init` draws 1.35.
    const entries = await told(path, '--entry', '/ticket')
    expect(entries.estimates.find((one) => one.path === 'population.people')?.mid).toBe(296)
  })

  test('people who never tried again give a whole retry where the base has none', async () => {
    const failed = Array.from({ length: 30 }, (_, i) => {
      const second = String(i + 1).padStart(2, '0')
      return `198.51.100.${i} - - [19/Jul/2021:20:00:${second} +0900] "GET /a HTTP/1.1" 503 1 "-" "x"`
    })
    const last = '198.51.100.99 - - [19/Jul/2021:20:10:00 +0900] "GET /a HTTP/1.1" 200 1 "-" "x"'
    writeFileSync(inFolder('x.log'), [...failed, last].join('\n'))
    const out = inFolder('fitted.yaml')
    const { code } = await dambreak(inFolder('x.log'), '--scenario', 'smoke', '--out', out)
    expect(code).toBe(0)
    const { behaviour } = parse(readFileSync(out, 'utf8')) as { behaviour: Mapping }
    expect(behaviour['retry']).toMatchObject({
      tries: { mid: 0, evidence: 'measured' },
      backoffSec: expect.anything() as unknown,
    })
  })

  test('arrivals through a balancer are not those of visitors', async () => {
    const lines = Array.from({ length: 300 }, (_, i) => {
      const second = String(i % 60).padStart(2, '0')
      return `10.0.0.5 - - [19/Jul/2021:20:0${Math.floor(i / 60)}:${second} +0900] "GET /a HTTP/1.1" 200 1 "-" "agent ${i}"`
    })
    writeFileSync(inFolder('x.log'), lines.join('\n'))
    const { out } = await dambreak(inFolder('x.log'), '--json')
    const { estimates, notIdentified, notes } = JSON.parse(out) as Told & {
      notIdentified: { path: string; code: string; addresses?: number }[]
    }
    expect(estimates.filter(({ path }) => /^(arrivals|population)/.test(path))).toEqual([])
    expect(notIdentified).toContainEqual({ path: 'population', code: 'FewAddresses', addresses: 1 })
    expect(notes.map(({ code }) => code)).toContain('FewAddresses')
  })

  test('an even burst from the first line on is no knocking before the opening', async () => {
    // 400 people evenly within 15 s, and 1,100 who come as an exponential decay of 120 s.
    const secs = [
      ...Array.from({ length: 400 }, (_, i) => (i / 400) * 15),
      ...Array.from({ length: 1100 }, (_, i) => -120 * Math.log(1 - (i + 0.5) / 1100)),
    ].toSorted((a, b) => a - b)
    const lines = secs.map((sec, i) => {
      const time = new Date(Date.parse('2021-07-19T11:00:00Z') + sec * 1000).toISOString()
      return JSON.stringify({ time, status: 200, url: '/a', client: `c${i}` })
    })
    writeFileSync(inFolder('x.jsonl'), lines.join('\n'))
    const { estimates } = await told(inFolder('x.jsonl'), '--scenario', 'smoke')
    const arrivals = estimates.filter(({ path }) => path.startsWith('arrivals'))
    expect(arrivals.map(({ path }) => path)).toEqual([
      'arrivals[0].share',
      'arrivals[0].forSec',
      'arrivals[1].share',
      'arrivals[1].scaleSec',
    ])
    const mids = arrivals.map(({ mid }) => mid)
    expect(Math.abs(mids[0]! / (400 / 1500) - 1)).toBeLessThan(0.15)
    expect(Math.abs(mids[3]! / 120 - 1)).toBeLessThan(0.15)
    for (const { low, high } of estimates) expect(high / low).toBeLessThan(100)
  })

  test('a run tells what its scenario had', async () => {
    const { estimates } = await told(fixture('golden-run.json'), '--scenario', 'smoke')
    for (const [path, value] of [
      ['arrivals[1].share', 0.6],
      ['arrivals[1].forSec', 20],
      ['arrivals[2].scaleSec', 60],
      ['population.participation', 0.8],
      ['waitingRoom.admission.perSecPerInstance', 6],
    ] as const) {
      const found = estimates.find((one) => one.path === path)
      expect({ path, low: found!.low <= value, high: found!.high >= value }).toEqual({
        path,
        low: true,
        high: true,
      })
    }
  })

  test('keeps what steps of load tie together beside the scenario, as an ensemble', async () => {
    const numbers = {
      webMs: { low: 20, mid: 60, high: 200, evidence: 'assumed' },
      webCv: 0.5,
      webSlots: 3,
      dbMs: { low: 4, mid: 20, high: 100, evidence: 'assumed' },
      dbSlots: 20,
      contention: 0.01,
      coherency: 0,
    }
    const run = performed({ ...numbers, webMs: 80, dbMs: 15 })
    writeFileSync(inFolder('run.json'), serialiseRun(run))
    writeFileSync(inFolder('base.yaml'), JSON.stringify(steppedScenario(numbers, [])))
    const out = inFolder('fitted.yaml')
    const args = ['--steps', inFolder('run.json'), '--scenario', inFolder('base.yaml')]
    const { code, err } = await dambreak(...args, '--out', out)
    const path = inFolder('fitted.ensemble.json')
    expect({ code, err }).toEqual({
      code: 0,
      err: `written to ${path}\nwritten to ${out}\n`,
    })
    const found = await findEnsemble(await readSource(out, { allowCode: false }))
    if (found.kind !== 'fits') throw new Error(JSON.stringify(found))
    const { parameters, members } = found.ensemble
    expect(parameters.map(({ name }) => name)).toEqual([0, 1].map(serviceMean))
    expect(members.length).toBe(300)
    // What is not told apart well is tied together: of a response, one visit's part or the other's.
    expect(correlations(found.ensemble, [0, 1].map(serviceMean))[0]![1]).toBeLessThan(-0.1)
    writeFileSync(inFolder('other.ensemble.json'), 'mine')
    const refused = await dambreak(...args, '--out', inFolder('other.yaml'))
    expect(refused.code).toBe(2)
    expect(refused.err).toMatch(/other\.ensemble\.json holds something else/)
  })

  test('leaves what is there alone, unless it is told to replace it', async () => {
    const out = inFolder('mine.yaml')
    writeFileSync(out, 'mine: true\n')
    const args = ['--screen', screen, '--scenario', 'smoke', '--out', out]
    const refused = await dambreak(...args, '--opens-at', '20:00')
    expect(refused.code).toBe(2)
    expect(refused.err).toMatch(/exists already: --force replaces it/)
    expect(readFileSync(out, 'utf8')).toBe('mine: true\n')
    expect((await dambreak(...args, '--force')).code).toBe(0)
    expect(readFileSync(out, 'utf8')).toMatch(/perSecPerInstance/)
  })
})

describe('the report of a fit', () => {
  test('replaces an earlier one and nothing else, and is as its record says', async () => {
    const report = inFolder('report')
    const args = ['--screen', screen, '--scenario', 'smoke', '--report', report, '--format', 'md']
    for (let time = 0; time < 2; time++) expect((await dambreak(...args)).code).toBe(0)
    expect(readdirSync(report).toSorted()).toEqual(['fit.json', 'summary.md'])
    const { schemaVersion, fitted } = JSON.parse(
      readFileSync(join(report, 'fit.json'), 'utf8'),
    ) as { schemaVersion: number; fitted: { estimates: { path: string }[] } }
    expect(schemaVersion).toBe(2)
    expect(fitted.estimates.map(({ path }) => path)).toEqual([
      'waitingRoom.admission.perSecPerInstance',
    ])
    writeFileSync(join(report, 'mine.txt'), 'mine')
    const refused = await dambreak(...args)
    expect(refused.code).toBe(2)
    expect(refused.err).toMatch(/holds something else \(mine\.txt\)/)
  })
})

describe('what cannot be fitted ends with 2 and leaves nothing behind', () => {
  const log = (...lines: string[]) => `${lines.join('\n')}\n`
  const line = (clock: string, status = 200) =>
    `10.0.0.1 - - [19/Jul/2021:${clock} +0900] "GET / HTTP/1.1" ${status} 1 "-" "x"`

  async function refused(name: string | null, content: string | Uint8Array, ...args: string[]) {
    if (name !== null) writeFileSync(inFolder(name), content)
    const before = readdirSync(folder.path)
    const inputs = name === null ? [] : [inFolder(name)]
    const { code, out, err } = await dambreak(...inputs, '--out', inFolder('out.yaml'), ...args)
    expect({ code, out, err }).toEqual({ code: 2, out: '', err })
    expect(readdirSync(folder.path)).toEqual(before)
    return err
  }

  test('no input at all, or one that is not there', async () => {
    expect(await refused(null, '')).toMatch(/nothing to fit/)
    expect(await refused(null, '', inFolder('nowhere.log'))).toMatch(/there is no such file/)
  })

  test('an empty log, packed too', async () => {
    expect(await refused('empty.log', '')).toMatch(/is empty; an input is a run/)
    expect(await refused('empty.gz', gzipSync(''))).toMatch(/is empty/)
  })

  test('a binary file, a damaged archive, a scenario, a text', async () => {
    expect(await refused('x.log', Buffer.from([1, 0, 2, 0]))).toMatch(/is a binary file/)
    const packed = gzipSync(log(line('20:00:00'), line('20:00:01')))
    expect(await refused('x.gz', packed.subarray(0, packed.length - 12))).toMatch(/is cut short/)
    expect(await refused('x.yaml', 'name: x\narrivals: []\n')).toMatch(/give it by --scenario/)
    expect(await refused('x.txt', 'Dear all,\n')).toMatch(/has an unknown format/)
  })

  test('a log that is mostly broken, its first broken lines shown escaped', async () => {
    const err = await refused('x.log', log(line('20:00:00'), '\u001b[2J', 'b', 'c'))
    expect(err).toMatch(/3 of 4 lines cannot be read/)
    expect(err).toContain('line 2: other format: \\x1b[2J')
    expect(err).not.toContain('\u001b')
  })

  test('a run of another schema version', async () => {
    const run = JSON.parse(readFileSync(fixture('golden-run.json'), 'utf8')) as object
    const err = await refused('run.json', JSON.stringify({ ...run, schemaVersion: 3 }))
    expect(err).toMatch(/schemaVersion/)
  })

  test('a screen that is none, or of another evening', async () => {
    expect(await refused(null, '', '--screen', 'ahead=many')).toMatch(/how many are ahead/)
    const at = 'ahead=5 eta=5s at=2022-07-19T20:00:00+09:00'
    expect(await refused(null, '', '--screen', at, '--scenario', 'smoke')).toMatch(
      /the scenario's window begins with/,
    )
    expect(
      await refused(null, '', '--screen', 'ahead=5 eta=5s at=soon', '--scenario', 'smoke'),
    ).toMatch(/at=soon is no clock time/)
  })

  test("a log that contradicts the scenario's clock, unless it is told when it opens", async () => {
    const other = (clock: string) => line(clock).replace('19/Jul', '20/Jul')
    const lines = Array.from({ length: 30 }, (_, i) => other(`20:00:${i + 10}`))
    const err = await refused('x.log', log(...lines), '--scenario', 'smoke')
    expect(err).toMatch(/the scenario opens at 2021-07-19T20:00:00\+09:00: give the log of that/)
    const told = await dambreak(
      inFolder('x.log'),
      '--scenario=smoke',
      '--opens-at=2021-07-20T20:00:00+09:00',
    )
    expect(told.code).toBe(0)
  })

  test('arrivals that jump at another time than the scenario opens', async () => {
    const crowd = Array.from({ length: 300 }, (_, i) =>
      line(
        `20:0${5 + Math.floor(i / 120)}:${String(Math.floor((i % 120) / 2)).padStart(2, '0')}`,
      ).replace('10.0.0.1', `10.0.${Math.floor(i / 200)}.${i % 200}`),
    )
    const err = await refused('x.log', log(line('19:58:00'), ...crowd), '--scenario', 'smoke')
    expect(err).toMatch(/jump at 2021-07-19T20:0[45]:.*the scenario opens at 2021-07-19T20:00:00/)
  })

  test('what was asked of measurements beside what was reported', async () => {
    const { code, err } = await dambreak('smoke', '--reported', '--report', inFolder('report'))
    expect(code).toBe(2)
    expect(err).toMatch(/'--reported' cannot be used with option '--report <dir>'/)
    expect(readdirSync(folder.path)).toEqual([])
  })

  test('a place that no scenario goes to', async () => {
    const { code, err } = await dambreak('--screen', screen, '--out', inFolder('x.json'))
    expect(code).toBe(2)
    expect(err).toMatch(/must end in \.yaml/)
  })
})
