import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { flatModules } from './flat-modules.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const files = flatModules((path) => readFileSync(root + path, 'utf8'))

const specifiersOf = (text: string): string[] =>
  [...text.matchAll(/^(?:import|export)\b[^'";]*?from '([^']+)'/gm)].map((match) => match[1] ?? '')

describe('the k6 script as flat files', () => {
  test('every module that one names is there, in the same folder', () => {
    for (const [name, text] of files) {
      for (const specifier of specifiersOf(text)) {
        if (/^k6(?:\/[\w-]+)?$/.test(specifier)) continue
        expect({ name, specifier, isThere: files.has(specifier.replace('./', '')) }).toEqual({
          name,
          specifier,
          isThere: true,
        })
      }
      expect(name).toMatch(/^[\w-]+\.ts$/)
    }
  })

  test('needs nothing of Node and no package', () => {
    for (const [name, text] of files) {
      const foreign = specifiersOf(text).filter(
        (one) => !one.startsWith('./') && !/^k6\b/.test(one),
      )
      expect({ name, foreign }).toEqual({ name, foreign: [] })
    }
    expect(files.size).toBeGreaterThan(30)
    expect(existsSync(`${root}scenarios/k6/surge.ts`)).toBe(true)
  })

  test('leaves out what is there for the compiler alone, and follows what is exported on', () => {
    // Put together, so that nobody takes it for an import of this file.
    const from = (path: string) => `${'from'} '${path}'\n`
    const sources: Record<string, string> = {
      'scenarios/k6/surge.ts': [
        `import http ${from('k6/http')}`,
        `import type { T } ${from('../../src/a/types.ts')}`,
        `import {\n  type U,\n  v,\n} ${from('../../src/a/b.ts')}`,
        `import { type W } ${from('../../src/a/w.ts')}`,
        'v(http)\n',
      ].join(''),
      'src/a/b.ts': `export { v } ${from('./c.ts')}const text = 'from x'\n`,
      'src/a/c.ts': 'export const v = 1\n',
    }
    const flat = flatModules((path) => sources[path] ?? `throw new Error('${path} is not needed')`)
    expect([...flat.keys()].sort()).toEqual(['a-b.ts', 'a-c.ts', 'surge.ts'])
    expect(flat.get('surge.ts')).toBe(
      `import http ${from('k6/http')}import {\n  type U,\n  v,\n} ${from('./a-b.ts')}v(http)\n`,
    )
    expect(flat.get('a-b.ts')).toContain(from('./a-c.ts'))
  })
})
