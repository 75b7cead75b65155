import { parseArgs } from 'node:util'
import { DambreakError } from '../core/errors.ts'
import { ExitCode, exitCodeOf } from '../cli/exit.ts'
import { findK6 } from '../cli/k6-binary.ts'
import { enginesHold } from './validate-k6-engines.ts'
import { mergedHolds } from './validate-k6-merged.ts'

/**
 * k6 on the reference stack, held against what it should do:
 *
 *   npm run validate:k6 [-- --only engines | merged] [--speed 2 --population 0.5 --scenario smoke --seed 1]
 *
 * `engines`: the same visitors by the live engine and by k6. `merged`: four k6 processes on four execution
 * segments against one. Ends with 1 where one of them does not hold. Seven minutes each: of fewer
 * visitors a 95th percentile would differ by a tenth of itself by chance alone.
 */
const parts = { engines: enginesHold, merged: mergedHolds }

function optionsOf(args: readonly string[]) {
  const text = (value: string) => ({ type: 'string', default: value }) as const
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      scenario: text('smoke'),
      speed: text('2'),
      population: text('0.5'),
      seed: text('1'),
    },
  })
  const { only, ...options } = values
  const names = only === undefined ? Object.keys(parts) : [only]
  const chosen = Object.entries(parts).filter(([name]) => names.includes(name))
  if (chosen.length === 0) {
    throw new DambreakError('usage', `--only takes ${Object.keys(parts).join(' or ')}`)
  }
  return { chosen, options }
}

async function validate(args: readonly string[]): Promise<boolean> {
  const { chosen, options } = optionsOf(args)
  const { path, version } = await findK6({ variables: process.env })
  process.env['DAMBREAK_K6'] = path
  const { scenario, population, speed } = options
  console.log(
    `k6 ${version}; ${scenario}, population ${Number(population).toFixed(3)}, speed ${speed}`,
  )
  let holds = true
  for (const [name, part] of chosen) {
    console.log(`\n${name}\n`)
    const ok = await part({ k6: path, ...options })
    console.log(ok ? '\nit holds' : '\nit does not hold')
    holds &&= ok
  }
  return holds
}

try {
  process.exitCode = (await validate(process.argv.slice(2))) ? 0 : 1
} catch (error) {
  console.error(`validate:k6: ${error instanceof Error ? error.message : String(error)}`)
  // `parseArgs` throws a TypeError at an option that there is not.
  const isWrongCall = error instanceof TypeError && 'code' in error
  const other = isWrongCall ? ExitCode.usage : ExitCode.failure
  process.exitCode = error instanceof DambreakError ? exitCodeOf(error.kind) : other
}
