/**
 * `npm test`: every check of the project, each counted once, and one last line of real counts.
 * `npm run test:long`, with `--long`: the tests that take minutes.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startVitest, type TestCase, type TestModule } from 'vitest/node'
import { systemClock } from '../../core/clock.ts'
import { msToSec } from '../../core/units.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

interface Counts {
  passed: number
  failed: number
  /** Name and reason of each. */
  skipped: string[]
}

/** Tools are started by their own files, so that the Node that runs this runs them too. */
const checks: readonly { name: string; args: readonly string[] }[] = [
  { name: 'typecheck', args: ['node_modules/typescript/bin/tsc', '-p', '.'] },
  {
    name: 'typecheck of browser scripts',
    args: ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.browser.json'],
  },
  { name: 'lint', args: ['node_modules/oxlint/bin/oxlint'] },
  { name: 'unused code', args: ['node_modules/knip/bin/knip.js', '--no-progress'] },
  {
    name: 'code that only tests use',
    args: ['node_modules/knip/bin/knip.js', '--no-progress', '--production'],
  },
  {
    name: 'format',
    args: [
      'node_modules/prettier/bin/prettier.cjs',
      '--cache',
      '--check',
      '--log-level',
      'warn',
      '.',
    ],
  },
]

/** Runs a tool with its output passed through; its exit code, or 127 where it did not start. */
function run(args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' })
    child.once('error', () => resolve(127))
    child.once('close', (code) => resolve(code ?? 128))
  })
}

/** One after the other: together they would leave nothing of two cores to the tests beside them. */
async function runChecks(counts: Counts): Promise<void> {
  for (const { name, args } of checks) {
    const startMs = systemClock.monotonicMs()
    const code = await run(args)
    const sec = msToSec(systemClock.monotonicMs() - startMs).toFixed(1)
    console.log(`${code === 0 ? '✓' : '✗'} ${name} (${sec} s)`)
    if (code === 0) counts.passed += 1
    else counts.failed += 1
  }
}

function countTest(test: TestCase, counts: Counts): void {
  const result = test.result()
  if (result.state === 'passed') counts.passed += 1
  else if (result.state === 'skipped') {
    counts.skipped.push(`${test.fullName}: ${result.note ?? 'no reason given'}`)
  } else counts.failed += 1
}

/** A module that fails outside its tests (it does not load, a hook throws) counts as one failure. */
function countModule(module: TestModule, counts: Counts): void {
  const failedBefore = counts.failed
  for (const test of module.children.allTests()) countTest(test, counts)
  if (!module.ok() && counts.failed === failedBefore) counts.failed += 1
}

async function runTests(counts: Counts): Promise<void> {
  const vitest = await startVitest('test', [], { root, watch: false, run: true })
  for (const module of vitest.state.getTestModules()) countModule(module, counts)
  counts.failed += vitest.state.getUnhandledErrors().length
  await vitest.close()
}

const counts: Counts = { passed: 0, failed: 0, skipped: [] }
const isLong = process.argv.includes('--long')
if (isLong) process.env['DAMBREAK_TESTS'] = 'long'
// What threads and processes of tests load is compiled once.
process.env['NODE_COMPILE_CACHE'] ??= join(root, 'node_modules/.cache/compile')
// The checks go on beside the tests, which mostly wait.
await Promise.all([isLong ? null : runChecks(counts), runTests(counts)])
if (!isLong) console.log('not here: the tests that take minutes, npm run test:long')
for (const skipped of counts.skipped) console.log(`skipped: ${skipped}`)
const tail = counts.skipped.length === 0 ? '' : `, ${counts.skipped.length} skipped`
console.log(`${counts.passed} passed, ${counts.failed} failed${tail}`)
process.exitCode = counts.failed === 0 ? 0 : 1
