import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import {
  anyFaults,
  barrelFaults,
  defaultExportFaults,
  lengthFaults,
  processFaults,
  realTimeFaults,
  sinkFaults,
} from './testing/architecture/edges.ts'
import { englishFaults, englishIn, englishReaders } from './testing/architecture/english.ts'
import {
  engineFaults,
  importCycles,
  importsOf,
  layerFaults,
  publicFaceFaults,
  publicFaces,
  rankOf,
  testingFaults,
} from './testing/architecture/imports.ts'
import { sentenceFaults, sentencePlaces, sentencesIn } from './testing/architecture/sentences.ts'
import { isForTests, parseSource, type Source } from './testing/architecture/source.ts'

/** The house rules that a machine can hold. `testing/architecture/` has them, one by one. */

const root = fileURLToPath(new URL('..', import.meta.url))

const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.[jt]s$/.test(name) && !name.endsWith('.bundle.js'))
  .map((name) => {
    const path = `src/${name.split(sep).join('/')}`
    return parseSource(path, readFileSync(join(root, path), 'utf8'))
  })

/** Every file keeps the rule. */
function expectKept(rule: (source: Source) => string[]): void {
  expect(sources.flatMap(rule)).toEqual([])
}

/** Every exception is needed: each place named holds something that the rule finds. */
function expectNeeded(places: readonly string[], rule: (source: Source) => string[]): void {
  const isNeeded = (place: string) =>
    sources.some(
      (source) =>
        source.path.startsWith(place) && !isForTests(source.path) && rule(source).length > 0,
    )
  expect(places.filter((place) => !isNeeded(place))).toEqual([])
}

describe('layers', () => {
  test('every source file is in a known layer', () => {
    const strays = sources.map(({ path }) => path).filter((path) => rankOf(path) < 0)
    expect(strays.filter((path) => !path.startsWith('src/testing/')).sort()).toEqual([
      'src/architecture.test.ts',
      'src/index.ts',
    ])
  })

  test('a file imports only from its own layer and those before it', () => expectKept(layerFaults))

  test('within engine/, k6 and the simulator need nothing of the live engine', () =>
    expectKept(engineFaults))

  test('testing/ is imported only by tests and laboratories', () => expectKept(testingFaults))

  test('what is imported exists', () => {
    const faults = sources.flatMap((source) =>
      importsOf(source)
        .filter((target) => !existsSync(join(root, target)))
        .map((target) => `${source.path} imports ${target}`),
    )
    expect(faults.filter((fault) => !fault.startsWith('src/cli/bin.js'))).toEqual([])
  })

  test('no cycle of imports', () => expect(importCycles(sources)).toEqual([]))
})

describe('the public face', () => {
  test('nothing inside imports it', () => expectKept(publicFaceFaults))

  test('package.json exports it and no other code', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      exports: Record<string, unknown>
    }
    const built = Object.values(manifest.exports).filter((entry) => typeof entry === 'object')
    expect(built).toEqual(
      publicFaces
        .map((path) => path.replace(/^src\/(.*)\.ts$/, './dist/$1'))
        .map((path) => ({ types: `${path}.d.ts`, default: `${path}.js` })),
    )
  })
})

describe('what may stand where', () => {
  test('`process` only in core/host.ts, cli/ and lab/', () => expectKept(processFaults))

  test('the real clock, timers and real chance only in core/clock.ts, core/host.ts, cli/ and lab/', () =>
    expectKept(realTimeFaults))

  test('text of others becomes text in report/escape.ts only', () => expectKept(sinkFaults))

  test('no default exports', () => expectKept(defaultExportFaults))

  test('no barrel files but the public faces', () => expectKept(barrelFaults))

  test('no `any`', () => expectKept(anyFaults))

  test('no file over 400 lines, tables of test data apart', () => expectKept(lengthFaults))
})

describe('codes below, words above', () => {
  test('sentences for people only in report/, cli/ and lab/', () => expectKept(sentenceFaults))

  test('nothing parses English to decide', () => expectKept(englishFaults))

  test('no exception that is not needed any more', () => {
    expectNeeded(Object.keys(sentencePlaces), sentencesIn)
    expectNeeded(Object.keys(englishReaders), englishIn)
  })
})

/** What is tracked, or everything that is not ignored where there is no repository. */
function projectFiles(): string[] {
  if (existsSync(join(root, '.git'))) {
    return execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard'], {
      cwd: root,
      encoding: 'utf8',
    })
      .split('\0')
      .filter((name) => name !== '' && existsSync(join(root, name)))
  }
  const skip = new Set(['node_modules', 'dist', 'reports', '.git', '.venv', 'coverage'])
  const walk = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      if (skip.has(entry.name)) return []
      const path = join(folder, entry.name)
      return entry.isDirectory() ? walk(path) : [relative(root, path)]
    })
  return walk(root)
}

describe('ARCHITECTURE.md', () => {
  test('every file that it names is there', () => {
    const page = readFileSync(join(root, 'src/ARCHITECTURE.md'), 'utf8')
    const files = projectFiles().map((name) => `/${name.split(sep).join('/')}`)
    const named = [...page.matchAll(/`([\w./-]+\.(?:ts|js|md|yml|mjs))`/g)].map(
      ([, name = '']) => name,
    )
    expect(named.length).toBeGreaterThan(100)
    expect(named.filter((name) => !files.some((file) => file.endsWith(`/${name}`)))).toEqual([])
  })
})

describe('the repository', () => {
  test('no file holds a path of one machine', () => {
    // Put together here so that this file does not hold what it looks for.
    const homes = ['home', 'Users', 'root', 'work', 'farm'].map((name) => `/${name}/`)
    const here = dirname(join(root, 'x')) + sep
    const files = projectFiles().filter((name) =>
      /\.(ts|js|json|ya?ml|md|txt|sh|html|py)$|run$/.test(name),
    )
    const found = files
      .filter((name) => name !== 'package-lock.json')
      .flatMap((name) =>
        readFileSync(join(root, name), 'utf8')
          .split('\n')
          .flatMap((line, i) =>
            line.includes(here) ||
            homes.some((home) => new RegExp(`(^|[^a-zA-Z0-9._-])${home}\\w`).test(line))
              ? [`${name}:${i + 1}`]
              : [],
          ),
      )
    expect(files.length).toBeGreaterThan(10)
    expect(found).toEqual([])
  })
})
