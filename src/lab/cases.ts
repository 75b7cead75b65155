import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command, InvalidArgumentError } from '@commander-js/extra-typings'
import { temporaryDirectory } from '../core/testing/temporary-directory.ts'
import { caseBench } from './cases/case.ts'
import { cases, laterCases } from './cases/table.ts'

/**
 * `npm run cases [-- --only 1,3] [--folder <path>]`: runs every folder of inputs that were misread once
 * and prints a line each: number, name, `ok`, `WRONG` or `later`, what is right and what came. Ends
 * with 1 where one is wrong or has no check. `cases/table.ts` is the table to add a case to.
 */
interface Folder {
  readonly number: number
  readonly name: string
}

type CaseResult =
  | { readonly kind: 'later' }
  | { readonly kind: 'ok' | 'WRONG'; readonly expected: string; readonly observed: string }

/** Beside the project. */
const besideProject = fileURLToPath(new URL('../../../shared/cases', import.meta.url))

function foldersIn(path: string): Folder[] {
  return readdirSync(path)
    .filter((name) => /^\d+-/.test(name))
    .map((name) => ({ number: Number.parseInt(name, 10), name }))
    .toSorted((a, b) => a.number - b.number)
}

async function runCase(path: string, { number, name }: Folder): Promise<CaseResult> {
  if (laterCases.has(number)) return { kind: 'later' }
  const found = cases.find((one) => one.number === number)
  if (found === undefined) {
    return { kind: 'WRONG', expected: 'a check in cases/table.ts', observed: 'none' }
  }
  const { path: scratch, remove } = temporaryDirectory()
  try {
    const observed = await found.observe(caseBench(join(path, name), scratch))
    const { expected } = found
    return { kind: observed === expected ? 'ok' : 'WRONG', expected, observed }
  } catch (error) {
    return { kind: 'WRONG', expected: found.expected, observed: String(error) }
  } finally {
    remove()
  }
}

function lineOf({ number, name }: Folder, result: CaseResult): string {
  const start = `${String(number).padStart(2, '0')} ${name.replace(/^\d+-/, '')}`
  return result.kind === 'later'
    ? `${start}: later`
    : `${start}: ${result.kind}, expected: ${result.expected}, observed: ${result.observed}`
}

function numbersOf(text: string): number[] {
  if (/^\d+(,\d+)*$/.test(text)) return text.split(',').map(Number)
  throw new InvalidArgumentError('Such as 1,3.')
}

const { folder, only } = new Command('npm run cases --')
  .description('Runs every folder of inputs that were misread once.')
  .option('--folder <path>', 'directory of the cases', besideProject)
  .option('--only <numbers>', 'such as 1,3 (default: all)', numbersOf)
  .parse()
  .opts()
if (existsSync(folder)) {
  let areRight = true
  for (const one of foldersIn(folder)) {
    if (only !== undefined && !only.includes(one.number)) continue
    const result = await runCase(folder, one)
    console.log(lineOf(one, result))
    areRight &&= result.kind !== 'WRONG'
  }
  process.exitCode = areRight ? 0 : 1
} else console.log(`cases: skipped, ${folder} does not exist`)
