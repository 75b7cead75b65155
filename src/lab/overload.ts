/**
 * `npm run overload`: the reference stack under more load than it can carry, from two load
 * generators that no one here wrote, wrk and hey. One JSON line a measurement: what was offered,
 * what came of it, and where the queues were, by the stack's own metrics. Nothing is asserted.
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { secToMs } from '../core/units.ts'
import { findPostgres, startPostgres } from '../stack/ledger/testing/postgres.ts'
import { heyCounts, metricOf, wrkCounts } from './overload-output.ts'
import { control, startStackCommand, type LiveStack } from '../cli/testing/live-stack.ts'

const run = promisify(execFile)
const measureSec = 10
/** A client that has not got its answer by then goes away; the servers do not hear of it. */
const timeoutSec = 1
const cookie = 'Cookie: NetFUNNEL_ID=5002:200:key=connection_timeout'
const body = '{"person":"p1","birthYear":1967}'

/** An instance: 4 workers of 100 ms, 40 pages a second, and a backlog of five seconds. */
const workersSet = [
  'stack.stations[0].slots=4',
  'stack.stations[0].backlog=200',
  'journey[0].visits[0].serviceMs=100',
  'journey[0].visits[1].serviceMs=2',
  'stack.stations[1].slots=40',
  'stack.bootSec=1',
]
/** The workers are plenty; all wait for one of three connections of 50 ms: 60 pages a second. */
const poolSet = [
  'stack.stations[0].slots=20',
  'stack.stations[0].backlog=50',
  'journey[0].visits[0].serviceMs=5',
  'journey[0].visits[1].serviceMs=50',
  'stack.stations[1].slots=3',
  'stack.stations[1].backlog=400',
]

function say(line: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

/** The queues half-way through a measurement, for at its end they may have drained. */
async function queuesHalfway(stack: LiveStack) {
  await pause(secToMs(measureSec) / 2)
  const metrics = await (await fetch(`${stack.url}/metrics`)).text()
  return {
    webBusy: metricOf(metrics, 'dambreak_station_busy', 'web'),
    webQueue: metricOf(metrics, 'dambreak_station_queue_depth', 'web'),
    dbBusy: metricOf(metrics, 'dambreak_station_busy', 'db'),
    dbQueue: metricOf(metrics, 'dambreak_station_queue_depth', 'db'),
    refused: metricOf(metrics, 'dambreak_station_refused_total', 'web'),
  }
}

/** `offeredPerSec` from so many clients that none waits for another's answer. */
async function hey(stack: LiveStack, offeredPerSec: number) {
  const clients = Math.ceil(offeredPerSec * timeoutSec)
  const each = offeredPerSec / clients
  const args = ['-z', `${measureSec}s`, '-c', `${clients}`, '-q', `${each}`, '-t', `${timeoutSec}`]
  const page = ['-m', 'POST', '-T', 'application/json', '-H', cookie, '-d', body]
  const target = `${stack.url}/booking/identify`
  const work = run('hey', [...args, ...page, target], { maxBuffer: 1e8 })
  const [{ stdout }, queues] = await Promise.all([work, queuesHalfway(stack)])
  const { byStatus, errors } = heyCounts(stdout)
  const good = byStatus['200'] ?? 0
  return { offeredPerSec, goodputPerSec: good / measureSec, byStatus, errors, ...queues }
}

/** As fast as `connections` clients can, each after its last answer. */
async function wrk(stack: LiveStack, connections: number) {
  const folder = mkdtempSync(join(tmpdir(), 'dambreak-wrk-'))
  try {
    const script = join(folder, 'page.lua')
    writeFileSync(
      script,
      `wrk.method = "POST"\nwrk.body = [[${body}]]\nwrk.headers["Content-Type"] = "application/json"\n` +
        `wrk.headers["Cookie"] = "${cookie.slice('Cookie: '.length)}"\n`,
    )
    const size = ['-t', '1', '-c', `${connections}`, '-d', `${measureSec}s`, '--timeout', '20s']
    const work = run('wrk', [...size, '-s', script, `${stack.url}/booking/identify`])
    const [{ stdout }, queues] = await Promise.all([work, queuesHalfway(stack)])
    return { connections, ...wrkCounts(stdout, measureSec), ...queues }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function withStack(
  set: readonly string[],
  database: string,
  act: (stack: LiveStack) => Promise<void>,
): Promise<void> {
  const sets = set.flatMap((one) => ['--set', one])
  const scale = ['--instances', '4', '--fail-open', '--database', database]
  const stack = await startStackCommand(['smoke', ...scale, ...sets])
  try {
    await act(stack)
  } finally {
    await stack.stop()
  }
}

const programs = findPostgres(process.env['PATH'] ?? '')
if (programs === null) throw new Error('there is no PostgreSQL on this machine')
const postgres = await startPostgres(programs, { fsync: false })
try {
  await withStack(workersSet, postgres.url, async (stack) => {
    for (const offered of [80, 160, 240, 480, 960]) {
      say({ show: 'offered load', tool: 'hey', instances: 4, ...(await hey(stack, offered)) })
      // What is still queued is served to the end.
      await pause(6000)
    }
    for (const connections of [16, 400, 1600]) {
      say({ show: 'backlog', tool: 'wrk', instances: 4, ...(await wrk(stack, connections)) })
      await pause(6000)
    }
    await control(stack, 'POST events', { kind: 'instances', count: 10 })
    await pause(6000)
    for (const offered of [240, 320]) {
      say({ show: '4 to 10', tool: 'hey', instances: 10, ...(await hey(stack, offered)) })
    }
  })
  await withStack(poolSet, postgres.url, async (stack) => {
    for (const connections of [2, 64, 200]) {
      say({ show: 'held pool', tool: 'wrk', instances: 4, ...(await wrk(stack, connections)) })
    }
  })
} finally {
  await postgres.remove()
}
