/**
 * `npm run truth`: rehearsals against a server that logs each completion on the same monotonic clock,
 * at a constant rate, under Poisson arrivals, with the server stopped for part of it, and with a
 * generator that has no processor. The percentiles from the intended start must be those of the log
 * and the plan within 2%, the achieved rate the intended one within 0.5%. JSON lines; exit code 1
 * where they are not. A machine that is busy with something else comes between the two measurements,
 * so a case may be tried again.
 */
import { Command } from 'commander'
import { ExitCode } from '../cli/exit.ts'
import { wholeNumber } from '../cli/options.ts'
import { measureTruth, truthFaults, type TruthCase } from './testing/truth.ts'

interface Options {
  readonly sec: number
  readonly stall: number
  readonly perSec: number
  readonly tries: number
}

function casesOf({ sec, stall, perSec }: Options): TruthCase[] {
  const stalled = { atSec: Math.floor((sec - stall) / 3), forSec: stall }
  return (['wire', 'undici'] as const).flatMap((transport): TruthCase[] => [
    { name: `even, ${transport}`, spacing: 'even', perSec, forSec: sec, transport },
    // Gaps that are long beside a timer's grain of a millisecond.
    { name: `poisson, ${transport}`, spacing: 'poisson', perSec: 40, forSec: sec, transport },
    {
      name: `stopped for ${stall} s of ${sec}, ${transport}`,
      spacing: 'poisson',
      perSec,
      forSec: sec,
      transport,
      stall: stalled,
    },
    { name: `starved, ${transport}`, spacing: 'even', perSec, forSec: 5, transport, starves: true },
  ])
}

const options = new Command('npm run truth --')
  .description('Holds what rehearsals say of response times against a server that knows.')
  .option('--sec <n>', 'seconds that a case takes', wholeNumber(4, 600), 30)
  .option('--stall <n>', 'seconds for which the server stands still', wholeNumber(1, 300), 6)
  .option('--per-sec <n>', 'requests a second', wholeNumber(10, 5000), 100)
  .option('--tries <n>', 'times that a case is tried at most', wholeNumber(1, 10), 3)
  .showHelpAfterError('(--help lists the options)')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? ExitCode.done : ExitCode.usage))
  .parse()
  .opts<Options>()
let isTrue = true
for (const one of casesOf(options)) {
  let faults: string[] | null = null
  for (let left = options.tries; left > 0 && faults?.length !== 0; left--) {
    const { run, ...truth } = await measureTruth(one)
    faults = truthFaults(one, { ...truth, run })
    const { valid, ending, reasons } = run.verdict
    const { latenessMs } = run.audit
    process.stdout.write(
      `${JSON.stringify({ ...truth, latenessMs, valid, ending, reasons, faults })}\n`,
    )
  }
  if (faults?.length !== 0) isTrue = false
}
process.exitCode = isTrue ? 0 : 1
