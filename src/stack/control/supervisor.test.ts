import { beforeEach, describe, expect, test } from 'vitest'
import { loadScenario } from '../../scenario/load/load.ts'
import type { ChildStart, ControlMessage, StackConfig } from '../contract.ts'
import type { ChildEvents, ChildProcessLike, Spawn } from './member.ts'
import type { ToChild } from './messages.ts'
import { Supervisor, type LiveInstance } from './supervisor.ts'

const { scenario } = await loadScenario('smoke', { allowCode: false })
const config: StackConfig = {
  scenario,
  opensAtEpochMs: 1_000,
  secret: 'secret',
  failOpen: true,
  fault: null,
  host: '127.0.0.1',
}

/** A process that only writes down what it is told. */
class FakeChild implements ChildProcessLike {
  readonly pid: number
  readonly role: ChildStart['role']
  readonly told: ControlMessage[] = []
  start: ChildStart | null = null
  isStopping = false
  isGone = false
  private readonly events: ChildEvents

  constructor(pid: number, role: ChildStart['role'], events: ChildEvents) {
    this.pid = pid
    this.role = role
    this.events = events
  }

  send(message: ToChild): void {
    if (message.kind === 'start') this.start = message.start
    else if (message.kind === 'control') this.told.push(message.message)
    else if (message.kind === 'stop') this.isStopping = true
  }

  kill(): void {
    this.exit('SIGKILL')
  }

  exit(how: string): void {
    if (this.isGone) return
    this.isGone = true
    this.events.onExit(how)
  }

  /** It listens: on the port it was given, or on one of its own. */
  async ready(): Promise<void> {
    const wanted = this.start !== null && 'port' in this.start ? this.start.port : 0
    this.events.onMessage({ kind: 'ready', port: wanted || 5000 + this.pid })
    await settled()
  }

  async fail(message: string): Promise<void> {
    this.events.onMessage({ kind: 'failed', message })
    await settled()
  }
}

/** Lets promises that are resolved go on. */
async function settled(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve()
}

let children: FakeChild[]
let timers: { dueMs: number; act: () => void }[]
let nowMs: number
let live: readonly LiveInstance[]
/** When those who are off the list have answered what they had. */
let answered: Promise<void>
let lines: string[]

const spawn: Spawn = (role, events) => {
  const child = new FakeChild(children.length + 1, role, events)
  children.push(child)
  return child
}

function after(ms: number, act: () => void): () => void {
  const timer = { dueMs: nowMs + ms, act }
  timers.push(timer)
  return () => {
    timers = timers.filter((each) => each !== timer)
  }
}

async function passMs(ms: number): Promise<void> {
  nowMs += ms
  const due = timers.filter(({ dueMs }) => dueMs <= nowMs)
  timers = timers.filter(({ dueMs }) => dueMs > nowMs)
  for (const { act } of due) act()
  await settled()
}

const running = (role: ChildStart['role']): FakeChild[] =>
  children.filter((child) => child.role === role && !child.isGone)
const last = (role: ChildStart['role']): FakeChild => running(role).at(-1)!
const indexes = () => live.map(({ index }) => index)

function newSupervisor(): Supervisor {
  return new Supervisor({
    config,
    instances: 2,
    bootSec: 30,
    databaseUrl: null,
    dataDir: null,
    spawn,
    after,
    onInstances: (list) => {
      live = list
      return answered
    },
    tell: (line) => lines.push(line),
  })
}

async function started(): Promise<Supervisor> {
  const supervisor = newSupervisor()
  const starting = supervisor.start()
  await last('gate').ready()
  await last('ledger').ready()
  for (const instance of running('instance')) await instance.ready()
  await starting
  return supervisor
}

describe('Supervisor', () => {
  beforeEach(() => {
    children = []
    timers = []
    nowMs = 0
    live = []
    answered = Promise.resolve()
    lines = []
  })

  test('starts gate and ledger first, then instances that know their ports', async () => {
    await started()
    expect(children.map(({ role }) => role)).toEqual(['gate', 'ledger', 'instance', 'instance'])
    expect(last('instance').start).toMatchObject({ index: 1, gatePort: 5001, ledgerPort: 5002 })
    expect(indexes()).toEqual([0, 1])
    expect(last('gate').told.at(-1)).toEqual({ kind: 'instances', count: 2 })
  })

  test('does not start where a part cannot, says why, and leaves nothing running', async () => {
    const supervisor = newSupervisor()
    const starting = supervisor.start()
    await last('gate').ready()
    await last('ledger').fail('wrong password')
    expect(last('gate').isStopping).toBe(true)
    last('gate').exit('exit code 0')
    await expect(starting).rejects.toThrow('the ledger does not start: wrong password')
    expect(children.filter(({ isGone }) => !isGone)).toEqual([])
  })

  test('kills what says nothing', async () => {
    const starting = newSupervisor().start()
    starting.catch(() => undefined)
    await last('gate').ready()
    const ledger = last('ledger')
    await passMs(120_000)
    expect(ledger.isGone).toBe(true)
    last('gate').exit('exit code 0')
    await expect(starting).rejects.toThrow('did not become ready within 120 s')
  })

  test('starts gate and ledger again at once, on the same port, and tells them what holds', async () => {
    const supervisor = await started()
    supervisor.control({ kind: 'open', opensAtEpochMs: 9_000 })
    const supply = { kind: 'supply', add: 5 } as const
    const admission = { maxInside: 7 }
    const halt = { kind: 'halt', tickets: 'void', restartInstances: true } as const
    for (const event of [
      supply,
      { kind: 'close-bypass' },
      { kind: 'admission', admission },
      halt,
    ]) {
      supervisor.control({ kind: 'event', event } as ControlMessage)
    }
    supervisor.control({ kind: 'eligibility', effect: 'refuse-eligible' })
    last('ledger').exit('SIGKILL')
    const ledger = last('ledger')
    expect(ledger.start).toMatchObject({ port: 5002, config: { opensAtEpochMs: 9_000 } })
    expect(ledger.told).toEqual([
      { kind: 'instances', count: 2 },
      { kind: 'event', event: { kind: 'admission', admission } },
      { kind: 'event', event: { kind: 'close-bypass' } },
      { kind: 'eligibility', effect: 'refuse-eligible' },
      { kind: 'event', event: { kind: 'halt', tickets: 'keep', restartInstances: false } },
    ])
    expect(supervisor.ledger).toBeNull()
    await ledger.ready()
    expect(supervisor.ledger?.pid).toBe(ledger.pid)
    expect(lines).toEqual([
      'the ledger has ended (SIGKILL): it is started again',
      'the ledger is back',
    ])
  })

  test('tries less and less often what does not start again', async () => {
    await started()
    last('ledger').exit('SIGKILL')
    const count = () => children.filter(({ role }) => role === 'ledger').length
    for (const waitMs of [250, 500, 1000, 2000, 4000, 5000, 5000]) {
      const before = count()
      await last('ledger').fail('no database')
      await passMs(waitMs - 1)
      expect({ waitMs, more: count() - before }).toEqual({ waitMs, more: 0 })
      await passMs(1)
      expect({ waitMs, more: count() - before }).toEqual({ waitMs, more: 1 })
    }
  })

  test('takes a dead instance out at once and lets another join when it has booted', async () => {
    const supervisor = await started()
    running('instance')[0]?.exit('SIGKILL')
    expect(indexes()).toEqual([1])
    expect(last('gate').told.at(-1)).toEqual({ kind: 'instances', count: 1 })
    await last('instance').ready()
    await passMs(29_999)
    expect(indexes()).toEqual([1])
    await passMs(1)
    expect(indexes()).toEqual([0, 1])
    expect(supervisor.restarts.instances).toBe(1)
  })

  test('grows by instances that boot, and shrinks by ones that finish first', async () => {
    const supervisor = await started()
    supervisor.scale(4)
    for (const instance of running('instance').slice(2)) await instance.ready()
    expect(indexes()).toEqual([0, 1])
    await passMs(30_000)
    expect(indexes()).toEqual([0, 1, 2, 3])
    const last = Promise.withResolvers<void>()
    answered = last.promise
    supervisor.scale(1)
    expect(indexes()).toEqual([0])
    await passMs(60_000)
    // Those who were sent there before are still on their way.
    expect(running('instance').map(({ isStopping }) => isStopping)).toEqual([
      false,
      false,
      false,
      false,
    ])
    last.resolve()
    await settled()
    const leaving = running('instance').slice(1)
    expect(leaving.map(({ isStopping }) => isStopping)).toEqual([true, true, true])
    // One that ends because it was told to is not started again.
    for (const instance of leaving) instance.exit('exit code 0')
    await passMs(120_000)
    expect(running('instance')).toHaveLength(1)
    expect(supervisor.restarts.instances).toBe(0)
  })

  test('does not wait for ever for the last answer of one that leaves', async () => {
    const supervisor = await started()
    answered = new Promise(() => undefined)
    supervisor.scale(1)
    await passMs(120_000)
    const [, leaving] = running('instance')
    expect(leaving?.isStopping).toBe(true)
    await passMs(3_000)
    expect(leaving?.isGone).toBe(true)
  })

  test('sends away an instance that still boots', async () => {
    const supervisor = await started()
    supervisor.scale(3)
    await last('instance').ready()
    supervisor.scale(2)
    await passMs(30_000)
    expect(indexes()).toEqual([0, 1])
  })

  test('stops instances before gate and ledger, and kills what does not end', async () => {
    const supervisor = await started()
    const stopping = supervisor.stop()
    const isStopping = () => children.map((child) => child.isStopping)
    expect(isStopping()).toEqual([false, false, true, true])
    running('instance')[0]?.exit('exit code 0')
    await passMs(3_000)
    expect(isStopping()).toEqual([true, true, true, true])
    last('gate').exit('exit code 0')
    last('ledger').exit('exit code 0')
    await stopping
    expect(children.every(({ isGone }) => isGone)).toBe(true)
    expect(lines).toEqual([])
  })
})
