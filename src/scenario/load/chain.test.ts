import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { DambreakError, faultText } from '../../core/errors.ts'
import { tableKeyOf } from '../request/person-data.ts'
import { editedDocument, smallDocument } from '../testing/small-document.ts'
import { maxChain } from './chain.ts'
import { loadScenario, type LoadOptions } from './load.ts'

let root = ''
let folder = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'dambreak-chain-'))
})
afterAll(async () => {
  await rm(root, { recursive: true, force: true })
})
beforeEach(async () => {
  folder = await mkdtemp(join(root, 'case-'))
})

async function write(name: string, content: unknown): Promise<string> {
  const path = join(folder, name)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, typeof content === 'string' ? content : stringify(content))
  return path
}

const load = (path: string, options: Partial<LoadOptions> = {}) =>
  loadScenario(path, { allowCode: true, ...options })

async function faultsOf(path: string, options: Partial<LoadOptions> = {}): Promise<string[]> {
  try {
    await load(path, options)
    return []
  } catch (error) {
    if (!(error instanceof DambreakError)) throw error
    expect(error.kind).toBe('scenario')
    return error.faults.map((fault) => faultText(fault).replaceAll(`${folder}/`, ''))
  }
}

describe('a scenario that extends another', () => {
  test('is the same as one that states everything, whatever the formats of the files', async () => {
    await write('base.yaml', smallDocument())
    await write('middle.json', JSON.stringify({ extends: './base.yaml', stack: { bootSec: 30 } }))
    const last = { extends: './middle.json', name: 'last', population: { participation: 0.5 } }
    const module = await write('last.mjs', `export default ${JSON.stringify(last)}`)
    const whole = await write(
      'whole.yaml',
      editedDocument({ name: 'last', 'stack.bootSec': 30, 'population.participation': 0.5 }),
    )
    const [extending, stated] = [await load(module), await load(whole)]
    const { inherited, ...rest } = extending
    const files = rest.evidence.map(({ file: _file, ...row }) => row)
    expect({ ...rest, evidence: files, origin: null }).toEqual({ ...stated, origin: null })
    expect(extending.document).not.toHaveProperty('extends')
    expect(inherited?.['middle.json']).toEqual(['stack.bootSec'])
    expect(inherited?.['base.yaml']).toContain('waitingRoom')
    expect(inherited?.['base.yaml']).toContain('population.people')
    expect(inherited?.['base.yaml']).not.toContain('population')
  })

  test('may be based on a shipped one, and on a file that is no scenario by itself', async () => {
    const night = await write('night.yaml', { extends: 'smoke', stack: { instances: 3 } })
    const { scenario, inherited } = await load(night)
    expect([scenario.name, scenario.stack.instances]).toEqual(['smoke', 3])
    expect(Object.keys(inherited ?? {})).toEqual(['smoke'])
    const { stack, ...rest } = smallDocument()
    await write('parts/stack.yaml', { stack })
    const whole = await write('whole.yaml', { ...rest, extends: 'parts/stack.yaml' })
    expect((await load(whole)).stackHash).toBe(
      (await load(await write('a.yaml', smallDocument()))).stackHash,
    )
  })

  test('takes variant, sets and instances after the merge', async () => {
    await write('base.yaml', smallDocument())
    const path = await write('night.yaml', {
      extends: './base.yaml',
      variants: [{ name: 'ten', set: { 'stack.bootSec': 9 } }],
    })
    const ten = await load(path, { variant: 'ten', set: ['population.people=50'] })
    expect(ten.scenario.stack).toMatchObject({ instances: 10, bootSec: 9 })
    expect(ten.scenario.population.people).toBe(50)
  })

  test('has a row of evidence for each number with the file that states it', async () => {
    const evidence = { evidence: 'reported', source: 'a newspaper' }
    await write('base.yaml', editedDocument({ 'stack.instances': { value: 4, ...evidence } }))
    const people = { value: 90, ...evidence }
    const path = await write('night.yaml', { extends: './base.yaml', population: { people } })
    const fileOf = async (at: string, options: Partial<LoadOptions> = {}) => {
      const row = (await load(path, options)).evidence.find((one) => one.path === at)
      return row === undefined ? 'no row' : (row.file ?? 'its own')
    }
    expect(await fileOf('stack.instances')).toBe('base.yaml')
    expect(await fileOf('population.people')).toBe('its own')
    // What the command line sets is stated by no file.
    const set = ['stack.instances={ value: 5, evidence: measured }']
    expect(await fileOf('stack.instances', { set })).toBe('its own')
    expect(await fileOf('stack.instances', { set: ['population.people=7'] })).toBe('base.yaml')
  })
})

describe('faults', () => {
  test('name the file of the chain and the line', async () => {
    const stack = 'stack:\n  instances: 0\n'
    const { stack: small, ...rest } = smallDocument()
    await write(
      'sub/base.yaml',
      `# a comment\n${stack}  stations: ${JSON.stringify(small.stations)}\n`,
    )
    const path = await write('night.yaml', {
      extends: 'sub/base.yaml',
      ...rest,
      slo: 'none',
      variants: [{ name: 'two', set: { 'stack.instance': 2 } }],
    })
    const [slo, instances, variant] = await faultsOf(path)
    expect(instances).toBe('sub/base.yaml:3: stack.instances: must be between 1 and 100000, got 0')
    expect(slo).toMatch(/^night\.yaml:\d+: slo: must be a list, got "none"$/)
    expect(variant).toMatch(
      /^night\.yaml:\d+: variants\[0\]\.set\["stack\.instance"\]: no such field/,
    )
    expect(await faultsOf(path, { set: ['stack.instances=-1', 'slo=[]', 'variants=[]'] })).toEqual([
      'stack.instances: must be between 1 and 100000, got -1',
    ])
  })

  test.each([
    ['a list', { extends: ['a'] }, 'must be a file or the name of a shipped scenario, got a list'],
    [
      'nothing',
      { extends: null },
      'must be a file or the name of a shipped scenario, got nothing (null)',
    ],
    [
      'a misspelt name',
      { extends: 'smokee' },
      'no shipped scenario of that name; did you mean smoke?; a file is written ./smokee',
    ],
  ])('extends %s', async (_name, document, message) => {
    expect(await faultsOf(await write('night.yaml', document))).toEqual([
      `night.yaml:1: extends: ${message}`,
    ])
  })

  test('of a base that cannot be read name it and who extends it', async () => {
    const extending = (base: string) => write('night.yaml', { extends: base })
    await write('text.yaml', 'secret text')
    await write('bad.yaml', 'name: [')
    await write('fails.mjs', 'export default { name: () => 1 }')
    expect(await faultsOf(await extending('./none.yaml'))).toEqual([
      'none.yaml: no such file (night.yaml extends it)',
    ])
    expect(await faultsOf(await extending('./text.yaml'))).toEqual([
      'text.yaml: must hold a mapping (name: …, arrivals: …), got text (night.yaml extends it)',
    ])
    expect(await faultsOf(await extending('./bad.yaml'))).toEqual([
      expect.stringMatching(/^bad\.yaml: YAML, line 1, column 8: .* \(night\.yaml extends it\)$/),
    ])
    expect(await faultsOf(await extending('./fails.mjs'))).toEqual([
      'fails.mjs: name: must be plain data, got function',
    ])
  })

  test('a circle is refused, by symbolic links too', async () => {
    const a = await write('a.yaml', { extends: './b.yaml' })
    await write('b.yaml', { extends: './a.yaml' })
    expect(await faultsOf(a)).toEqual([
      'b.yaml:1: extends: goes in a circle: a.yaml extends b.yaml extends a.yaml',
    ])
    const self = await write('self.yaml', { extends: './other.yaml' })
    await symlink(self, join(folder, 'other.yaml'))
    expect(await faultsOf(self)).toEqual([
      'self.yaml:1: extends: goes in a circle: self.yaml extends other.yaml',
    ])
  })

  test(`more than ${maxChain} files are refused`, async () => {
    for (let i = 1; i <= maxChain; i++) await write(`${i}.yaml`, { extends: `./${i + 1}.yaml` })
    await write(`${maxChain}.yaml`, smallDocument())
    expect(await faultsOf(join(folder, '1.yaml'))).toEqual([])
    await write(`${maxChain}.yaml`, { extends: `./${maxChain + 1}.yaml` })
    await write(`${maxChain + 1}.yaml`, smallDocument())
    const names = Array.from({ length: maxChain + 1 }, (_, i) => `${i + 1}.yaml`).join(' extends ')
    expect(await faultsOf(join(folder, '1.yaml'))).toEqual([
      `${maxChain}.yaml:1: extends: more than ${maxChain} files extend each other: ${names}`,
    ])
  })

  test('--no-code refuses code anywhere in the chain', async () => {
    await write('base.mjs', `export default ${JSON.stringify(smallDocument())}`)
    await write('middle.yaml', { extends: './base.mjs' })
    const path = await write('night.yaml', { extends: './middle.yaml' })
    expect((await load(path)).scenario.name).toBe('small')
    expect(await faultsOf(path, { allowCode: false })).toEqual([
      'base.mjs: is a code scenario, which --no-code forbids; give YAML or JSON (middle.yaml extends it)',
    ])
  })

  test('what cannot be removed is told with its file and line', async () => {
    await write('base.yaml', smallDocument())
    const path = await write(
      'night.yaml',
      'extends: ./base.yaml\nstack:\n  stations:\n    - { name: cache, $patch: delete }\n',
    )
    expect(await faultsOf(path)).toEqual([
      'night.yaml:4: stack.stations[0]: cannot be removed: the base has no entry with name: cache',
    ])
  })

  test('limits hold for the merged document', async () => {
    const times = JSON.stringify(Array.from({ length: 170_000 }, () => [0]))
    await write('base.json', `{"extends":"./first.json","a":${times}}`)
    await write('first.json', `{"b":${times}}`)
    const path = await write('night.json', `{"extends":"./base.json","c":${times}}`)
    expect(await faultsOf(path)).toContainEqual(expect.stringContaining('too large'))
  }, 120_000)
})

describe('data files that a base names', () => {
  const asking = { 'journey[0].request': { path: '/${name}' } }
  const base = (csv: string, edits: Record<string, unknown> = {}) =>
    editedDocument({ ...asking, 'journey[0].data': { csv }, ...edits })

  test('lie in the folder of the base', async () => {
    await write('shared/people.csv', 'name\nkim\n')
    await write('shared/base.yaml', base('people.csv'))
    const path = await write('nights/night.yaml', { extends: '../shared/base.yaml' })
    const { document, tables } = await load(path)
    expect(document).toMatchObject({
      journey: [{ data: { csv: '../shared/people.csv', rows: 1 } }],
    })
    expect(tables.get(tableKeyOf({ csv: '../shared/people.csv' }))?.rows).toBe(1)
  })

  test('a variant of the base names them the same way', async () => {
    await write('shared/people.csv', 'name\nkim\n')
    await write('shared/others.csv', 'name\nlee\npark\n')
    const variants = { 'variants[0].set': { 'journey[0].data.csv': 'others.csv' } }
    await write('shared/base.yaml', base('people.csv', variants))
    const path = await write('nights/night.yaml', { extends: '../shared/base.yaml' })
    expect((await load(path, { variant: 'ten' })).scenario.journey[0]?.data?.rows).toBe(2)
  })

  test('must not leave that folder, and open no other to the scenario', async () => {
    const outside = 'must lie in the folder of the scenario file, or below it'
    await write('people.csv', 'name\nkim\n')
    await write('shared/people.csv', 'name\nkim\n')
    await write('shared/base.yaml', base('../people.csv'))
    const path = await write('nights/night.yaml', { extends: '../shared/base.yaml' })
    expect(await faultsOf(path)).toEqual([
      expect.stringMatching(`shared/base\\.yaml:\\d+: journey\\[0\\]\\.data\\.csv: ${outside}$`),
    ])
    await write('shared/base.yaml', base('people.csv'))
    const own = { step: 'book', data: { csv: '../people.csv' } }
    const reaching = await write('nights/own.yaml', {
      extends: '../shared/base.yaml',
      journey: [own],
    })
    expect(await faultsOf(reaching)).toEqual([
      expect.stringMatching(`nights/own\\.yaml:\\d+: journey\\[0\\]\\.data\\.csv: ${outside}$`),
    ])
  })
})
