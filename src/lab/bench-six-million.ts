/**
 * `npm run bench:six-million`: six million visitors enter the reference gate over HTTP from one
 * machine, hold a ticket each, and poll as the gate dictates. It proves holding and accounting: with
 * a poll budget of 10,000 a second each polls every ten minutes, where a real gate would ask for one
 * in thirty seconds. JSON on standard output; exit code 1 where a visitor is not accounted for, the
 * run is invalid, or memory is beyond its bounds.
 */
import { fork, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { secToMs } from '../core/units.ts'
import type { RunRecord } from '../record/run.ts'
import type { FromGate } from './bench-six-million-gate.ts'
import { wholeNumber } from '../cli/options.ts'
import { start } from '../cli/testing/dambreak.ts'
import { invalidTexts } from '../report/verdict-words.ts'

interface Options {
  readonly visitors: number
  readonly entriesPerSec: number
  readonly pollsPerSec: number
  readonly holdSec: number
}

const gateFile = fileURLToPath(new URL('./bench-six-million-gate.ts', import.meta.url))
const maxGeneratorBytes = 1.2e9
const maxGateBytes = 500e6

/** Entering, and then holding; nobody is let in. */
function documentOf({ visitors, entriesPerSec, pollsPerSec, holdSec }: Options) {
  const enterSec = visitors / entriesPerSec
  const opensMs = Date.parse('2021-07-19T11:00:00Z')
  return {
    name: 'six-million',
    opensAt: new Date(opensMs).toISOString(),
    endsAt: new Date(opensMs + secToMs(enterSec + holdSec)).toISOString(),
    population: { people: visitors },
    arrivals: [{ kind: 'constant', share: 1, forSec: enterSec, spacing: 'even' }],
    waitingRoom: {
      admission: { perSec: 0 },
      pollCapacityPerSec: pollsPerSec,
      maxTtlSec: 3600,
      lapseSec: 120,
    },
    journey: [{ step: 'book', visits: [{ station: 'web', serviceMs: 1 }] }],
    stack: { instances: 1, stations: [{ name: 'web', perInstance: true, slots: 1 }] },
  }
}

function told<K extends FromGate['kind']>(child: ChildProcess, kind: K) {
  return new Promise<Extract<FromGate, { kind: K }>>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the gate ended with code ${code}`)))
    child.on('message', (message: FromGate) => {
      if (message.kind === kind) resolve(message as Extract<FromGate, { kind: K }>)
    })
  })
}

const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`)

function rssOf(pid: number): number {
  try {
    const [, kb = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Number(kb) * 1024
  } catch {
    // It has ended.
    return 0
  }
}

/** Rehearses; gives the most memory that its process held while the run was on. */
async function rehearse(scenario: string, url: string, dir: string): Promise<number> {
  const out = ['--format', 'json', '--out', join(dir, 'run')]
  const how = ['--target', url, '--connections', 'pool:128', '--max-in-flight', '20000']
  const { child, ended } = start(['rehearse', scenario, ...how, ...out], dir)
  child.stderr?.pipe(process.stderr)
  let maxBytes = 0
  let isOver = false
  void ended.finally(() => {
    isOver = true
  })
  while (!isOver) {
    maxBytes = Math.max(maxBytes, rssOf(child.pid ?? 0))
    await pause(500)
  }
  const { code, err } = await ended
  if (code !== 0 && code !== 3) throw new Error(`the rehearsal ended with ${code}: ${err}`)
  return maxBytes
}

async function bench(options: Options): Promise<boolean> {
  const dir = mkdtempSync(join(tmpdir(), 'dambreak-six-million-'))
  const scenario = join(dir, 'six-million.json')
  writeFileSync(scenario, JSON.stringify(documentOf(options)))
  const gate = fork(gateFile, [scenario, '0'])
  try {
    const { port } = await told(gate, 'ready')
    const generatorRssBytes = await rehearse(scenario, `http://127.0.0.1:${port}`, dir)
    const asked = told(gate, 'usage')
    gate.send('usage')
    const { state, rssBytes: gateRssBytes, cpuSec: gateCpuSec } = await asked
    const run = JSON.parse(readFileSync(join(dir, 'run', 'run.json'), 'utf8')) as RunRecord
    const { summary, audit, verdict } = run
    const { visitors } = summary
    const isAccounted =
      visitors.arrived === options.visitors &&
      visitors.queued === options.visitors &&
      visitors.unfinished === options.visitors &&
      state.issued === options.visitors &&
      state.waiting === options.visitors
    say({ ...options, isAccounted, valid: verdict.valid, reasons: invalidTexts(verdict) })
    say({ generatorRssBytes, gateRssBytes, gateCpuSec, bytesPerVisitor: audit.bytesPerVisitor })
    say({ visitors, gate: state, audit })
    const isSmall = generatorRssBytes <= maxGeneratorBytes && gateRssBytes <= maxGateBytes
    return isAccounted && verdict.valid && isSmall
  } finally {
    if (gate.connected) gate.disconnect()
    rmSync(dir, { recursive: true, force: true })
  }
}

const options = new Command('npm run bench:six-million --')
  .description(
    'Six million visitors in the line of the reference gate, over HTTP; some 15 minutes.',
  )
  .option('--visitors <n>', 'how many', wholeNumber(1, 20_000_000), 6_000_000)
  .option('--entries-per-sec <n>', 'how fast they come', wholeNumber(1, 100_000), 10_000)
  .option('--polls-per-sec <n>', "the gate's budget", wholeNumber(1, 100_000), 10_000)
  .option('--hold-sec <n>', 'after the last has entered', wholeNumber(1, 3600), 240)
  .parse()
  .opts<Options>()
process.exitCode = (await bench(options)) ? 0 : 1
