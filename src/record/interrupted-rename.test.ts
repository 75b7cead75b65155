import nodeFs from 'node:fs/promises'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { temporaryDirectory } from '../core/testing/temporary-directory.ts'
import { repairDirectory } from './interrupted-rename.ts'
import { writeRunDirectory, type DiskAccess } from './store.ts'

let folder: { path: string; remove: () => void }
beforeEach(() => (folder = temporaryDirectory()))
afterEach(() => folder.remove())

const runOf = (n: number) => ({ 'run.json': `{ "schemaVersion": 2, "n": ${n} }` })

/** A process that is killed at its rename number `at`, from 0: nothing of it happens any more. */
function killedAt(at: number): DiskAccess {
  let renames = 0
  let isDead = false
  const dead = () => Promise.reject(new Error('killed'))
  return {
    ...nodeFs,
    rename: (from, to) => {
      if (renames++ === at) isDead = true
      return isDead ? dead() : nodeFs.rename(from, to)
    },
    rm: (path, options) => (isDead ? dead() : nodeFs.rm(path, options)),
    rmdir: (path) => (isDead ? dead() : nodeFs.rmdir(path)),
  }
}

test.each([
  [0, 1],
  [1, 2],
])('killed at rename %i, the next start finds run %i whole', async (at, n) => {
  const path = join(folder.path, 'run')
  await writeRunDirectory(path, runOf(1))
  await expect(writeRunDirectory(path, runOf(2), killedAt(at))).rejects.toThrow('killed')
  expect(existsSync(path)).toBe(at === 0)
  await repairDirectory(path)
  expect(readFileSync(join(path, 'run.json'), 'utf8')).toBe(runOf(n)['run.json'])
  await writeRunDirectory(path, runOf(3))
  expect(readFileSync(join(path, 'run.json'), 'utf8')).toBe(runOf(3)['run.json'])
})

test('an old directory that was moved aside alone gets its name back', async () => {
  const path = join(folder.path, 'run')
  mkdirSync(join(folder.path, '.run.abcdef', 'old'), { recursive: true })
  writeFileSync(join(folder.path, '.run.abcdef', 'old', 'run.json'), '{}')
  await repairDirectory(path)
  expect(readdirSync(path)).toEqual(['run.json'])
  expect(readdirSync(folder.path)).toEqual(['run'])
})

test('what is there, is not aside, or belongs to another name is left alone', async () => {
  mkdirSync(join(folder.path, '.run.abcdef', 'new'), { recursive: true })
  mkdirSync(join(folder.path, '.run.json.abcdef', 'old'), { recursive: true })
  await repairDirectory(join(folder.path, 'run'))
  await repairDirectory(join(folder.path, 'none', 'run'))
  expect(readdirSync(folder.path).toSorted()).toEqual(['.run.abcdef', '.run.json.abcdef'])
})
