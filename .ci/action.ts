/**
 * Uses `action.yml` of a checkout as a workflow would, its install included: a main branch keeps a
 * baseline, then pull requests are held against it, one that changes nothing and one that takes half
 * of the servers away.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { junitFaults } from '../src/report/testing/junit-schema.ts'
import { runAction } from '../src/cli/testing/action-steps.ts'

const counts = { passed: 0, failed: 0 }

function check(name: string, ok: boolean, detail = ''): void {
  if (ok) counts.passed += 1
  else counts.failed += 1
  console.log(`${ok ? 'ok   ' : 'FAIL '} ${name}${ok || detail === '' ? '' : `: ${detail}`}`)
}

const actionPath = resolve(process.argv[2] ?? '.')
const workspace = mkdtempSync(join(tmpdir(), 'dambreak-action-'))
const smoke = readFileSync(join(actionPath, 'scenarios', 'smoke.yaml'), 'utf8')
writeFileSync(join(workspace, 'opening.yaml'), smoke)
writeFileSync(
  join(workspace, 'halved.yaml'),
  smoke.replace(/instances: \{ value: 2,/, 'instances: { value: 1,'),
)

/** What the first use installed stays for the others. */
let isInstalled = false

async function use(
  name: string,
  inputs: Readonly<Record<string, string>>,
  expected: { code: number; says: string },
): Promise<void> {
  const without = isInstalled ? ['Install dambreak'] : []
  const ends = runAction({ actionPath, workspace, inputs, without })
  const gate = ends.at(-1)
  const told = ends.map((end) => `${end.name} ended with ${end.code}\n${end.out}${end.err}`)
  const steps = ends.map((end) => end.name).join(', ')
  check(
    `${name}: every step was run`,
    steps === `${isInstalled ? '' : 'Install dambreak, '}Perform the runs, Gate`,
    told.join('\n'),
  )
  isInstalled = true
  check(`${name}: ends with ${expected.code}`, gate?.code === expected.code, told.join('\n'))
  check(`${name}: says ${expected.says}`, gate?.out.includes(expected.says) === true, gate?.out)
  const xml = readFileSync(join(workspace, 'reports', 'junit.xml'), 'utf8')
  const faults = await junitFaults(xml)
  check(`${name}: its JUnit is one that CI servers take`, faults.length === 0, faults.join('; '))
}

try {
  const regression = 'waitSec.p50: significantly worse'
  await use(
    'a main branch',
    { scenario: 'opening.yaml', 'save-baseline': 'main' },
    { code: 0, says: '✓ gate passed: 18 checks' },
  )
  await use(
    'a change of nothing',
    { scenario: 'opening.yaml', baseline: 'main' },
    { code: 0, says: 'none of 9 figures is significantly worse' },
  )
  await use(
    'half of the servers gone',
    { scenario: 'halved.yaml', baseline: 'main' },
    { code: 1, says: regression },
  )
  const summary = readFileSync(join(workspace, '.summary'), 'utf8')
  check('the job summary has all three', summary.split('\n## ').length === 3)
  check('and their charts', summary.split('```mermaid').length === 4)
} finally {
  rmSync(workspace, { recursive: true, force: true })
}
console.log(`${counts.passed} passed, ${counts.failed} failed`)
process.exitCode = counts.failed === 0 ? 0 : 1
