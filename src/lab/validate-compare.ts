/**
 * `npm run validate:compare`: how often `compareRuns` flags anything where nothing differs, and
 * whether it finds a slow-down. Runs are simulations of the smoke scenario with a quarter of its
 * crowd, each with a seed of its own. A Markdown table on standard output, progress on standard error.
 */
import { Command } from 'commander'
import type { RunReadings } from '../compare/compare.ts'
import { loadScenario } from '../scenario/load/load.ts'
import {
  createNoise,
  flaggedPairs,
  foundSlowdowns,
  onMachine,
  simulatedReadings,
  withVariation,
  type Dependence,
} from './compare-trials.ts'
import { ExitCode } from '../cli/exit.ts'
import { seedOption, wholeNumber } from '../cli/options.ts'

interface Options {
  readonly pairs: number
  readonly trials: number
  readonly seed: number
}

/** At most so many of the pairs may be flagged, at the 5% level. */
const maxFlagged = 0.065
/** At least so many of the slow-downs must be found. */
const minFound = 0.9

const small = ['population.people=500', 'waitingRoom.admission.perSecPerInstance=1.5']
const regimes = {
  /** Nothing fails: shares of errors and findings are zero in all runs. */
  'calm opening': small,
  /** Backlogs overflow and answers time out: counts are small, waits and errors skewed. */
  'strained opening': [
    'population.people=500',
    'waitingRoom.admission.perSecPerInstance=6',
    'stack.stations[0].slots=1',
    'stack.stations[0].backlog=6',
    'journey[0].timeoutMs=1500',
    'journey[1].timeoutMs=1500',
  ],
}

function parse(args: readonly string[]): Options {
  return new Command('npm run validate:compare --')
    .description('Tries the comparison of runs on simulations whose truth is known.')
    .option('--pairs <n>', 'pairs of three runs a side', wholeNumber(1, 100_000), 1000)
    .option('--trials <n>', 'slow-downs, five runs a side', wholeNumber(1, 10_000), 100)
    .addOption(seedOption())
    .showHelpAfterError('(--help lists the options)')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : ExitCode.usage))
    .parse(args, { from: 'user' })
    .opts<Options>()
}

/** Simulations with seeds of their own; `first` keeps those of several regimes apart. */
async function runsOf(set: readonly string[], count: number, first: number) {
  const { scenario } = await loadScenario('smoke', { allowCode: false, set })
  const runs: RunReadings[] = []
  for (let at = 0; at < count; at++) {
    runs.push(simulatedReadings(scenario, (first + at) % 0xffff_ffff))
    if (at % 500 === 499) process.stderr.write(`${at + 1} of ${count} runs\n`)
  }
  return runs
}

/** `✓ 2.4% of 1000 (people.booked 8, …)`, and whether that is as it must be. */
function cell(done: { all: number; met: number; byFigure: Map<string, number> }, ok: boolean) {
  const figures = [...done.byFigure].toSorted(([, a], [, b]) => b - a)
  const told = figures.map(([path, count]) => `${path} ${count}`).join(', ')
  return `${((100 * done.met) / done.all).toFixed(1)}% of ${done.all} | ${ok ? '✓' : '✕ not'} | ${told}`
}

async function validate({ pairs, trials, seed }: Options): Promise<boolean> {
  const noise = createNoise(seed)
  const first = seed * 1_000_003
  const calm = await runsOf(regimes['calm opening'], Math.max(pairs * 6, trials * 10), first)
  const strained = await runsOf(regimes['strained opening'], pairs * 6, first + 500_000)
  const nulls: Record<string, readonly RunReadings[]> = {
    'calm opening': calm,
    'strained opening': strained,
    'calm opening, on a machine with good and bad days': calm.map((run, at) =>
      onMachine(run, at, noise),
    ),
  }
  let isKept = true
  const tell = (what: string, ok: boolean, text: string) => {
    isKept &&= ok
    process.stdout.write(`| ${what} | ${text} |\n`)
  }
  process.stdout.write('| no difference, three runs a side | flagged | ≤ 6.5% | by figure |\n')
  process.stdout.write('|---|---|---|---|\n')
  for (const [name, runs] of Object.entries(nulls)) {
    const { pairs: all, flagged: met, byFigure } = flaggedPairs(runs.slice(0, pairs * 6), 3)
    const ok = met <= maxFlagged * all
    tell(name, ok, cell({ all, met, byFigure }, ok))
  }
  process.stdout.write(
    '\n| 10% slower at a between-run CV of 3%, five runs a side | found | ≥ 90% | by figure |\n',
  )
  process.stdout.write('|---|---|---|---|\n')
  const dependences: Record<Dependence, string> = {
    simulated: 'response times hang together as in the runs',
    machine: 'response times of a run all slow or all fast (the hardest case)',
  }
  for (const [kind, what] of Object.entries(dependences) as [Dependence, string][]) {
    const varied = withVariation(calm.slice(0, trials * 10), 0.03, { kind, noise })
    const { trials: all, found: met, byFigure } = foundSlowdowns(varied, { runs: 5, slowdown: 1.1 })
    const ok = met >= minFound * all
    tell(what, ok, cell({ all, met, byFigure }, ok))
  }
  return isKept
}

const isKept = await validate(parse(process.argv.slice(2)))
if (!isKept) process.exitCode = ExitCode.gateFailed
