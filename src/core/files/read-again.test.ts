import { execFileSync, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { temporaryDirectory } from '../testing/temporary-directory.ts'
import { readAgain } from './read-again.ts'

let folder: { path: string; remove: () => void }
beforeEach(() => (folder = temporaryDirectory()))
afterEach(() => folder.remove())

const never = new AbortController().signal

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = []
  for await (const chunk of chunks) all.push(chunk)
  return Buffer.concat(all).toString()
}

function fifo(): string {
  const path = join(folder.path, 'fifo')
  execFileSync('mkfifo', [path])
  return path
}

test.each([false, true])('a FIFO is read twice; packed: %s', async (isPacked) => {
  const text = 'a line\n'.repeat(50_000)
  const file = join(folder.path, 'file')
  writeFileSync(file, isPacked ? gzipSync(text) : text)
  const path = fifo()
  spawn('sh', ['-c', 'cat "$1" > "$2"', 'sh', file, path], { stdio: 'ignore' })
  const input = readAgain(path, never)
  expect(await textOf(input.chunks())).toBe(text)
  expect(await textOf(input.chunks())).toBe(text)
  await input.close()
})

test('a signal ends the wait for a FIFO that nobody writes to', async () => {
  const abort = new AbortController()
  const input = readAgain(fifo(), abort.signal)
  const reading = textOf(input.chunks())
  setTimeout(() => abort.abort(), 50)
  await expect(reading).rejects.toMatchObject({ kind: 'interrupted' })
  await input.close()
})

test('a file is read twice as it is', async () => {
  const path = join(folder.path, 'file')
  writeFileSync(path, 'x')
  const input = readAgain(path, never)
  expect([await textOf(input.chunks()), await textOf(input.chunks())]).toEqual(['x', 'x'])
  await input.close()
})
