/**
 * `npm run fuzz`: feeds the readers of what comes from outside with changed inputs, and prints a JSON line
 * per reader: inputs, how many were refused, inputs a second, and the faults. Exit code 1 if there is a
 * fault. `--show <n>` prints input n of a reader instead.
 */
import { Command } from 'commander'
import { ExitCode } from '../cli/exit.ts'
import { wholeNumber } from '../cli/options.ts'
import { fuzzedInput, fuzzReader } from './fuzz/fuzz-reader.ts'
import { fuzzedReaders } from './fuzz/readers.ts'

const command = new Command('fuzz')
  .argument('[readers...]', `readers to feed: ${Object.keys(fuzzedReaders).join(', ')}`)
  .option('--sec <n>', 'seconds for each reader', wholeNumber(1, 86_400), 600)
  .option('--seed <n>', 'seed of the changes', wholeNumber(0, 2 ** 32 - 1), 1)
  .option('--show <n>', 'print input n of the reader', wholeNumber(0, 2 ** 31 - 1))
  .parse()

const { sec, seed, show } = command.opts<{ sec: number; seed: number; show?: number }>()
const readers = command.args.length > 0 ? command.args : Object.keys(fuzzedReaders)
const unknown = readers.find((name) => !Object.hasOwn(fuzzedReaders, name))
if (unknown !== undefined) command.error(`unknown reader: ${unknown}`, { exitCode: ExitCode.usage })

if (show !== undefined) process.stdout.write(fuzzedInput(readers[0] ?? '', seed, show))
else {
  for (const reader of readers) {
    const result = await fuzzReader(reader, { seed, sec })
    process.stdout.write(`${JSON.stringify(result)}\n`)
    if (result.faults.length > 0) process.exitCode = 1
  }
}
