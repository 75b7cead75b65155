import { copyFileSync, existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readAction, runAction } from './testing/action-steps.ts'
import { temporaryDirectory } from '../core/testing/temporary-directory.ts'
import { bin } from './testing/dambreak.ts'

const actionPath = fileURLToPath(new URL('../..', import.meta.url))
const fixture = join(actionPath, 'fixtures', 'live-run.json')

let folder: { path: string; remove: () => void }
beforeEach(() => {
  folder = temporaryDirectory()
})
afterEach(() => folder.remove())

/** All but the install, which `.ci/run` has too. */
const run = (inputs: Record<string, string>) =>
  runAction({
    actionPath,
    workspace: folder.path,
    inputs,
    without: ['Install dambreak'],
    variables: { DAMBREAK_BIN: bin },
  })

describe('action.yml', () => {
  const { inputs, runs } = readAction(actionPath)

  test('writes no expression into a script, and names a shell for each', () => {
    for (const { run: script, shell } of runs.steps) {
      expect(script ?? '').not.toContain('${{')
      if (script !== undefined) expect(shell).toBe('bash')
    }
    expect(runs.using).toBe('composite')
  })

  test('reads every input that it declares, and no other', () => {
    const text = runs.steps.map((step) => JSON.stringify(step)).join('\n')
    const read = new Set([...text.matchAll(/inputs\.([\w-]+)/g)].map(([, name]) => name))
    expect(read).toEqual(new Set(Object.keys(inputs)))
  })

  test('gates, keeps a baseline and writes what is uploaded', () => {
    const ends = run({ run: fixture, 'save-baseline': 'main' })
    expect(ends.map(({ name, code }) => [name, code])).toEqual([['Gate', 0]])
    expect(ends[0]?.out).toMatch(/^✓ gate passed: 6 checks\n/)
    const reports = join(folder.path, 'reports')
    expect(readdirSync(reports).sort()).toEqual(['baselines', 'gate.md', 'junit.xml'])
    const [entry = ''] = readdirSync(join(reports, 'baselines', 'main'))
    const kept = readFileSync(join(reports, 'baselines', 'main', entry, 'baseline.json'), 'utf8')
    expect(JSON.parse(kept)).toMatchObject({ targetVersion: 'c0ffee', gate: { passed: true } })
    expect(readFileSync(join(folder.path, '.summary'), 'utf8')).toContain(
      '## ✅ dambreak: gate passed: 6 checks',
    )
  })

  test('an input is a text, whatever it holds', () => {
    const hostile = `x"; touch pwned; echo "$(touch pwned)\` touch pwned \`'; touch pwned #`
    copyFileSync(fixture, join(folder.path, 'run.json'))
    const [end] = run({ run: `run.json\n${hostile}`, slo: '' })
    expect(end).toMatchObject({ name: 'Gate', code: 2 })
    expect(end?.out).toContain(`${hostile}: there is no run here`)
    expect(end?.err).toContain('::error title=gate%3A x"; touch pwned;')
    expect(existsSync(join(folder.path, 'pwned'))).toBe(false)
  })

  test('refuses to gate nothing, and a count of runs that is none', () => {
    expect(run({})).toMatchObject([{ name: 'Gate', code: 2 }])
    expect(run({ scenario: 'smoke', runs: '1; touch pwned' })).toMatchObject([
      { name: 'Perform the runs', code: 2 },
    ])
  })
})
