import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { temporaryDirectory } from '../../core/testing/temporary-directory.ts'
import { runHere } from '../testing/in-process.ts'

/** Runs and a baseline that were written before `run.json` had schema version 2. */
const fixtures = fileURLToPath(new URL('../../../fixtures', import.meta.url))
const kept = join(fixtures, 'baselines-v1', 'old', '20261130T230815', 'runs')
const runs = ['1', '2', '3'].map((name) => join(kept, name))
const golden = join(fixtures, 'golden-run.json')

let folder: ReturnType<typeof temporaryDirectory>
beforeAll(() => {
  folder = temporaryDirectory()
})
afterAll(() => folder.remove())

const run = (...args: string[]) => runHere(args, folder.path)

describe('runs of version 1', () => {
  test('are of version 1', () => {
    for (const path of [golden, ...runs.map((name) => join(name, 'run.json'))]) {
      expect(readFileSync(path, 'utf8')).toMatch(/^\{\n {2}"schemaVersion": 1,\n/)
    }
  })

  test('are reported', async () => {
    const { code, out } = await run('report', golden, '--format', 'md', '--out', 'report')
    expect(code).toBe(0)
    expect(out).toContain('✓ ok  errorShare < 0.01')
    expect(readFileSync(join(folder.path, 'report', 'summary.md'), 'utf8')).toContain('Held')
  })

  test('are compared', async () => {
    const { code, out } = await run('compare', kept, kept, '--format', 'md', '--out', 'compared')
    expect(code).toBe(0)
    expect(out).toContain('No difference shown')
  })

  test('are gated, also against a baseline that was kept then', async () => {
    const baseline = ['--baseline', 'old', '--baselines', join(fixtures, 'baselines-v1')]
    const { code, out } = await run('gate', ...runs, ...baseline)
    expect(code).toBe(0)
    expect(out).toContain('✓ gate passed')
    expect(out).toContain(
      '✓ baseline old: 3 runs compared with 3 runs of it; target version v1, kept 2026-11-30 23:08 UTC on linux x64, 4 cores, 16 GiB',
    )
    expect(out).toContain('✓ no significant regression: none of ')
  })
})
