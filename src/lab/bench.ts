/**
 * `npm run bench`: speed and memory of the simulator, one JSON line a case on standard output and a
 * last one with the ratios and the targets, which are printed and never asserted.
 */
import { spawn } from 'node:child_process'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Command, InvalidArgumentError } from 'commander'
import { caseNames, summariseBench, type CaseName, type Measurement } from './bench-targets.ts'
import { ExitCode } from '../cli/exit.ts'
import { factor } from '../cli/options.ts'

const self = fileURLToPath(import.meta.url)

function caseOf(text: string): CaseName {
  const name = caseNames.find((known) => known === text.trim())
  if (name !== undefined) return name
  throw new InvalidArgumentError(`There is no case "${text}"; there are ${caseNames.join(', ')}.`)
}

interface Options {
  readonly cases?: CaseName[]
  readonly full?: boolean
  readonly small?: boolean
  readonly population: number
  /** Set in the processes that this one starts. */
  readonly child?: CaseName
}

function parse(args: readonly string[]): Options {
  const command = new Command('npm run bench --')
    .description('Measures the simulator, each case in a process of its own; prints JSON lines.')
    .option(
      '--cases <list>',
      `which, of ${caseNames.join(',')} (default: all but night-x10)`,
      (text) => text.split(',').map(caseOf),
    )
    .option('--full', 'also night-x10: sixty million tickets, takes minutes and up to 6 GB')
    .option('--small', 'a twentieth of the crowd: shows that the bench works, and little else')
    .option('--population <f>', 'scale the crowd by f', factor, 1)
    .addOption(new Command().createOption('--child <case>').argParser(caseOf).hideHelp())
    .showHelpAfterError('(--help lists the options)')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : ExitCode.usage))
  return command.parse(args, { from: 'user' }).opts<Options>()
}

/**
 * Measures a case in a process of its own, so that its peak memory is its own. Where that process
 * fails, how it ended; it has said why itself, unless it was killed.
 */
function measureApart(name: CaseName, population: number): Promise<Measurement | string> {
  return new Promise((resolve) => {
    const args = [...process.execArgv, self, '--child', name, '--population', String(population)]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    let out = ''
    child.stdout.setEncoding('utf8').on('data', (piece: string) => (out += piece))
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, signal) => {
      const ending = signal === null ? `code ${code}` : `killed by ${signal}`
      resolve(code === 0 ? (JSON.parse(out) as Measurement) : ending)
    })
  })
}

async function bench(options: Options): Promise<ExitCode> {
  const population = options.small === true ? 0.05 : options.population
  const usual = caseNames.filter((name) => name !== 'night-x10' || options.full === true)
  const measured: Measurement[] = []
  let code: ExitCode = ExitCode.done
  for (const name of options.cases ?? usual) {
    const one = await measureApart(name, population)
    if (typeof one === 'string') {
      process.stderr.write(`bench: ${name} failed (${one})\n`)
      code = ExitCode.failure
      continue
    }
    measured.push(one)
    process.stdout.write(`${JSON.stringify(one)}\n`)
  }
  const machine = {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    node: process.versions.node,
  }
  process.stdout.write(
    `${JSON.stringify(summariseBench(measured, { isFullCrowd: population === 1, machine }))}\n`,
  )
  return code
}

// A reader that went away (`npm run bench | head`) is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})
const options = parse(process.argv.slice(2))
if (options.child === undefined) process.exitCode = await bench(options)
else {
  // Loaded here only: what the parent holds at the fork counts as the child's peak.
  const { measureCase } = await import('./bench-cases.ts')
  const one = await measureCase(options.child, options.population)
  process.stdout.write(JSON.stringify(one))
}
