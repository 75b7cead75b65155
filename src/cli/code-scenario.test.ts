import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { loadJudgeable } from '../objectives/load-judgeable.ts'
import { readRun } from '../record/store.ts'
import { runHere } from './testing/in-process.ts'

const cwd = mkdtempSync(join(tmpdir(), 'dambreak-code-'))
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

/** The smoke scenario as a module that leaves a mark whenever it is evaluated. */
async function codeScenario(): Promise<string> {
  const { document } = await loadJudgeable('smoke')
  const variants = [
    { name: 'two', description: 'two servers', set: { 'stack.instances': 2 } },
    { name: 'three', description: 'three servers', set: { 'stack.instances': 3 } },
  ]
  const text = `import { appendFileSync } from 'node:fs'
appendFileSync(new URL('./evaluated', import.meta.url), 'x')
export default ${JSON.stringify({ ...document, variants })}
`
  const path = join(cwd, 'night.ts')
  writeFileSync(path, text)
  return path
}

test('a TypeScript scenario with --variant is evaluated once, and its report has the label', async () => {
  const path = await codeScenario()
  const args = ['simulate', path, '--variant', 'two', '--format', 'json,md', '--out', 'out']
  const { code, err } = await runHere(args, cwd)
  expect({ code, err }).toMatchObject({ code: 0 })
  expect(err).toContain('written to')
  expect(readFileSync(join(cwd, 'evaluated'), 'utf8')).toBe('x')
  expect((await readRun(join(cwd, 'out'))).header.variant).toBe('two')
  expect(readFileSync(join(cwd, 'out', 'summary.md'), 'utf8')).toContain('smoke: two servers')
})
