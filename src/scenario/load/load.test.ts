import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { DambreakError, faultText } from '../../core/errors.ts'
import { loadScenario } from './load.ts'
import type { LoadOptions } from './load.ts'
import { smallDocument } from '../testing/small-document.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dambreak-load-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

async function write(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

/** The faults of loading, with the file's path cut to its name. */
async function faultsOf(path: string, options: Partial<LoadOptions> = {}): Promise<string[]> {
  try {
    await loadScenario(path, { allowCode: true, ...options })
    return []
  } catch (error) {
    if (!(error instanceof DambreakError)) throw error
    expect(error.kind).toBe('scenario')
    expect(error.faults.length).toBeGreaterThan(0)
    return error.faults.map((fault) => faultText(fault).replaceAll(`${folder}/`, ''))
  }
}

describe('a good file', () => {
  test('is read as YAML, JSON or a module, to the same scenario', async () => {
    const yaml = await write('good.yaml', `# a comment\n${stringify(smallDocument())}`)
    const json = await write('good.json', `\uFEFF${JSON.stringify(smallDocument())}`)
    const define = pathToFileURL(join(import.meta.dirname, '../schema/define.ts')).href
    const module = await write(
      'good.ts',
      `import { defineScenario } from '${define}'\n` +
        `const people: number = 100\n` +
        `export default defineScenario(${JSON.stringify(smallDocument())})\nvoid people\n`,
    )
    const [a, b, c] = await Promise.all(
      [yaml, json, module].map((path) => loadScenario(path, { allowCode: true })),
    )
    expect(a?.scenario.name).toBe('small')
    expect({ ...b, origin: null }).toEqual({ ...a, origin: null })
    expect({ ...c, origin: null }).toEqual({ ...a, origin: null })
  })

  test('is found by its bare name where it is shipped', async () => {
    const { scenario, variant, evidence } = await loadScenario('smoke', { allowCode: false })
    expect(scenario.name).toBe('smoke')
    expect(variant).toBe('base')
    expect(scenario.population.people).toBe(2000)
    expect(evidence.length).toBeGreaterThan(30)
  })

  test('takes the variant, then the sets, then the instances', async () => {
    const path = await write('steps.yaml', stringify(smallDocument()))
    const load = (options: Partial<LoadOptions>) =>
      loadScenario(path, { allowCode: false, ...options })
    const ten = await load({ variant: 'ten' })
    expect([ten.variant, ten.scenario.stack.instances]).toEqual(['ten', 10])
    const set = await load({ variant: 'ten', set: ['stack.instances=7'] })
    expect(set.scenario.stack.instances).toBe(7)
    expect(set.scenario.timeline.map((event) => event.kind)).toEqual(['halt', 'resume'])
    const held = await load({ variant: 'ten', set: ['stack.instances=7'], instances: 3 })
    expect(held.scenario.stack.instances).toBe(3)
    expect(held.scenario.timeline).toEqual([])
    expect(held.stackHash).not.toBe(set.stackHash)
    expect(held.workloadHash).toBe(set.workloadHash)
  })
})

describe('a bad file', () => {
  test('that is not there, or is none', async () => {
    expect(await faultsOf(join(folder, 'none.yaml'))).toEqual(['none.yaml: no such file'])
    await mkdir(join(folder, 'sub.yaml'))
    expect(await faultsOf(join(folder, 'sub.yaml'))).toEqual([
      'sub.yaml: is a directory, not a scenario file',
    ])
    expect(await faultsOf('smokee')).toEqual([
      'smokee: no such file, and no shipped scenario of that name; did you mean smoke?',
    ])
  })

  test.each([
    ['empty.yaml', '', 'is empty'],
    ['blank.yaml', ' \n\n', 'is empty'],
    ['comment.yaml', '# nothing\n', 'is empty'],
    ['latin1.yaml', Uint8Array.of(0x6e, 0x3a, 0x20, 0xe9), 'is not UTF-8 text; save it as UTF-8'],
    [
      'utf16.yaml',
      Uint8Array.of(0xff, 0xfe, 0x61, 0),
      'is not UTF-8 text (it looks like UTF-16); save it as UTF-8',
    ],
    ['list.yaml', '- a\n', 'must hold a mapping (name: …, arrivals: …), got a list'],
    ['text.json', '"a"', 'must hold a mapping (name: …, arrivals: …), got text'],
    [
      'syntax.yaml',
      'name: a\nstack: [1, 2\n',
      'YAML, line 3, column 1: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    ['twice.yaml', 'name: a\nname: b\n', 'YAML, line 2, column 1: Map keys must be unique'],
    [
      'tag.yaml',
      'name: !python/object x\n',
      'YAML, line 1, column 7: Unresolved tag: !python/object',
    ],
    [
      'two.yaml',
      'name: a\n---\nname: b\n',
      'YAML, line 2, column 1: a second document begins; a file holds one scenario',
    ],
    [
      'alias.yaml',
      'name: *a\n',
      'YAML: Unresolved alias (the anchor must be set before the alias): a',
    ],
    ['deep.yaml', '['.repeat(10_000), null],
    [
      'long.yaml',
      `name: [${'1, '.repeat(400_000)}]`,
      'YAML: too many values; write long lists (replayed times) as JSON',
    ],
    ['deep.json', '['.repeat(100_000), 'JSON, line 1, column 100001: Unexpected end of JSON input'],
    ['trailing.json', '{"name": "a",\n}', null],
    ['cut.json', '{"name":\n "a"', null],
    ['comma.json', '{"name":\n  ]', "JSON, line 2, column 3: Unexpected token ']'"],
  ])('%s', async (name, content, fault) => {
    const faults = await faultsOf(await write(name, content))
    expect(faults).toHaveLength(1)
    if (fault !== null) expect(faults).toEqual([`${name}: ${fault}`])
    else expect(faults[0]).toMatch(/nested|JSON, line 2, column \d+: /)
  })

  test('with an alias bomb', async () => {
    const level = (name: string, of: string) =>
      `${name}: &${name} [${Array(9).fill(of).join(', ')}]`
    const bomb = [
      'a: &a [x, x]',
      level('b', '*a'),
      level('c', '*b'),
      level('d', '*c'),
      level('e', '*d'),
    ]
    expect(await faultsOf(await write('bomb.yaml', bomb.join('\n')))).toEqual([
      'bomb.yaml: YAML: aliases expand to too many values (an alias bomb)',
    ])
  })

  test('of a hundred megabytes is not even read', async () => {
    const path = join(folder, 'huge.yaml')
    const file = await open(path, 'w')
    await file.truncate(100 * 1024 * 1024)
    await file.close()
    expect(await faultsOf(path)).toEqual([
      'huge.yaml: is larger than 8 MiB (100.0 MiB); a scenario is a few kilobytes',
    ])
  })

  test('tells the faults of the command line and of the file together', async () => {
    const document = { ...smallDocument(), slo: 'none' }
    const path = await write('both.yaml', stringify(document))
    expect(
      await faultsOf(path, { variant: 'tne', set: ['stack.instnces=10'], instances: 0.5 }),
    ).toEqual([
      'no variant named "tne"; did you mean ten?',
      '--set stack.instnces: no such field; did you mean stack.instances?',
      '--instances: must be a whole number, 1 or more, got 0.5',
      'both.yaml:68: slo: must be a list, got "none"',
    ])
  })
})

describe('a code scenario', () => {
  test.each([
    ['throws.mjs', 'throw new Error("no luck\\nat all")', 'the module failed: no luck'],
    ['throws-text.mjs', 'throw "no luck"', 'the module failed: no luck'],
    [
      'nothing.mjs',
      'export const scenario = {}',
      'exports nothing; write export default defineScenario({ … })',
    ],
    ['number.mjs', 'export default 3', 'must export a scenario by default, got 3'],
    [
      'function.mjs',
      'export default () => ({})',
      'must export a scenario by default, got a function',
    ],
    ['imports.mjs', 'import "../not-there.mjs"', null],
    ['syntax.mjs', 'export default {', null],
  ])('%s', async (name, content, fault) => {
    const faults = await faultsOf(await write(name, content))
    expect(faults).toHaveLength(1)
    if (fault !== null) expect(faults).toEqual([`${name}: ${fault}`])
    else expect(faults[0]).toMatch(/^[a-z]+\.mjs: the module failed: /)
  })

  test('that exports a circle', async () => {
    const path = await write('circle.mjs', 'const a = { name: "a" }; a.stack = a; export default a')
    expect(await faultsOf(path)).toEqual(['stack: refers to itself'])
  })

  test('is not run with --no-code', async () => {
    const path = await write('forbidden.ts', 'globalThis.ran = true; export default {}')
    expect(await faultsOf(path, { allowCode: false })).toEqual([
      'forbidden.ts: is a code scenario, which --no-code forbids; give YAML or JSON',
    ])
    expect('ran' in globalThis).toBe(false)
  })
})
