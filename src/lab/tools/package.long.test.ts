import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import { publicFaces } from '../../testing/architecture/imports.ts'
import { bundles, root } from './bundles.ts'

/** What the published package holds, by the tarball that npm would make of a build. */

let files: readonly string[] = []

beforeAll(async () => {
  const options = { cwd: root, maxBuffer: 2 ** 26 }
  const build = join(root, 'src/lab/tools/build.ts')
  await promisify(execFile)(process.execPath, [build], options)
  const { stdout } = await promisify(execFile)(
    'npm',
    ['pack', '--dry-run', '--json', '--ignore-scripts'],
    options,
  )
  // npm 11 gives a list of packages, npm 12 a mapping.
  const [packed] = Object.values(
    JSON.parse(stdout) as Record<string, { files: { path: string }[] }>,
  )
  files = packed?.files.map(({ path }) => path) ?? []
}, 600_000)

describe('the package', () => {
  test('holds what runs and what is read, and nothing else', () => {
    const tops = new Set(files.map((path) => path.split('/')[0] ?? ''))
    expect([...tops].sort((a, b) => a.localeCompare(b))).toEqual([
      'CHANGELOG.md',
      'CONTRIBUTING.md',
      'dist',
      'docs',
      'LICENSE',
      'package.json',
      'README.md',
      'reports',
      'scenarios',
      'src',
    ])
    const strange = files.filter(
      (path) => path.startsWith('dist/') && !/\.(?:js|d\.ts)$/.test(path),
    )
    expect(strange).toEqual(['dist/scenario/load/first-scenario.yaml'])
    // Only what the documentation links to.
    expect(files.filter((path) => /^(?:src|reports)\//.test(path)).toSorted()).toEqual([
      'reports/sample/evening.png',
      'reports/sample/summary.md',
      'src/ARCHITECTURE.md',
    ])
  })

  test('holds no laboratory, no test and no source of a bundle', () => {
    const unwanted = /(?:^|\/)(?:lab|testing|browser)\/|\.test\.|^scenarios\/k6\//
    expect(files.filter((path) => unwanted.test(path))).toEqual([])
  })

  test('holds every bundle, as it is in the sources', () => {
    for (const { output } of bundles) {
      const built = output.replace(/^src/, 'dist')
      expect(files).toContain(built)
      expect(readFileSync(join(root, built), 'utf8')).toBe(readFileSync(join(root, output), 'utf8'))
    }
  })

  test('declares the types of the public faces', () => {
    for (const path of publicFaces) {
      expect(files).toContain(path.replace(/^src\/(.*)\.ts$/, 'dist/$1.d.ts'))
      expect(files).toContain(path.replace(/^src\/(.*)\.ts$/, 'dist/$1.js'))
    }
  })
})
