import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import * as published from './index.ts'

const here = fileURLToPath(new URL('.', import.meta.url))

/** What the formulas are built from, and nobody would ask for by itself. */
const inner = new Set(['runge-kutta.ts'])

interface PublicFunction {
  readonly file: string
  readonly name: string
  readonly comment: string
}

function publicFunctions(): PublicFunction[] {
  return readdirSync(here)
    .filter(
      (file) =>
        file.endsWith('.ts') &&
        file !== 'index.ts' &&
        !file.endsWith('.test.ts') &&
        !inner.has(file),
    )
    .flatMap((file) => {
      const text = readFileSync(`${here}/${file}`, 'utf8')
      return [...text.matchAll(/(\/\*\*(?:(?!\*\/)[^])*\*\/\n)?export function (\w+)/g)].map(
        (match) => ({ file, name: match[2] ?? '', comment: match[1] ?? '' }),
      )
    })
}

test('every formula is exported by name', () => {
  const functions = publicFunctions()
  expect(functions.length).toBeGreaterThan(30)
  const missing = functions.filter(({ name }) => !(name in published))
  expect(missing.map(({ file, name }) => `${file}: ${name}`)).toEqual([])
})

test('every formula says what it gives', () => {
  const silent = publicFunctions().filter(({ comment }) => comment.length < 20)
  expect(silent.map(({ file, name }) => `${file}: ${name}`)).toEqual([])
})

test('every file of formulas names a source', () => {
  const files = [...new Set(publicFunctions().map(({ file }) => file))]
  const silent = files.filter((file) => {
    const text = readFileSync(`${here}/${file}`, 'utf8')
    return !/\b(?:19|20)\d\d\b|\bwiki\b/.test(text)
  })
  expect(silent).toEqual([])
})
