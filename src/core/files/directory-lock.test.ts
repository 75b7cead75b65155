import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { lockDirectory, lockName } from './directory-lock.ts'
import { temporaryDirectory } from '../testing/temporary-directory.ts'

describe('a directory that is locked', () => {
  let root: ReturnType<typeof temporaryDirectory>
  let path: string
  let lock: string

  beforeEach(() => {
    root = temporaryDirectory()
    path = join(root.path, 'data')
    lock = join(path, lockName)
  })
  afterEach(() => root.remove())

  function lockedBy(text: string): void {
    mkdirSync(path)
    writeFileSync(lock, text)
  }

  test('is created, says whose it is, and can be had again once it is given back', () => {
    for (let i = 0; i < 2; i++) {
      const release = lockDirectory(path)
      expect(readFileSync(lock, 'utf8')).toBe(`${process.pid}\n`)
      release()
      release()
      expect(readdirSync(path)).toEqual([])
    }
  })

  test('is not had by another while its process lives', () => {
    lockedBy(`${process.ppid}\n`)
    expect(() => lockDirectory(path)).toThrow(
      expect.objectContaining({
        kind: 'engine',
        message:
          `another stack (process ${process.ppid}) uses the directory ${path}: give each its ` +
          `own, or remove dambreak.lock from it if that is no stack`,
      }),
    )
    expect(readFileSync(lock, 'utf8')).toBe(`${process.ppid}\n`)
  })

  test('is taken over from a process that is gone', () => {
    const { pid } = spawnSync(process.execPath, ['--version'])
    lockedBy(`${pid}\n`)
    const release = lockDirectory(path)
    expect(readFileSync(lock, 'utf8')).toBe(`${process.pid}\n`)
    release()
    expect(readdirSync(path)).toEqual([])
  })

  test.each(['', 'mine', '0', '-1', '1e9', '12 34'])('is left alone where it says %j', (text) => {
    lockedBy(text)
    expect(() => lockDirectory(path)).toThrow('another stack (something else) uses the directory')
    expect(readFileSync(lock, 'utf8')).toBe(text)
  })

  test('is not given back by one who has lost it', () => {
    const release = lockDirectory(path)
    writeFileSync(lock, `${process.ppid}\n`)
    release()
    expect(existsSync(lock)).toBe(true)
  })

  test('cannot be a file', () => {
    writeFileSync(path, '')
    expect(() => lockDirectory(path)).toThrow(
      expect.objectContaining({
        kind: 'disk',
        message: `cannot use the directory ${path}: something else is there already`,
      }),
    )
  })

  test('has one owner, however many take it over at once', async () => {
    const { pid } = spawnSync(process.execPath, ['--version'])
    lockedBy(`${pid}\n`)
    const code = `
      import { lockDirectory } from ${JSON.stringify(new URL('directory-lock.ts', import.meta.url))}
      let said = 'got'
      try { lockDirectory(${JSON.stringify(path)}) } catch (error) { said = error.kind }
      process.stdout.write(said)
      process.stdin.resume()`
    const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', code]
    const children = Array.from({ length: 6 }, () => spawn(process.execPath, args))
    const said = children.map(
      (child) =>
        new Promise<string>((resolve, reject) => {
          child.once('error', reject)
          child.stdout.once('data', (text: Buffer) => resolve(text.toString()))
          child.once('exit', () => resolve('ended'))
        }),
    )
    const all = await Promise.all(said)
    for (const child of children) child.kill()
    expect(all.toSorted()).toEqual(['engine', 'engine', 'engine', 'engine', 'engine', 'got'])
    expect(readdirSync(path)).toEqual([lockName])
  })
})
