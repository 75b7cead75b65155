import { chmodSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { madeRun, madeVisitors, pointLine, runnerLine } from '../../engine/k6/testing/k6-output.ts'
import { parseRun } from '../../record/run-schema.ts'
import type { RunRecord } from '../../record/run.ts'
import { loadScenario } from '../../scenario/load/load.ts'
import { temporaryDirectory } from '../../core/testing/temporary-directory.ts'
import { type Ended } from '../testing/dambreak.ts'
import { k6Path, withoutK6 } from '../testing/find-k6.ts'
import { runHere } from '../testing/in-process.ts'
import { nothingFound, startLiveStack } from '../testing/live-stack.ts'

let cwd: string

beforeAll(() => {
  const directory = temporaryDirectory()
  cwd = directory.path
  return directory.remove
})

const runIn = (out: string): RunRecord =>
  parseRun(JSON.parse(readFileSync(join(cwd, out, 'run.json'), 'utf8')), 'run.json')

const small = ['rehearse', 'smoke', '--engine', 'k6', '--population', '0.05', '--speed', '60']

function rehearse(args: readonly string[], k6: string, url = 'http://127.0.0.1:1'): Promise<Ended> {
  const variables = { ...process.env, DAMBREAK_K6: k6 }
  return runHere([...small, '--target', url, '--quiet', ...args], cwd, variables)
}

/** A program of a few lines of shell. */
function program(name: string, lines: string): string {
  const path = join(cwd, name)
  writeFileSync(path, `#!/bin/sh\n${lines}\n`)
  chmodSync(path, 0o755)
  return path
}

const fakeK6 = (name: string, lines: string): string =>
  program(name, `[ "$1" = version ] && { echo "k6 v2.2.0 (fake)"; exit 0; }\n${lines}`)

describe('a rehearsal by k6', () => {
  test('performs the opening on the reference stack, and reports as any run', async ({ skip }) => {
    if (k6Path === null) return skip(withoutK6 ?? '')
    const patient = ['--set', 'waitingRoom.lapseSec=600']
    const stack = await startLiveStack(['--speed', '60', '--opens-in', '3600', ...patient])
    try {
      const beside = ['--control', stack.controlUrl, '--observe', `${stack.url}/metrics`]
      const out = ['--visitors-per-vu', '8', '--out', 'real', '--format', 'json']
      const { code, err } = await rehearse([...beside, ...out], k6Path, stack.url)
      expect({ code: code === 3 ? 0 : code, err }).toEqual({ code: 0, err: '' })
    } finally {
      await stack.stop()
    }
    const run = runIn('real')
    expect(run.header).toMatchObject({ engine: 'k6', timing: 'sent-only', seed: 1, speed: 60 })
    const { visitors, people, findings } = run.summary
    expect(findings).toEqual(nothingFound)
    expect(visitors.arrived).toBe(96)
    expect(visitors.admitted + visitors.abandoned).toBe(visitors.queued)
    const { booked, alreadyBooked, abandoned } = visitors
    expect(booked + alreadyBooked + abandoned).toBe(visitors.arrived)
    expect(people.booked).toBe(visitors.booked)
    const told = run.summary.steps['book']?.outcomes.ok ?? 0
    expect(told).toBeGreaterThanOrEqual(booked)
    expect(told).toBeLessThanOrEqual(booked + alreadyBooked)
    expect(run.timeline.observed?.waiting?.length).toBe(run.timeline.waiting.length)
    expect(readdirSync(join(cwd, 'real', 'k6'))).toContain('points.json.gz')
    expect(readdirSync(cwd).filter((name) => name.startsWith('.dambreak'))).toEqual([])
  })

  test.for([
    ['k6-old', 'k6 v0.57.0 (go1.22)', 'is k6 0.57.0, and 2.0 is needed'],
    ['k6-other', 'hello', 'does not say which k6 it is'],
  ] as const)('%s: the line that installs it, and 4', async ([name, told, words]) => {
    const { code, err } = await rehearse(['--out', 'none'], program(name, `echo "${told}"`))
    expect(code).toBe(4)
    expect(err).toContain(words)
    expect(err).toContain('go install go.k6.io/k6/v2@v2.2.0')
  })

  test('none where it is said to be: 4', async () => {
    const { code, err } = await rehearse(['--out', 'none'], join(cwd, 'nowhere'))
    expect({ code, err }).toMatchObject({ code: 4 })
    expect(err).toContain('nowhere is not there, and is named as the k6 to run')
  })

  test.for([
    [107, 4, 'the script failed in k6 (exit code 107): no such thing'],
    [104, 4, 'k6 rejected its options (exit code 104): no such thing'],
    [105, 130, 'stopped before anything was recorded'],
  ] as const)('k6 ends with %s before anybody came', async ([k6Code, ours, words]) => {
    const line = 'level=error msg="no such thing\\n\\tat file:///surge.js:1:1(2)"'
    const k6 = fakeK6(`k6-${k6Code}`, `printf '%s\\n' '${line}' >&2\nexit ${k6Code}`)
    const { code, err } = await rehearse(['--out', 'broken'], k6)
    expect({ code, err }).toEqual({ code: ours, err: expect.stringContaining(words) as string })
    expect(existsSync(join(cwd, 'broken'))).toBe(false)
  })

  test.for([
    [99, 0, true],
    [107, 4, false],
    [105, 130, false],
  ] as const)('k6 ends with %s: what it recorded is kept', async ([k6Code, ours, isValid]) => {
    const loaded = await loadScenario('smoke', { allowCode: false })
    const run = madeRun(loaded)
    const { lines } = madeVisitors(run, { from: 0, to: 50, people: 50 })
    const last = pointLine('vus', 6 * 60_000, { value: 0 })
    writeFileSync(join(cwd, 'points'), `${[runnerLine(run, '0:1'), ...lines, last].join('\n')}\n`)
    const k6 = fakeK6(`k6-cut-${k6Code}`, `cp '${cwd}/points' points.json.gz\nexit ${k6Code}`)
    const out = `kept-${k6Code}`
    const { code } = await rehearse(['--out', out, '--format', 'json'], k6)
    const kept = runIn(out)
    const { arrived, dropped } = kept.summary.visitors
    expect(arrived - dropped).toBe(50)
    if (!isValid) expect(kept.verdict.valid).toBe(false)
    const { ending, notes } = kept.verdict
    const isNoted = notes.some(({ code: note }) => note === 'K6ThresholdCrossed')
    expect(isNoted).toBe(k6Code === 99)
    if (k6Code === 105) expect(ending.kind).toBe('interrupted')
    if (k6Code === 107) expect(ending.detail).toMatchObject({ code: 'K6Failed', exitCode: 107 })
    // The made run is a part of a smaller one: whether that is enough is the importer's to say.
    expect(code === 3 && isValid ? 0 : code).toBe(ours)
  })

  test.for(['--workers', '--cleanup', '--for', '--allow-host'])(
    '%s is for the live engine: 2',
    async (option) => {
      const value = option === '--cleanup' ? [] : [option === '--for' ? '2s' : '2']
      const { code, err } = await rehearse([option, ...value, '--out', 'none'], 'k6')
      expect(code).toBe(2)
      expect(err).toContain(`${option} goes with --engine live`)
    },
  )
})
