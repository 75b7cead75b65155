import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { endNames } from '../../core/codes.ts'
import { parseRun } from '../../record/run-schema.ts'
import type { RunRecord } from '../../record/run.ts'
import { temporaryDirectory } from '../../core/testing/temporary-directory.ts'
import { dambreak, start } from '../testing/dambreak.ts'
import { runHere } from '../testing/in-process.ts'
import { control, nothingFound, startLiveStack, type LiveStack } from '../testing/live-stack.ts'

/**
 * At sixty times the clock 20 s of a key's life are a third of a second and 10 s of a page's time are a
 * sixth, which a busy machine may oversleep: these are ten seconds.
 */
const patient = [
  'waitingRoom.lapseSec=600',
  'journey[0].timeoutMs=600000',
  'journey[1].timeoutMs=600000',
].flatMap((set) => ['--set', set])

let cwd: string
let stack: LiveStack

beforeAll(async () => {
  const directory = temporaryDirectory()
  cwd = directory.path
  const when = ['--speed', '60', '--opens-in', '3600']
  stack = await startLiveStack(['--instances', '2', ...when, ...patient])
  return async () => {
    await stack.stop()
    directory.remove()
  }
}, 120_000)

const runIn = (out: string): RunRecord =>
  parseRun(JSON.parse(readFileSync(join(cwd, out, 'run.json'), 'utf8')), 'run.json')

/** Two hundred visitors, six minutes in six seconds. */
const small = ['smoke', '--population', '0.1', '--speed', '60', ...patient]
/** Pictures of a report are looked at elsewhere. */
const onlyData = ['--format', 'json']
const toStack = () => ['--target', stack.url, '--control', stack.controlUrl]

describe('a rehearsal on the reference stack', () => {
  test('performs the opening, records it, and takes its bookings back', async () => {
    const { code, out, err } = await dambreak(
      ['rehearse', ...small, ...toStack(), '--observe', `${stack.url}/metrics`].concat([
        '--workers',
        '2',
        '--cleanup',
        '--json',
        ...onlyData,
        '--out',
        'clean',
      ]),
      cwd,
    )
    expect({ code: code === 3 ? 0 : code, err }).toEqual({ code: 0, err })
    const run = runIn('clean')
    const { visitors, people, findings } = run.summary
    expect(JSON.parse(out)).toMatchObject({ header: { engine: 'live' }, summary: { visitors } })
    expect(findings).toEqual(nothingFound)
    expect(visitors.arrived).toBeGreaterThan(150)
    // Devices of a person beyond the first find the booking made; some run out of patience, and a few
    // may be left in the line of a machine that is too busy for sixty times the clock.
    const { booked, alreadyBooked, abandoned, admitted, unfinished } = visitors
    if (code === 0) {
      expect(unfinished).toBeLessThan(5)
      expect(visitors.queued - admitted - abandoned).toBeLessThanOrEqual(unfinished)
      // A stack that a busy machine stalls refuses with 503 for a while; whoever ends so was told so.
      const failed = visitors.failed + visitors.refused + visitors.timedOut
      expect(booked + alreadyBooked + abandoned + unfinished + failed).toBe(visitors.arrived)
      const outcomes = Object.values(run.summary.steps).map((step) => step.outcomes)
      const errors = outcomes.flatMap(({ ok: _ok, ...others }) => Object.values(others))
      expect(failed).toBeLessThanOrEqual(errors.reduce((sum, count) => sum + count, 0))
    }
    expect(endNames.reduce((sum, end) => sum + visitors[end], 0)).toBe(visitors.arrived)
    // Two devices of a person may both take its one booking for theirs, if both lost an answer.
    const { timeout, reset } = run.summary.steps['book']!.outcomes
    expect(visitors.booked).toBeGreaterThanOrEqual(people.booked)
    expect(visitors.booked - people.booked).toBeLessThanOrEqual(timeout + reset)
    expect(run.audit.live?.workers).toBe(2)
    expect(run.timeline.observed?.waiting?.length).toBe(run.timeline.waiting.length)
    expect(Object.keys(run.timeline.stations)).toEqual(['web', 'db'])
    expect(run.verdict.notes).toContainEqual(
      expect.objectContaining({
        code: 'BookingsUndone',
        bookings: people.booked,
        undone: people.booked,
        error: null,
      }),
    )
    expect((await control(stack, 'GET findings')).body['booked']).toBe(0)
    const text = readFileSync(join(cwd, 'clean', 'run.json'), 'utf8')
    expect(text).not.toContain(stack.controlUrl.split('/').at(-1))
  })

  test('Ctrl-C keeps what was recorded, marked invalid', async () => {
    const { child, ended, saw } = start(
      [
        'rehearse',
        'smoke',
        '--population',
        '0.1',
        '--speed',
        '6',
        ...toStack(),
        ...onlyData,
        '--out',
        'cut',
      ],
      cwd,
    )
    await saw('arrived')
    child.kill('SIGINT')
    expect((await ended).code).toBe(130)
    const { verdict, audit } = runIn('cut')
    expect(verdict.valid).toBe(false)
    expect(verdict.ending.kind).toBe('interrupted')
    expect(audit.wallSec).toBeLessThan(60)
  })

  test('--for ends it in time', async () => {
    const args = ['rehearse', ...small, ...toStack(), ...onlyData]
    const { code } = await dambreak([...args, '--for', '2s', '--out', 'short', '--quiet'], cwd)
    expect(code === 3 ? 0 : code).toBe(0)
    const { header, summary, timeline } = runIn('short')
    // A minute before the opening and one after it are two seconds of ours.
    expect(header.endsAt).toBe('2021-07-19T20:01:00+09:00')
    expect(timeline.arrivals.length * timeline.bucketSec).toBeLessThanOrEqual(122)
    // The long tail has not come.
    expect(summary.visitors.arrived).toBeGreaterThan(100)
    expect(summary.visitors.arrived).toBeLessThan(185)
  })

  test('what a rule of the scenario forbids stops it', async () => {
    const rule = ['--set', 'stopWhen=["arrivals >= 20"]']
    const args = ['rehearse', ...small, ...toStack(), ...onlyData, ...rule]
    const { code } = await dambreak([...args, '--out', 'stopped', '--quiet'], cwd)
    expect(code).toBe(3)
    expect(runIn('stopped').verdict.ending).toMatchObject({
      kind: 'stopped',
      detail: { code: 'RuleHeld', rule: 'arrivals >= 20', operator: '>=', right: 20 },
    })
  })
}, 120_000)

describe('what keeps a rehearsal from starting is said before anything is sent', () => {
  test.concurrent.each([
    [[], 2, 'target'],
    [['--target', 'ftp://127.0.0.1'], 2, 'must be an address such as'],
    [['--target', 'http://192.0.2.1'], 2, 'has not agreed'],
    [['--target', 'http://127.0.0.1:9', '--cleanup'], 2, '--cleanup needs'],
    [['--target', 'http://127.0.0.1:9', '--control', 'http://192.0.2.1/x'], 2, 'loopback'],
    [['--target', 'http://127.0.0.1:9', '--connections', 'many'], 2, 'per-visitor, or pool'],
    [['--target', 'http://127.0.0.1:9', '--for', 'ever'], 2, 'a duration such as'],
    [['--target', 'http://127.0.0.1:9', '--control', 'http://127.0.0.1:9/t'], 4, 'refused'],
  ])('%j', async (args, code, words) => {
    const ended = await runHere(['rehearse', 'smoke', ...args, '--out', 'none'], cwd)
    expect({ code: ended.code, words: ended.err.includes(words) }).toEqual({ code, words: true })
    expect(ended.err).not.toContain('bug')
  })
}, 120_000)
