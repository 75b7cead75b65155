import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { makeDirectory } from './make-directory.ts'

const top = mkdtempSync(join(tmpdir(), 'dambreak-make-'))
afterAll(() => rmSync(top, { recursive: true }))

describe('a directory', () => {
  test('is made with those above it, and the first that was made is told', async () => {
    expect(await makeDirectory(join(top, 'a', 'b', 'c'))).toBe(join(top, 'a'))
    expect(statSync(join(top, 'a', 'b', 'c')).isDirectory()).toBe(true)
    expect(await makeDirectory(join(top, 'a', 'b', 'd'))).toBe(join(top, 'a', 'b', 'd'))
    expect(await makeDirectory(join(top, 'a'))).toBeUndefined()
  })

  test('is not made below a file', async () => {
    writeFileSync(join(top, 'file'), '')
    await expect(makeDirectory(join(top, 'file', 'a'))).rejects.toMatchObject({ code: 'ENOTDIR' })
  })

  test('that the file system has no room for is refused, and not asked for without end', async () => {
    await expect(makeDirectory('/proc/dambreak/a')).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
