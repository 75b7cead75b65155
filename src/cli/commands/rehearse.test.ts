import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createTcpServer, type AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { parseRun } from '../../record/run-schema.ts'
import type { RunRecord } from '../../record/run.ts'
import { dambreak, start, temporaryDirectory } from '../testing/dambreak.ts'
import { control, nothingFound, startLiveStack, type LiveStack } from '../testing/live-stack.ts'

let cwd: string
let stack: LiveStack

beforeAll(async () => {
  const directory = temporaryDirectory()
  cwd = directory.path
  // 20 s of a key's life would be a third of a second, which a busy machine may oversleep.
  const patient = ['--set', 'waitingRoom.lapseSec=600']
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
const small = ['smoke', '--population', '0.1', '--speed', '60']
const toStack = () => ['--target', stack.url, '--control', stack.controlUrl]

describe('a rehearsal on the reference stack', () => {
  test('performs the opening, records it, and takes its bookings back', async () => {
    const { code, out, err } = await dambreak(
      ['rehearse', ...small, ...toStack(), '--observe', `${stack.url}/metrics`].concat([
        '--workers',
        '2',
        '--cleanup',
        '--json',
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
    // Devices of a person beyond the first find the booking made; some run out of patience. A machine
    // too busy to keep the schedule, whose run is invalid, may leave some in the line at the end.
    const { booked, alreadyBooked, abandoned, admitted, unfinished } = visitors
    if (code === 0) {
      expect(unfinished).toBe(0)
      expect(admitted + abandoned).toBe(visitors.queued)
      expect(booked + alreadyBooked + abandoned).toBe(visitors.arrived)
    }
    // Two devices of a person may both take its one booking for theirs, if both lost an answer.
    const { timeout, reset } = run.summary.steps['book']!.outcomes
    expect(visitors.booked).toBeGreaterThanOrEqual(people.booked)
    expect(visitors.booked - people.booked).toBeLessThanOrEqual(timeout + reset)
    expect(run.audit.live?.workers).toBe(2)
    expect(run.timeline.observed?.waiting?.length).toBe(run.timeline.waiting.length)
    expect(Object.keys(run.timeline.stations)).toEqual(['web', 'db'])
    expect(run.verdict.notes?.join()).toContain(
      `clean-up: ${people.booked} of ${people.booked} bookings were taken back`,
    )
    expect((await control(stack, 'GET findings')).body['booked']).toBe(0)
    const text = readFileSync(join(cwd, 'clean', 'run.json'), 'utf8')
    expect(text).not.toContain(stack.controlUrl.split('/').at(-1))
  })

  test('Ctrl-C keeps what was recorded, marked invalid', async () => {
    const { child, ended, saw } = start(
      ['rehearse', 'smoke', '--population', '0.1', '--speed', '6', ...toStack(), '--out', 'cut'],
      cwd,
    )
    await saw('arrived')
    child.kill('SIGINT')
    expect((await ended).code).toBe(130)
    const { verdict, audit } = runIn('cut')
    expect(verdict.valid).toBe(false)
    expect(verdict.reasons.join()).toContain('interrupted')
    expect(audit.wallSec).toBeLessThan(60)
  })

  test('--for ends it in time', async () => {
    const args = ['rehearse', ...small, ...toStack()]
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
    const args = ['rehearse', ...small, ...toStack(), ...rule]
    const { code } = await dambreak([...args, '--out', 'stopped', '--quiet'], cwd)
    expect(code).toBe(3)
    expect(runIn('stopped').verdict.reasons.join()).toContain('stopped: arrivals >= 20')
  })
}, 120_000)

describe('what keeps a rehearsal from starting is said before anything is sent', () => {
  test.each([
    [[], 2, 'target'],
    [['--target', 'ftp://127.0.0.1'], 2, 'must be an address such as'],
    [['--target', 'http://192.0.2.1'], 2, 'has not agreed'],
    [['--target', 'http://127.0.0.1:9', '--cleanup'], 2, '--cleanup needs'],
    [['--target', 'http://127.0.0.1:9', '--control', 'http://192.0.2.1/x'], 2, 'loopback'],
    [['--target', 'http://127.0.0.1:9', '--connections', 'many'], 2, 'per-visitor, or pool'],
    [['--target', 'http://127.0.0.1:9', '--for', 'ever'], 2, 'a duration such as'],
    [['--target', 'http://127.0.0.1:9', '--control', 'http://127.0.0.1:9/t'], 4, 'refused'],
  ])('%j', async (args, code, words) => {
    const ended = await dambreak(['rehearse', 'smoke', ...args, '--out', 'none'], cwd)
    expect({ code: ended.code, words: ended.err.includes(words) }).toEqual({ code, words: true })
    expect(ended.err).not.toContain('bug')
  })
}, 120_000)

describe('a target that fails', () => {
  test('not there: every first contact is refused, and recorded so', async () => {
    const args = [
      'rehearse',
      ...small,
      '--target',
      'http://127.0.0.1:9',
      '--for',
      '4s',
      '--out',
      'gone',
      '--quiet',
    ]
    const { code } = await dambreak(args, cwd)
    expect(code === 3 ? 0 : code).toBe(0)
    const { summary, audit } = runIn('gone')
    expect(summary.visitors.refused).toBe(summary.visitors.arrived)
    expect(summary.errorShare).toBe(1)
    expect(audit.live?.gateCalls.outcomes.refused).toBeGreaterThan(120)
    expect(summary.findings.orderInversion).toBeNull()
  })

  test('half-open: connections stand and nothing answers; clients give up and say timeout', async () => {
    const silent = createTcpServer(() => undefined)
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const { port } = silent.address() as AddressInfo
    const args = ['rehearse', ...small, '--target', `http://127.0.0.1:${port}`, '--for', '5s']
    const { code } = await dambreak([...args, '--out', 'silent', '--quiet'], cwd)
    silent.close()
    expect(code === 3 ? 0 : code).toBe(0)
    const { summary, audit, verdict } = runIn('silent')
    const { timeout = 0 } = audit.live?.gateCalls.outcomes ?? {}
    // The first call of each who came, and the one retry of those who came in time for it.
    expect(timeout).toBeGreaterThan(200)
    expect(summary.visitors.timedOut + summary.visitors.unfinished).toBe(summary.visitors.arrived)
    expect(verdict.saturated).toBe(false)
  })

  test('dies and comes back: refused while it is away, and the rest goes on', async () => {
    let requests = 0
    const page = () =>
      createServer((_request, response) => {
        requests++
        response.end('{"status":"ok"}')
      })
    const first = page()
    await new Promise<void>((resolve) => first.listen(0, '127.0.0.1', resolve))
    const { port } = first.address() as AddressInfo
    const steady = [
      'waitingRoom.protocol=none',
      'arrivals[0].share=0',
      'arrivals[1].share=1',
      'arrivals[1].forSec=360',
      'arrivals[2].share=0',
    ].flatMap((set) => ['--set', set])
    const where = ['--target', `http://127.0.0.1:${port}`, '--for', '5s']
    const args = ['rehearse', ...small, ...steady, ...where]
    const { ended, saw } = start([...args, '--out', 'dies'], cwd)
    await saw('arrived')
    first.close()
    first.closeAllConnections()
    await new Promise((resolve) => setTimeout(resolve, 1500))
    const second = page()
    await new Promise<void>((resolve) => second.listen(port, '127.0.0.1', resolve))
    const { code } = await ended
    second.close()
    second.closeAllConnections()
    expect(code === 3 ? 0 : code).toBe(0)
    const { summary } = runIn('dies')
    const { identify, book } = summary.steps
    expect(identify?.outcomes.refused).toBeGreaterThan(5)
    expect(summary.people.booked).toBeGreaterThan(20)
    const answered = (identify?.outcomes.ok ?? 0) + (book?.outcomes.ok ?? 0)
    // What was answered when it died may not have been read.
    expect(requests - answered).toBeGreaterThanOrEqual(0)
    expect(requests - answered).toBeLessThan(10)
  })

  test('too few descriptors are the generator’s own fault: dropped, and the run is invalid', async () => {
    const silent = createTcpServer(() => undefined)
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const { port } = silent.address() as AddressInfo
    const bin = fileURLToPath(new URL('../bin.js', import.meta.url))
    const more = ['--population', '0.3', '--for', '3s', '--target', `http://127.0.0.1:${port}`]
    const args = ['rehearse', ...small, ...more, '--out', 'few']
    // Enough to start with nothing compiled before, not enough for five hundred visitors.
    const shell = ['-c', 'ulimit -n 200; exec "$@"', 'sh', process.execPath, bin, ...args]
    const code = await new Promise((resolve) => {
      spawn('sh', shell, { cwd, stdio: 'ignore' }).once('close', resolve)
    })
    silent.close()
    expect(code).toBe(3)
    const { audit, verdict } = runIn('few')
    expect(audit.dropped.generator).toBeGreaterThan(20)
    expect(verdict.reasons.join()).toContain('the generator could not send')
  })

  test('a disk that fills: the record is kept elsewhere', async ({ skip }) => {
    const disk = join(cwd, 'disk')
    mkdirSync(disk)
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', disk], { stdio: 'ignore' })
    } catch {
      skip('needs the right to mount a small file system')
    }
    try {
      const out = ['--out', join(disk, 'run'), '--for', '1s']
      const where = ['--target', 'http://127.0.0.1:9']
      const { code, err } = await dambreak(['rehearse', ...small, ...where, ...out], cwd)
      expect(code).toBe(4)
      expect(err).toMatch(/^dambreak: cannot write .+: the disk is full$/m)
      const [, kept = ''] = /the record is kept in (\S+run\.json)/.exec(err) ?? []
      const run = parseRun(JSON.parse(readFileSync(kept, 'utf8')), 'run.json')
      rmSync(dirname(kept), { recursive: true })
      expect(run.summary.visitors.arrived).toBeGreaterThan(0)
    } finally {
      execFileSync('umount', [disk])
    }
  })
}, 120_000)
