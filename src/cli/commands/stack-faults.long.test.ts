import { readdirSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { temporaryDirectory } from '../../core/testing/temporary-directory.ts'
import { dambreak } from '../testing/dambreak.ts'
import {
  bookAs,
  control,
  eventually,
  isAlive,
  letIn,
  netfunnel,
  nothingFound,
  startLiveStack,
  step,
  type LiveStack,
} from '../testing/live-stack.ts'

/** Starting a stack is mostly waiting, so several do at once. */
describe.concurrent(
  'each way to misbehave is seen in the findings, and no other',
  () => {
    async function withStack(args: readonly string[], use: (stack: LiveStack) => Promise<void>) {
      const stack = await startLiveStack(['--instances', '1', ...args])
      try {
        await use(stack)
      } finally {
        if (isAlive(stack.pid)) await stack.stop()
      }
    }

    async function findings(running: LiveStack): Promise<Record<string, number>> {
      return (await control(running, 'GET findings')).body['findings'] as Record<string, number>
    }

    test('race', () =>
      withStack(['--fault', 'race'], async (stack) => {
        const { url } = stack
        const key = await letIn(url)
        let round = 0
        // Whether two of them meet in the gap is a matter of chance: until they have.
        const raced = async () => {
          const person = `kim-${round++}`
          await Promise.all(Array.from({ length: 40 }, () => step(url, 'book', { key, person })))
          return findings(stack)
        }
        const found = await eventually(raced, (it) => (it['doubleBooking'] ?? 0) > 0)
        expect({ ...found, doubleBooking: 0 }).toEqual(nothingFound)
      }))

    test('forged-key', () =>
      withStack(['--fault', 'forged-key'], async (stack) => {
        const kim = { key: 'connection_timeout', person: 'kim' }
        expect(await step(stack.url, 'identify', kim)).toMatchObject({ body: { status: 'ok' } })
        const isSeen = (it: Record<string, number>) => (it['bypassed'] ?? 0) > 0
        const found = await eventually(() => findings(stack), isSeen)
        expect(found).toEqual({ ...nothingFound, bypassed: 1 })
      }))

    test('early-gate', () =>
      withStack(['--fault', 'early-gate', '--opens-in', '3600'], async (stack) => {
        expect((await netfunnel(stack.url, 'opcode=5101&sid=s&aid=a')).code).toBe(201)
        await control(stack, 'POST open', { inSec: 25 })
        await letIn(stack.url)
        expect(await findings(stack)).toEqual({ ...nothingFound, earlyAdmission: 1 })
      }))

    test('order', () => {
      const slow = ['--set', 'waitingRoom.admission.perSecPerInstance=40']
      return withStack(['--fault', 'order', ...slow], async (stack) => {
        for (let i = 0; i < 60; i++) await netfunnel(stack.url, 'opcode=5101&sid=s&aid=a')
        const isSeen = (it: Record<string, number>) => (it['orderInversion'] ?? 0) > 0
        const found = await eventually(() => findings(stack), isSeen)
        expect({ ...found, orderInversion: 0 }).toEqual(nothingFound)
      })
    })

    test('eligibility', () =>
      withStack(['--fault', 'eligibility'], async (stack) => {
        const { url } = stack
        const key = await letIn(url)
        for (const birthYear of [1966, 1967, 1968, 1969]) {
          await step(url, 'book', { key, person: `born-${birthYear}`, birthYear })
        }
        const found = await findings(stack)
        expect((found['ineligibleBooked'] ?? 0) + (found['eligibleRefused'] ?? 0)).toBeGreaterThan(
          0,
        )
        expect({ ...found, ineligibleBooked: 0, eligibleRefused: 0 }).toEqual(nothingFound)
      }))
  },
  120_000,
)

describe('what keeps a stack from starting is one line', () => {
  let cwd: string

  beforeAll(() => {
    const directory = temporaryDirectory()
    cwd = directory.path
    return directory.remove
  })

  test('a port that is taken', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const { code, out, err } = await dambreak(['stack', '--port', String(port)], cwd)
    server.close()
    const line = `dambreak: port ${port} on 127.0.0.1 is taken; choose another one\n`
    expect({ code, out, err }).toEqual({ code: 4, out: '', err: line })
  })

  test('a database that is not there, its password unsaid', async () => {
    const url = 'postgres://kim:hunter2@127.0.0.1:1/none'
    const { code, err } = await dambreak(['stack', '--port', '0', '--database', url], cwd)
    expect(code).toBe(4)
    expect(err).toMatch(/^dambreak: the ledger does not start: .+\n$/)
    expect(err).not.toContain('hunter2')
  })

  test('a data directory that another stack uses', async () => {
    const dataDir = join(cwd, 'data')
    const stack = await startLiveStack(['--instances', '1', '--data-dir', dataDir])
    try {
      const { code, err } = await dambreak(['stack', '--port', '0', '--data-dir', 'data'], cwd)
      const words = `another stack (process ${stack.pid}) uses the directory ${dataDir}`
      expect({ code, err }).toEqual({ code: 4, err: expect.stringContaining(words) as string })
      expect(err.trim().split('\n')).toHaveLength(1)
      expect(await bookAs(stack.url, 'kim')).toBe('ok')
    } finally {
      await stack.stop()
    }
    // What was the user's is still there, and free.
    expect(readdirSync(dataDir)).toContain('PG_VERSION')
    expect(readdirSync(dataDir)).not.toContain('dambreak.lock')
  })

  test.each([
    [['--fault', 'sloth'], 'Allowed choices are race, forged-key, early-gate, order, eligibility'],
    [['--database', 'mysql://kim:hunter2@db/x'], 'must be postgres://'],
    [['--database', 'postgres://db/x', '--data-dir', 'x'], '--data-dir is for PGlite'],
    [['--opens-in', '-1'], 'a number of seconds from 0'],
    [['--port', '70000'], 'a whole number from 0 to 65535'],
  ])('bad usage: %j', async (args, words) => {
    const { code, err } = await dambreak(['stack', ...args], cwd)
    expect({ code, words: err.includes(words) }).toEqual({ code: 2, words: true })
    expect(err).not.toContain('hunter2')
  })
}, 120_000)
