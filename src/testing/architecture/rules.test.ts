import { describe, expect, test } from 'vitest'
import {
  anyFaults,
  barrelFaults,
  defaultExportFaults,
  lengthFaults,
  processFaults,
  realTimeFaults,
  sinkFaults,
} from './edges.ts'
import { englishFaults, isEnglish, isEnglishPattern } from './english.ts'
import {
  engineFaults,
  importCycles,
  importsOf,
  layerFaults,
  publicFaceFaults,
  testingFaults,
} from './imports.ts'
import { isSentence, sentenceFaults } from './sentences.ts'
import { parseSource, type Source } from './source.ts'

/** Each rule broken on purpose, and kept. */

type Rule = (source: Source) => string[]

const apply = (rule: Rule, path: string, text: string) => rule(parseSource(`src/${path}`, text))

describe('imports', () => {
  test('every way to name another file is seen, types included', () => {
    const text = `
      import { a } from './a.ts'
      import type { B } from '../b.ts'
      import './c.js'
      export * from './d.ts'
      export { e } from './e.ts'
      type F = import('./f.ts').F
      const g = await import('./g.ts')
      const h = new URL('./h.ts', import.meta.url)
      import { readFile } from 'node:fs'
      const noImport = "import { x } from './x.ts'" // import './y.ts'`
    expect(importsOf(parseSource('src/plan/z.ts', text))).toEqual([
      'src/plan/a.ts',
      'src/b.ts',
      'src/plan/c.js',
      'src/plan/d.ts',
      'src/plan/e.ts',
      'src/plan/f.ts',
      'src/plan/g.ts',
      'src/plan/h.ts',
    ])
  })

  test('an import of lab/ from cli/', () => {
    expect(apply(layerFaults, 'cli/x.ts', "import { bench } from '../lab/bench.ts'")).toEqual([
      'src/cli/x.ts imports src/lab/bench.ts',
    ])
    expect(apply(layerFaults, 'lab/x.ts', "import { main } from '../cli/main.ts'")).toEqual([])
  })

  test('an import of cli/ from plan/, for its types too', () => {
    expect(apply(layerFaults, 'plan/x.ts', "import type { A } from '../cli/a.ts'")).toEqual([
      'src/plan/x.ts imports src/cli/a.ts',
    ])
    expect(apply(layerFaults, 'plan/x.ts', "import type { A } from '../core/a.ts'")).toEqual([])
  })

  test('an import of the live engine from the simulator', () => {
    expect(apply(engineFaults, 'engine/sim/x.ts', "import { a } from '../live/run.ts'")).toEqual([
      'src/engine/sim/x.ts imports src/engine/live/run.ts',
    ])
    expect(apply(engineFaults, 'engine/live/x.ts', "import { a } from '../client/a.ts'")).toEqual(
      [],
    )
  })

  test('an import of testing/ or of a test from what is shipped', () => {
    expect(apply(testingFaults, 'gate/x.ts', "import { a } from './testing/a.ts'")).toEqual([
      'src/gate/x.ts imports src/gate/testing/a.ts',
    ])
    expect(apply(testingFaults, 'gate/x.ts', "import { a } from './a.test.ts'")).toEqual([
      'src/gate/x.ts imports src/gate/a.test.ts',
    ])
    expect(apply(testingFaults, 'gate/x.test.ts', "import { a } from './testing/a.ts'")).toEqual([])
  })

  test('an import of a public face from inside', () => {
    const text = "import { erlangC } from '../queueing/index.ts'"
    expect(apply(publicFaceFaults, 'plan/x.ts', text)).toEqual([
      'src/plan/x.ts imports src/queueing/index.ts',
    ])
    expect(apply(publicFaceFaults, 'plan/x.test.ts', text)).toEqual([])
  })

  test('a circle', () => {
    const a = parseSource('src/core/a.ts', "import type { B } from './b.ts'")
    const b = parseSource('src/core/b.ts', "import type { A } from './a.ts'")
    expect(importCycles([a, b])).toEqual(['src/core/a.ts → src/core/b.ts → src/core/a.ts'])
    expect(importCycles([a])).toEqual([])
  })
})

describe('what may stand where', () => {
  test('`process` in record/', () => {
    for (const text of [
      'const pid = process.pid',
      'const { env } = process',
      'const pid = globalThis.process.pid',
      'const text = `at ${process.cwd()}`',
      "import { env } from 'node:process'",
    ]) {
      expect(apply(processFaults, 'record/x.ts', text)).toEqual([`src/record/x.ts:1: ${text}`])
      expect(apply(processFaults, 'cli/x.ts', text)).toEqual([])
    }
    const others = `
      const name = 'process' // process
      const own = { process: 1 }.process
      const end = (process: { kill(): void }) => process.kill()`
    expect(apply(processFaults, 'record/x.ts', others)).toEqual([])
  })

  test('the clock and chance in plan/', () => {
    for (const text of [
      'const now = Date.now()',
      'const now = new Date()',
      'const now = performance.now()',
      "const now = performance['now']()",
      'const u = Math.random()',
      "import { randomUUID } from 'node:crypto'",
      'setTimeout(() => {}, 5)',
    ]) {
      expect(apply(realTimeFaults, 'plan/x.ts', text)).toEqual([`src/plan/x.ts:1: ${text}`])
      expect(apply(realTimeFaults, 'core/clock.ts', text)).toEqual([])
    }
    const others = "const date = new Date(0) // Date.now()\nconst text = 'Math.random()'"
    expect(apply(realTimeFaults, 'plan/x.ts', others)).toEqual([])
  })

  test('a default export', () => {
    for (const text of ['export default 1', 'const a = 1; export { a as default }']) {
      expect(apply(defaultExportFaults, 'core/x.ts', text)).toEqual([`src/core/x.ts:1: ${text}`])
    }
    expect(apply(defaultExportFaults, 'core/x.ts', 'export const standard = 1')).toEqual([])
  })

  test('a barrel', () => {
    for (const text of [
      "export * from './a.ts'",
      "export { a } from './a.ts'",
      "import { a } from './a.ts'\nexport { a }",
    ]) {
      expect(apply(barrelFaults, 'core/x.ts', text)).toEqual(['src/core/x.ts'])
      expect(apply(barrelFaults, 'queueing/index.ts', text)).toEqual([])
    }
    expect(apply(barrelFaults, 'core/index.ts', 'export const a = 1')).toEqual([
      'src/core/index.ts',
    ])
    expect(apply(barrelFaults, 'cli/x.ts', "import './a.ts'")).toEqual([])
  })

  test('`any`', () => {
    const text = 'const a: Map<string, any[]> = new Map()'
    expect(apply(anyFaults, 'core/x.ts', text)).toEqual([`src/core/x.ts:1: ${text}`])
    expect(apply(anyFaults, 'core/x.ts', "const any = 'any' // any")).toEqual([])
  })

  test('a file of 401 lines', () => {
    const text = 'a()\n'.repeat(401)
    expect(apply(lengthFaults, 'core/x.ts', text)).toEqual(['src/core/x.ts: 401 lines'])
    expect(apply(lengthFaults, 'core/x.ts', text.slice(4))).toEqual([])
    expect(apply(lengthFaults, 'core/testing/x.ts', text)).toEqual([])
  })
})

describe('sentences', () => {
  const sentence = 'const because = `the stack collapses at ${count} servers`'

  test('in workload/', () => {
    expect(apply(sentenceFaults, 'workload/x.ts', sentence)).toEqual([
      `src/workload/x.ts:1: ${sentence}`,
    ])
    expect(apply(sentenceFaults, 'report/x.ts', sentence)).toEqual([])
    expect(apply(sentenceFaults, 'workload/x.test.ts', sentence)).toEqual([])
  })

  test('messages of errors and of faults are none', () => {
    const text = `
      throw new DambreakError('usage', 'there is no such person here')
      const error = new RangeError('there is no such person here')
      const fault = { path: 'a', message: 'there is no such person here' }
      must(person, 'there is no such person here')
      const complain = (): Complaint => 'there is no such person here'
      const complaint = x > 0 ? null : \`must be above 0, got \${x} of all\``
    expect(apply(sentenceFaults, 'workload/x.ts', text)).toEqual([])
  })

  test.each([
    ['the stack collapses at … servers', true],
    ['Came past the gate', true],
    ['waited, all told', false],
    ['content-type: text/html; charset=utf-8', false],
    ['peopleInside instancesUp requestsOpen', false],
    ['a b c d e', false],
  ])('%s', (text, isOne) => expect(isSentence(text)).toBe(isOne))
})

describe('English that decides', () => {
  test('in compare/', () => {
    for (const text of [
      "const cut = reason.startsWith('cut short: ')",
      "const cut = reason.startsWith('failed:')",
      "const same = verdict === 'not comparable'",
      'const cut = /^(stopped|failed):/.test(reason)',
      "const many = reason.includes('did not answer')",
      "switch (reason) { case 'no answer in time': break }",
    ]) {
      expect(apply(englishFaults, 'compare/x.ts', text)).toEqual([`src/compare/x.ts:1: ${text}`])
      expect(apply(englishFaults, 'lab/x.ts', text)).toEqual([])
    }
  })

  test('codes, paths, methods and schemes are none', () => {
    const text = `
      const a = kind === 'stopped' || path.startsWith('people.')
      const b = line.startsWith('data') || /^waitSec\\.p\\d+$/.test(path)
      const c = target.protocol === 'https:' || route === 'GET state'`
    expect(apply(englishFaults, 'compare/x.ts', text)).toEqual([])
  })

  test.each([
    ['cut short', true],
    ['failed: ', true],
    ['failed', false],
    [', ', false],
    ['GET state', false],
  ])('%s', (text, isOne) => expect(isEnglish(text)).toBe(isOne))

  test.each([
    ['^(stopped|failed):', true],
    ['no (answer|connection) in time', true],
    ['^people\\.\\w+$', false],
    ['\\s+(\\d+)', false],
  ])('%s', (pattern, isOne) => expect(isEnglishPattern(pattern)).toBe(isOne))
})

test('escapes of one’s own, and streams that nobody guards', () => {
  for (const text of [
    'const a = t.replace(/[\\p{Cc}]/gu, "")',
    "const b = t.replaceAll('<', '&lt;')",
    'process.stdout.write(t)',
  ]) {
    expect(apply(sinkFaults, 'report/x.ts', text)).toHaveLength(1)
    expect(apply(sinkFaults, 'report/escape.ts', text)).toEqual([])
  }
  expect(apply(sinkFaults, 'cli/environment.ts', 'process.stdout.write(t)')).toEqual([])
  expect(apply(sinkFaults, 'core/x.ts', 'const a = /[\\p{Cc}]/u')).toEqual([])
})
