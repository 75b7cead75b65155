import { copyFileSync, mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { temporaryDirectory } from '../../core/testing/temporary-directory.ts'
import { parsePlan, readPlan } from '../../plan/plan-file.ts'
import { runCommand } from '../main.ts'

/** A plan of schema version 1, where a run may be given too. */

let folder: { path: string; remove: () => void }
const place = (name: string) => join(folder.path, name)

beforeEach(() => {
  folder = temporaryDirectory()
  mkdirSync(place('old'))
  copyFileSync(new URL('../../../fixtures/plan-v1.json', import.meta.url), place('old/plan.json'))
})
afterEach(() => folder.remove())

async function dambreak(...args: readonly string[]) {
  let out = ''
  let err = ''
  const code = await runCommand(args, {
    clock: { epochMs: () => 0, monotonicMs: () => 0 },
    out: (text) => (out += text),
    err: (text) => (err += text),
    errIsTerminal: false,
    errColumns: () => 200,
    cores: 1,
    signal: new AbortController().signal,
    hold: (work) => work,
  })
  return { code, out, err }
}

test('report renders it from plan.json alone, its old sentences as they are', async () => {
  const asked = ['--format', 'html,md,csv,json', '--title', 'Before']
  const ended = await dambreak('report', place('old'), '--out', place('new'), ...asked)
  expect(ended).toMatchObject({ code: 0, err: `written to ${place('new')}\n` })
  expect(readdirSync(place('new')).toSorted()).toEqual([
    'candidates.csv',
    'plan.json',
    'report.html',
    'summary.md',
  ])
  expect(ended.out).toContain('– No count meets all objectives together in 95% of the draws.')
  const page = readFileSync(place('new/report.html'), 'utf8')
  expect(page).toContain('<h1>Before</h1>')
  expect(page).toContain('The waiting room knows people, not devices: one ticket each.')
  expect(page).toContain('half of the servers are away for')
  const plan = await readPlan(place('old'))
  expect(await readPlan(place('new'))).toEqual(plan)
  const again = ['--format', 'md', '--json', '--out', place('again')]
  const { out } = await dambreak('report', place('old/plan.json'), ...again)
  const { out: path, ...shown } = JSON.parse(out) as { out: string }
  expect(path).toBe(place('again'))
  expect(parsePlan(shown, 'it')).toEqual(plan)
}, 120_000)

test('it is reported alone', async () => {
  const ended = await dambreak('report', place('old'), place('old'), '--out', place('new'))
  expect(ended).toEqual({
    code: 2,
    out: '',
    err: 'dambreak: a plan is reported alone: give one plan, or runs\n',
  })
})

test.each([
  ['compare', 'old', 'old'],
  ['compare', 'old/plan.json', 'old/plan.json'],
  ['gate', 'old'],
  ['gate', 'old/plan.json'],
  ['gate', 'golden.json', '--baseline', 'old'],
])('%s %s: it is no run', async (command, ...given) => {
  copyFileSync(new URL('../../../fixtures/golden-run.json', import.meta.url), place('golden.json'))
  const paths = given.map((one) => (one.startsWith('--') ? one : place(one)))
  const which = paths.find((path) => path.includes('/old'))
  const { code, out, err } = await dambreak(command, ...paths)
  expect(code).toBe(2)
  const told = `${out}${err}`.split(`${which} is a plan, not a run: dambreak report shows it\n`)
  expect(told).toHaveLength(2)
})
