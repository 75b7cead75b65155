/**
 * `npm run bench:gate`: what a ticket costs the stack's gate, and its replies a second, with all
 * those tickets in line, against those of a bare `node:http` server that sends as many bytes. JSON
 * lines on standard output: the tickets, then each run of load (the two servers in turns), and last
 * the ratios and the targets, which are printed and never asserted. Everything stays on loopback.
 */
import { fork, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { availableParallelism, cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { systemClock } from '../core/clock.ts'
import { msToSec } from '../core/units.ts'
import { firstContact, type FromBenchServer, type Usage } from './bench-gate-servers.ts'
import { summariseGateBench, type LoadMeasured } from './bench-gate-targets.ts'
import { ExitCode } from '../cli/exit.ts'
import { seconds, wholeNumber } from '../cli/options.ts'

const servers = fileURLToPath(new URL('bench-gate-servers.ts', import.meta.url))
const connections = 64

interface Options {
  readonly tickets: number
  readonly seconds: number
  readonly rounds: number
  readonly warmUp: number
}

function parse(args: readonly string[]): Options {
  return new Command('npm run bench:gate --')
    .description('Measures the gate of the reference stack; prints JSON lines.')
    .option('--tickets <n>', 'tickets that it holds', wholeNumber(1, 60_000_000), 6_000_000)
    .option('--seconds <s>', 'of load in each run', seconds, 2)
    .option('--rounds <n>', 'runs of load on each server', wholeNumber(1, 100), 10)
    .option('--warm-up <n>', 'requests before that', wholeNumber(0, 10_000_000), 200_000)
    .showHelpAfterError('(--help lists the options)')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : ExitCode.usage))
    .parse(args, { from: 'user' })
    .opts<Options>()
}

/** The next message of that kind; rejects where the process ends before. */
function next<K extends FromBenchServer['kind']>(child: ChildProcess, kind: K) {
  return new Promise<Extract<FromBenchServer, { kind: K }>>((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`a process ended with code ${code}`))
    const onMessage = (message: FromBenchServer) => {
      if (message.kind !== kind) return
      child.off('exit', onExit)
      child.off('message', onMessage)
      resolve(message as Extract<FromBenchServer, { kind: K }>)
    }
    child.on('message', onMessage)
    child.once('exit', onExit)
  })
}

async function usageOf(child: ChildProcess): Promise<Usage> {
  const usage = next(child, 'usage')
  child.send('usage')
  return usage
}

const hasWrk = spawnSync('wrk', ['--version'], { stdio: 'ignore' }).error === undefined

/** Loads a server for so long, by wrk if there is one, else by a small client of our own. */
function load(port: number, sec: number): Promise<void> {
  const url = `http://127.0.0.1:${port}/ts.wseq?${firstContact}`
  const child = hasWrk
    ? spawn('wrk', ['-t1', `-c${connections}`, `-d${Math.ceil(sec)}s`, url], { stdio: 'ignore' })
    : fork(servers, ['load', String(port), String(sec), String(connections)])
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`the load ended with code ${code}`))
    })
  })
}

interface Running {
  readonly server: LoadMeasured['server']
  readonly child: ChildProcess
  readonly port: number
}

async function measure({ server, child, port }: Running, sec: number): Promise<LoadMeasured> {
  const before = await usageOf(child)
  const startMs = systemClock.monotonicMs()
  await load(port, sec)
  const wallSec = msToSec(systemClock.monotonicMs() - startMs)
  const after = await usageOf(child)
  const requests = after.requests - before.requests
  return {
    server,
    requests,
    requestsPerSec: requests / wallSec,
    requestsPerCpuSec: requests / (after.cpuSec - before.cpuSec),
    rssBytes: after.rssBytes,
  }
}

/** So many requests until the compiler is done with a server: by their count, not by the clock. */
async function warmUp(one: Running, requests: number): Promise<void> {
  for (let done = 0; done < requests;) done += (await measure(one, 1)).requests
}

const print = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`)

async function bench(options: Options): Promise<void> {
  const { tickets: count, seconds: sec, rounds, warmUp: warmUpRequests } = options
  const children: ChildProcess[] = []
  const start = async (server: LoadMeasured['server']) => {
    const child = fork(servers, [server, String(count)])
    children.push(child)
    return { server, child, ...(await next(child, 'ready')) }
  }
  try {
    const gate = await start('gate')
    if (gate.tickets === null) throw new Error('the gate gave no figures')
    print({ case: 'tickets', ...gate.tickets })
    const bare = await start('bare')
    const loads: LoadMeasured[] = []
    for (const one of [gate, bare]) await warmUp(one, warmUpRequests)
    for (let round = 0; round < rounds; round++) {
      for (const one of round % 2 === 0 ? [gate, bare] : [bare, gate]) {
        const measured = await measure(one, sec)
        loads.push(measured)
        print({ case: 'http', ...measured })
      }
    }
    const machine = {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: availableParallelism(),
      node: process.versions.node,
      load: hasWrk ? 'wrk' : 'undici',
    }
    print({ ...summariseGateBench(gate.tickets, loads), machine })
  } finally {
    for (const child of children) child.disconnect()
  }
}

// A reader that went away (`npm run bench:gate | head`) is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})
try {
  await bench(parse(process.argv.slice(2)))
} catch (error) {
  process.stderr.write(`bench:gate: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = ExitCode.failure
}
