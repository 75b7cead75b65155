import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { temporaryDirectory } from '../core/testing/temporary-directory.ts'
import { runScript } from './testing/script.ts'

const cleanUps: (() => void)[] = []
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp()
})
const small = ['--population', '0.002', '--workers', '2']

interface Result {
  readonly rows: { id: string; seeds: { of: number }; points: { of: number } }[]
  readonly cases: { kind: string; complete: boolean; rows: unknown[] }[]
}

describe('npm run validate', () => {
  test('prints a table and writes the same for machines', async () => {
    const directory = temporaryDirectory()
    cleanUps.push(directory.remove)
    const path = join(directory.path, 'facts.json')
    const args = ['--seeds', '2', '--points', '1', ...small, '--out', path]
    const { code, out, err } = await runScript('validate-facts.ts', args)
    expect(code).toBe(0)
    const table = out.split('\n').filter((line) => line.startsWith('| V'))
    expect(table.map((line) => line.split(' | ')[0])).toEqual(
      ['V1', 'V2a', 'V2b', 'V3', 'V4', 'V5', 'V6a', 'V6b', 'V7a', 'V7b']
        .concat(['V8', 'V8b', 'V9', 'V10', 'V10'])
        .map((id) => `| ${id}`),
    )
    expect(out).toContain('- 1 of 1 seeds at the middle of all assumptions, 1 of 1 points')
    expect(out).toContain('until midnight instead of until noon')
    expect(err.split('\n')[0]).toMatch(/^seed 2: .* \(1 of 2, /)
    const result = JSON.parse(readFileSync(path, 'utf8')) as Result
    expect(result.cases.map(({ kind, complete, rows }) => [kind, complete, rows.length])).toEqual([
      ['seed', true, 15],
      ['point', true, 15],
    ])
    expect(result.rows.map(({ seeds, points }) => [seeds.of, points.of])).toEqual(
      result.rows.map(() => [1, 1]),
    )
  })

  test('stops when its time is up and says so', async () => {
    const args = ['--seeds', '2-9', '--points', '8', ...small, '--minutes', '0.02']
    const { code, out } = await runScript('validate-facts.ts', args)
    expect(code).toBe(0)
    expect(out).toMatch(/- [0-7] of 8 seeds at the middle of all assumptions, 0 of 8 points/)
    expect(out).toContain('- Cut short after 0.02 minutes: the rest was not run.')
  })

  test('an interruption ends with 130 and what there is, marked so', async () => {
    const args = ['--seeds', '2-9', '--points', '8', ...small]
    const { code, out, err } = await runScript('validate-facts.ts', args, {
      interruptAt: /^seed \d/,
    })
    expect(err).toContain('stopping: writing what there is')
    expect(out).toMatch(/- [0-7] of 8 seeds at the middle of all assumptions, 0 of 8 points/)
    expect(out).toContain('- Interrupted: the rest was not run.')
    expect(code).toBe(130)
  })

  test('a place that cannot be written is told before any work, bad seeds are bad usage', async () => {
    const directory = temporaryDirectory()
    cleanUps.push(directory.remove)
    const path = join(directory.path, 'no', 'facts.json')
    const disk = await runScript('validate-facts.ts', ['--out', path])
    expect(disk.code).toBe(4)
    expect(disk.err).toMatch(/^validate: .*facts\.json/)
    expect(existsSync(path)).toBe(false)
    const usage = await runScript('validate-facts.ts', ['--seeds', '9-2'])
    expect(usage.code).toBe(2)
    expect(usage.err).toContain('It must be seeds such as 2-9 or 2,5,7, or none.')
  })
})
