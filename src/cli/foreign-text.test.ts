import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { temporaryDirectory } from '../core/testing/temporary-directory.ts'
import { opening } from '../engine/testing/opening.ts'
import type { Ended } from './testing/dambreak.ts'
import { runHere } from './testing/in-process.ts'

/** A scenario of a stranger whose every text means something to whatever shows it. */

const nasty =
  '::add-mask::x\n::add-mask::y\r##[group]z <img src=x onerror=alert(1)> @user www.a.example https://x.example a/b#12 \u0000\u001b[2J\u009b\u202e=1'

const directory = temporaryDirectory()
const at = (name: string): string => join(directory.path, name)
const text = (name: string): string => readFileSync(at(name), 'utf8')
let simulated: Ended

/** Every free text of a scenario. */
function document(): unknown {
  const { opensAt, endsAt } = opening()
  return {
    name: 'strange',
    description: nasty,
    opensAt,
    endsAt,
    population: { people: { value: 10, evidence: 'reported', source: nasty } },
    arrivals: [{ kind: 'constant', share: 1, forSec: 60 }],
    waitingRoom: { protocol: 'none', admission: { perSec: 1 } },
    journey: [{ step: 'book', visits: [{ station: 'web', serviceMs: 100 }] }],
    stack: { instances: 1, stations: [{ name: 'web', perInstance: true, slots: 10 }] },
    reported: [
      { id: 'R1', expr: 'people.booked', label: nasty, target: 10, tolerance: 1, source: nasty },
    ],
    variants: [{ name: 'other', description: nasty, set: { 'stack.instances': 2 } }],
  }
}

/** What no console may get: a command of a runner, a sequence of a terminal, text in another order. */
function expectQuiet({ out, err }: Pick<Ended, 'out' | 'err'>): void {
  for (const stream of [out, err]) {
    for (const line of stream.split(/\r\n|\r|\n/)) expect(line).not.toMatch(/^\s*::|##\w*\[/)
    expect(stream).not.toMatch(/[^\n\P{Cc}]|\p{Cf}/u)
  }
}

function expectNothingHidden(shown: string): void {
  for (const char of ['\0', '\u001b', '\u009b', '\u202e']) expect(shown).not.toContain(char)
}

/** Page and summary of a report hold the text, and nothing that it could mean. */
function expectSafe(report: string): void {
  const page = text(`${report}/report.html`)
  expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;')
  expect(page).not.toMatch(/<img src=x/)
  expectNothingHidden(page)
  const summary = text(`${report}/summary.md`)
  expectNothingHidden(summary)
  expect(summary).toContain('&lt;img src=x onerror=alert(1)&gt;')
  expect(summary).not.toMatch(/<img|@user|https?:\/\/x|www\.a|#12/)
}

beforeAll(async () => {
  writeFileSync(at('strange.json'), JSON.stringify(document()))
  const out = ['--out', 'report', '--format', 'html,md,csv,json,png']
  simulated = await runHere(['simulate', at('strange.json'), ...out], directory.path)
})
afterAll(() => directory.remove())

describe('text of others', () => {
  test('reaches the console as text', async () => {
    expect(simulated).toMatchObject({ code: 0 })
    expectQuiet(simulated)
    const commands = [
      ['validate', at('strange.json')],
      ['validate', at('strange.json'), '--json'],
      ['report', at('report'), '--out', 'again', '--format', 'md'],
      ['gate', at('report')],
      ['compare', at('report'), at('report'), '--out', 'compared'],
    ]
    for (const args of commands) expectQuiet(await runHere(args, directory.path))
  })

  test('reaches the console as text in messages of errors', async () => {
    writeFileSync(at('bad.json'), JSON.stringify({ [nasty]: 1, name: 7, slo: [nasty] }))
    for (const args of [
      ['validate', at('bad.json')],
      ['validate', at('bad.json'), '--json'],
      ['simulate', nasty],
      [nasty],
      ['simulate', at('strange.json'), '--set', `${nasty}=1`],
      ['simulate', at('strange.json'), '--variant', nasty],
      ['report', nasty, '--out', 'none'],
    ]) {
      const ended = await runHere(args, directory.path)
      expect(ended.code).not.toBe(0)
      expectQuiet(ended)
    }
  })

  test('reaches the console as text from a record, and JSON holds it as it was', async () => {
    const record = JSON.parse(text('report/run.json')) as {
      header: Record<string, unknown>
      verdict: { slo: unknown[] }
    }
    record.header['scenarioName'] = nasty
    record.header['target'] = nasty
    record.verdict.slo.push({ expr: nasty, observed: null, ok: false })
    mkdirSync(at('foreign'))
    writeFileSync(at('foreign/run.json'), JSON.stringify(record))
    for (const args of [
      ['report', at('foreign'), '--out', 'foreign-report', '--format', 'html,md'],
      ['report', at('foreign'), '--out', 'foreign-json', '--format', 'json', '--json'],
      ['gate', at('foreign')],
      ['compare', at('report'), at('foreign'), '--out', 'foreign-compared'],
    ]) {
      expectQuiet(await runHere(args, directory.path))
    }
    const { out } = await runHere(['gate', at('foreign'), '--json'], directory.path)
    expect(JSON.stringify(JSON.parse(out))).toContain(JSON.stringify(nasty).slice(1, -1))
    expectSafe('foreign-report')
  })

  test('is text in the page and in the summary', () => expectSafe('report'))

  test('is no formula in tables', () => {
    for (const name of readdirSync(at('report')).filter((one) => one.endsWith('.csv'))) {
      expect(text(`report/${name}`)).not.toMatch(/(?:^|,)"?[=+@]/m)
      expectNothingHidden(text(`report/${name}`))
    }
  })
})
