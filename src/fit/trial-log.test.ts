import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Trial } from './ensemble-search.ts'
import { temporaryDirectory } from '../core/testing/temporary-directory.ts'
import { openTrials } from './trial-log.ts'

let folder: { path: string; remove: () => void }
beforeEach(() => {
  folder = temporaryDirectory()
})
afterEach(() => folder.remove())

const trial = (index: number): Trial => ({
  index,
  seed: index + 1,
  weight: 1,
  values: { a: index / 10 },
  observed: { V1: null },
})
const key = { scenarioName: 'night', seed: 1 }

test('a search goes on where the last whole batch ended', () => {
  const path = join(folder.path, 'trials.jsonl')
  const first = openTrials(path, key)
  expect(first).toMatchObject({ trials: [], drawn: 0 })
  first.add([trial(0), trial(2)], 5)
  first.add([], 9)
  expect(openTrials(path, key)).toMatchObject({ trials: [trial(0), trial(2)], drawn: 9 })

  const whole = readFileSync(path, 'utf8')
  appendFileSync(path, `${JSON.stringify(trial(11))}\n{"index":12,"se`)
  expect(openTrials(path, key)).toMatchObject({ trials: [trial(0), trial(2)], drawn: 9 })
  expect(readFileSync(path, 'utf8')).toBe(whole)
})

test.each([
  ['of another search', `${JSON.stringify({ ...key, seed: 2 })}\n`, 'another scenario, seed'],
  ['of something else', 'hello\n', 'no log of this search'],
  ['broken inside', `${JSON.stringify(key)}\nnonsense\n{"drawn":3}\n`, 'line 2'],
])('a file that is %s is refused, and stays as it is', (_what, text, words) => {
  const path = join(folder.path, 'trials.jsonl')
  writeFileSync(path, text)
  expect(() => openTrials(path, key)).toThrow(words)
  expect(readFileSync(path, 'utf8')).toBe(text)
})

test('where nothing can be written is told before anything is run', () => {
  const path = join(folder.path, 'none', 'trials.jsonl')
  expect(() => openTrials(path, key)).toThrow('no such file or directory')
})
