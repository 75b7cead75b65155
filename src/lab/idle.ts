/**
 * `npm run idle`: thousands of connections that say nothing, to the balancer of a reference stack and
 * then to its gate, and people who book meanwhile. First as many as the limit of open files has room
 * for; if more were asked for, those too, to show what becomes of them. JSON lines; exit code 1 where
 * the stack did not hold what there was room for, or did not answer then or afterwards. It cuts those
 * that have said nothing for 10 s, which on a busy machine comes before the last are open: `timedOut`.
 */
import { fork, type ChildProcess } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { systemClock } from '../core/clock.ts'
import { ExitCode } from '../cli/exit.ts'
import type { FromIdleClients } from './idle-clients.ts'
import { wholeNumber } from '../cli/options.ts'
import {
  bookAs,
  control,
  netfunnel,
  startLiveStack,
  type LiveStack,
} from '../cli/testing/live-stack.ts'

const clients = fileURLToPath(new URL('idle-clients.ts', import.meta.url))
/** Left for all else that a process has open: its files, its servers, the connections behind it. */
const spareFiles = 200
/** How many one client process opens. */
const perProcess = 4000

interface Target {
  readonly name: 'balancer' | 'gate'
  readonly pid: number
  readonly port: number
  /** Where the gate itself is asked. */
  readonly gatePort: number
}

const say = (line: Record<string, unknown>) => process.stdout.write(`${JSON.stringify(line)}\n`)

/** Of a process; its children have the same. `null`: not known here. */
function openFilesLimit(): number | null {
  const { userLimits } = process.report.getReport() as {
    userLimits?: { open_files?: { soft: number | string } }
  }
  const limit = Number(userLimits?.open_files?.soft)
  return Number.isFinite(limit) ? limit : null
}

/** Files that a process has open, its connections among them; `null`: not known here. */
function filesOf(pid: number): number | null {
  const folder = `/proc/${pid}/fd`
  return existsSync(folder) ? readdirSync(folder).length : null
}

function answerOf(child: ChildProcess): Promise<FromIdleClients> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`clients ended with code ${code}`))
    child.once('exit', onExit)
    child.once('message', (message) => {
      child.off('exit', onExit)
      resolve(message as FromIdleClients)
    })
  })
}

/** Connections held by processes of their own, and who ends them. */
class Idlers {
  private readonly children: ChildProcess[] = []

  async open(port: number, count: number): Promise<void> {
    const tried: Promise<FromIdleClients>[] = []
    for (let left = count; left > 0; left -= perProcess) {
      const child = fork(clients, [String(port), String(Math.min(left, perProcess))])
      this.children.push(child)
      tried.push(answerOf(child))
    }
    await Promise.all(tried)
  }

  /** How many the clients see open, and how many were cut when their time was up. */
  async count(): Promise<FromIdleClients> {
    const answers = this.children.map((child) => {
      const answer = answerOf(child)
      child.send('count')
      return answer
    })
    const sum = { open: 0, timedOut: 0 }
    for (const { open, timedOut } of await Promise.all(answers)) {
      sum.open += open
      sum.timedOut += timedOut
    }
    return sum
  }

  async end(): Promise<void> {
    const ends = this.children.splice(0).map((child) => {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.disconnect()
      return ended
    })
    await Promise.all(ends)
  }
}

/** Until what was opened is accepted, or given up. */
async function accepted(pid: number, count: number): Promise<number | null> {
  for (let tries = 0; tries < 100; tries++) {
    const files = filesOf(pid)
    if (files === null || files >= count) return files
    await pause(50)
  }
  return filesOf(pid)
}

async function timed<T>(ask: () => Promise<T>): Promise<{ answer: T | string; ms: number }> {
  const startMs = systemClock.monotonicMs()
  const answer = await ask().catch((error: unknown) => String(error))
  return { answer, ms: Math.round(systemClock.monotonicMs() - startMs) }
}

/** A visitor from first contact to booking, the gate itself, and whether the stack thinks it is well. */
async function askAll(stack: LiveStack, gatePort: number, person: string) {
  const gate = `http://127.0.0.1:${gatePort}`
  return {
    booking: await timed(() => bookAs(stack.url, person)),
    gate: await timed(async () => (await netfunnel(gate, 'opcode=5101&sid=s&aid=a')).code),
    health: await timed(async () => (await fetch(`${stack.url}/health`)).status),
  }
}

type Answers = Awaited<ReturnType<typeof askAll>>

const isWell = ({ booking, gate, health }: Answers): boolean =>
  booking.answer === 'ok' && (gate.answer === 200 || gate.answer === 201) && health.answer === 200

/** Whether the stack held what there was room for, and answered all the while. */
async function show(stack: LiveStack, target: Target, asked: number): Promise<boolean> {
  const { name, pid, port, gatePort } = target
  const limit = openFilesLimit()
  const room = limit === null ? asked : Math.max(0, Math.min(asked, limit - spareFiles))
  const [within, beyond] = [new Idlers(), new Idlers()]
  try {
    await within.open(port, room)
    const files = await accepted(pid, room)
    const answers = await askAll(stack, gatePort, `${name}-meanwhile`)
    const { open: held, timedOut } = await within.count()
    say({ target: name, asked, openFilesLimit: limit, room, held, timedOut, files, answers })
    if (room < asked) {
      await beyond.open(port, asked - room)
      // Those that cannot be kept are taken and let go again.
      await pause(500)
      const heldOfAll = (await within.count()).open + (await beyond.count()).open
      const files = filesOf(pid)
      // By connections that stand, if any do.
      const answersMeanwhile = await askAll(stack, gatePort, `${name}-beyond`)
      say({ target: name, asked, heldOfAll, files, answersMeanwhile })
    }
    await Promise.all([within.end(), beyond.end()])
    const afterwards = await askAll(stack, gatePort, `${name}-afterwards`)
    say({ target: name, answersAfterwards: afterwards })
    return held + timedOut === room && isWell(answers) && isWell(afterwards)
  } finally {
    await Promise.all([within.end(), beyond.end()])
  }
}

interface ProcessState {
  readonly role: string
  readonly pid: number
  readonly port: number
}

const { connections } = new Command('npm run idle --')
  .description('Holds idle connections to the reference stack, and books meanwhile.')
  .option('--connections <n>', 'to the balancer, then to the gate', wholeNumber(1, 1e6), 20_000)
  .showHelpAfterError('(--help lists the options)')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : ExitCode.usage))
  .parse()
  .opts<{ connections: number }>()
const stack = await startLiveStack(['--instances', '2'])
try {
  const { body } = await control(stack, 'GET state')
  const gate = (body['processes'] as ProcessState[]).find(({ role }) => role === 'gate')
  if (gate === undefined) throw new Error('the stack has no gate')
  const gatePort = gate.port
  const balancer = { pid: stack.pid, port: Number(new URL(stack.url).port) }
  const targets: Target[] = [
    { name: 'balancer', ...balancer, gatePort },
    { name: 'gate', pid: gate.pid, port: gatePort, gatePort },
  ]
  let isKept = true
  for (const target of targets) isKept = (await show(stack, target, connections)) && isKept
  process.exitCode = isKept ? 0 : 1
} finally {
  await stack.stop()
}
