import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { parse } from 'yaml'
import { describe, expect, test } from 'vitest'
import { faultText } from '../core/errors.ts'
import { disagreementCauseSchema } from '../plan/disagreement-cause.ts'
import { leverBasisSchema } from '../plan/lever-basis.ts'
import { measureReasonSchema } from '../plan/measure-reason.ts'
import { planReasonSchema } from '../plan/plan-reason.ts'
import { pulledLeverSchema } from '../plan/pulled-lever.ts'
import { endingSchema, noteSchema, reasonSchema } from '../record/verdict-codes.ts'
import { parseScenario } from '../scenario/load/parse.ts'
import {
  anchorsOf,
  blockName,
  knownMarks,
  linksOf,
  pagePaths,
  readPage,
  repository,
} from './testing/markdown-page.ts'
import { commandReference, describedProgram } from './tools/command-reference.ts'
import { withObjectiveTables } from './tools/objective-reference.ts'

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

test('what a page links to is in the package as well', () => {
  const { files } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
    files: string[]
  }
  const isPacked = (path: string) =>
    files.some((file) => path === file || path.startsWith(`${file}/`))
  const targets = pages.flatMap(({ path, text }) =>
    linksOf(text)
      .filter((link) => !link.startsWith('#'))
      .map((link) => join(dirname(path), link.split('#')[0] ?? '').replace(/\/$/, '')),
  )
  expect(targets.filter((path) => !isPacked(path))).toEqual([])
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

test('what comes from the code is as the code has it: npm run docs', async () => {
  const written = (name: string) => readFileSync(join(repository, 'docs/reference', name), 'utf8')
  expect(written('commands.md')).toBe(commandReference(await describedProgram()))
  expect(written('objectives.md')).toBe(withObjectiveTables(written('objectives.md')))
})

test('every command that a page shows exists, with its options', async () => {
  const options = new Map(
    (await describedProgram()).commands.map((command) => [
      command.name(),
      command.options.flatMap(({ long }) => long ?? []),
    ]),
  )
  const lines = pages.flatMap((page) =>
    page.blocks
      .filter(({ language }) => language === 'sh')
      .flatMap((block) =>
        block.text
          .replaceAll(/\\\n\s*/g, ' ')
          .split(/\n|;|\|/)
          .flatMap((line) => /(?:^|do) *dambreak (.*)/.exec(line)?.[1] ?? [])
          .map((line) => ({ at: blockName(page, block), words: line.split(/\s+/) })),
      ),
  )
  expect(lines.length).toBeGreaterThan(20)
  const strange = lines.flatMap(({ at, words: [name = '', ...words] }) => {
    const known = options.get(name)
    if (known === undefined) return [`${at}: there is no command ${name}`]
    return words
      .filter((word) => word.startsWith('--') && !known.includes(word))
      .map((word) => `${at}: ${name} has no ${word}`)
  })
  expect(strange).toEqual([])
})

/** Codes that exist as types only. */
function statedCodes(path: string): string[] {
  const text = readFileSync(join(repository, 'src', path), 'utf8')
  const codes = [...text.matchAll(/readonly code: '(\w+)'/g)].map(([, code = '']) => code)
  expect(codes.length, path).toBeGreaterThan(5)
  return codes
}

test('the reference names every code of a run, a plan, a fit and a gate', () => {
  const codes = [
    ...endingSchema.options.map(({ shape }) => shape.kind.value),
    ...reasonSchema.options.map(({ shape }) => shape.code.value),
    ...noteSchema.options.map(({ shape }) => shape.code.value),
    ...planReasonSchema.options.map(({ shape }) => shape.code.value),
    ...disagreementCauseSchema.options.map(({ shape }) => shape.code.value),
    ...leverBasisSchema.options.map(({ shape }) => shape.code.value),
    ...measureReasonSchema.options.map(({ shape }) => shape.code.value),
    ...pulledLeverSchema.options.map(({ shape }) => shape.code.value),
    ...['fit/estimate-basis.ts', 'fit/gap.ts', 'gate/finding.ts'].flatMap(statedCodes),
  ]
  const { text } = readPage('docs/reference/files.md')
  expect(codes.filter((code) => !text.includes(`\`${code}\``))).toEqual([])
})

test('the guide names every input of the action', () => {
  const { inputs } = parse(readFileSync(join(repository, 'action.yml'), 'utf8')) as {
    inputs: Record<string, unknown>
  }
  const { text } = readPage('docs/guides/gate.md')
  expect(Object.keys(inputs).filter((name) => !text.includes(`\`${name}\``))).toEqual([])
})

describe('YAML examples', () => {
  const first = readFileSync(join(repository, 'src/scenario/load/first-scenario.yaml'), 'utf8')
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
    // What extends another is validated by the command that the page runs on it.
    if ('extends' in document) return
    if (whole === 'a workflow' || whole === 'a list of levers') {
      expect(document).toBeTruthy()
      return
    }
    const base = whole === 'a scenario' ? (parse(first) as Record<string, unknown>) : {}
    const parsed = parseScenario({ ...base, ...document })
    expect(parsed.ok ? [] : parsed.faults.map(faultText)).toEqual([])
  })
})
