import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createTcpServer, type AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { parseRun } from '../../record/run-schema.ts'
import type { RunRecord } from '../../record/run.ts'
import { temporaryDirectory } from '../../core/testing/temporary-directory.ts'
import { dambreak, start } from '../testing/dambreak.ts'

const directory = temporaryDirectory()
const cwd = directory.path
afterAll(() => directory.remove())

const runIn = (out: string): RunRecord =>
  parseRun(JSON.parse(readFileSync(join(cwd, out, 'run.json'), 'utf8')), 'run.json')

/** Two hundred visitors, six minutes in six seconds; pictures of a report are looked at elsewhere. */
const small = ['smoke', '--population', '0.1', '--speed', '60', '--format', 'json']

/** Each mostly waits, on a target of its own. */
describe.concurrent(
  'a target that fails',
  () => {
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
      expect(verdict.reasons.map(({ code: reason }) => reason)).toContain('RequestsNotSent')
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
  },
  120_000,
)
