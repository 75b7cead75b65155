import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { parse } from 'yaml'
import { describe, expect, test } from 'vitest'
import { faultText } from '../core/errors.ts'
import { parseScenario } from '../scenario/load/parse.ts'
import { blockName, knownMarks, pagePaths, readPage, repository } from './testing/markdown-page.ts'
import { anchorsOf, linksOf } from './testing/markdown-page.ts'

/** What can be held without running a command; `docs.long.test.ts` runs them all. */

const pages = pagePaths().map(readPage)

test('the README fits on 150 lines', () => {
  expect(readFileSync(join(repository, 'README.md'), 'utf8').split('\n').length - 1).toBeLessThan(
    151,
  )
})

test('every link leads to a file, and its anchor to a heading', () => {
  const faults = pages.flatMap(({ path, text }) =>
    linksOf(text).flatMap((link) => {
      const [file = '', anchor] = link.split('#')
      const target = file === '' ? path : join(dirname(path), file)
      if (!existsSync(join(repository, target))) return [`${path}: ${link}: no such file`]
      if (anchor === undefined) return []
      const anchors = anchorsOf(readFileSync(join(repository, target), 'utf8'))
      return anchors.has(anchor) ? [] : [`${path}: ${link}: no such heading`]
    }),
  )
  expect(faults).toEqual([])
})

test('every page is reached from the index', () => {
  const index = 'docs/README.md'
  const reached = new Set(linksOf(readPage(index).text).map((link) => link.split('#')[0] ?? ''))
  const missing = pages
    .map(({ path }) => path)
    .filter((path) => path.startsWith('docs/') && path !== index)
    .filter((path) => !reached.has(relative('docs', path)))
  expect(missing).toEqual([])
})

test('every mark of a code block is known', () => {
  const strange = pages.flatMap((page) =>
    page.blocks
      .filter(({ marks }) => [...marks.keys()].some((mark) => !knownMarks.has(mark)))
      .map((block) => blockName(page, block)),
  )
  expect(strange).toEqual([])
})

test('every npm script that a page names exists', () => {
  const { scripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  const named = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/npm run (?:--silent )?([a-z][\w:-]*)/g)].map(([, name = '']) => ({
      path,
      name,
    })),
  )
  expect(named.length).toBeGreaterThan(10)
  expect(named.filter(({ name }) => !Object.hasOwn(scripts, name))).toEqual([])
})

describe('YAML examples', () => {
  const first = readFileSync(join(repository, 'src/cli/first-scenario.yaml'), 'utf8')
  const examples = pages.flatMap((page) =>
    page.blocks
      .filter(({ language }) => language === 'yaml')
      .map((block): [string, string, string] => [
        blockName(page, block),
        block.text,
        block.marks.get('part of') ?? 'nothing',
      ]),
  )

  test.each(examples)('%s', (_name, text, whole) => {
    const document = parse(text) as Record<string, unknown> | unknown[]
    if (whole === 'a workflow' || whole === 'a list of levers') {
      expect(document).toBeTruthy()
      return
    }
    const base = whole === 'a scenario' ? (parse(first) as Record<string, unknown>) : {}
    const parsed = parseScenario({ ...base, ...document })
    expect('faults' in parsed ? parsed.faults.map(faultText) : []).toEqual([])
  })
})
