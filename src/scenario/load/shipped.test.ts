import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { loadScenario } from './load.ts'
import type { LoadedScenario } from './parse.ts'
import { isMapping } from '../plain.ts'
import { readYaml } from './read-text.ts'
import { baseVariant } from './variants.ts'

const shipped = new URL('../../../scenarios/', import.meta.url)
const names = readdirSync(shipped)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.replace('.yaml', ''))
const fitted = '2021-07-19-ages-53-54'
const nights = names.filter((name) => name.startsWith('2021-'))

const load = (name: string, variant = baseVariant): Promise<LoadedScenario> =>
  loadScenario(name, { allowCode: false, variant })

/** Sections whose numbers say something about the world; a variant is a choice, not a claim. */
const claims = [
  'population',
  'arrivals',
  'waitingRoom',
  'journey',
  'stack',
  'behaviour',
  'inventory',
  'doors',
  'timeline',
] as const

/** Paths of numbers that stand by themselves, without evidence. */
function bareNumbers(value: unknown, path: string): string[] {
  if (typeof value === 'number') return [path]
  if (Array.isArray(value)) return value.flatMap((item, i) => bareNumbers(item, `${path}[${i}]`))
  if (!isMapping(value) || 'evidence' in value) return []
  return Object.entries(value).flatMap(([key, inner]) => bareNumbers(inner, `${path}.${key}`))
}

describe('the shipped scenarios', () => {
  test('are the four nights and two small ones', () => {
    expect(names.toSorted()).toEqual([
      '2021-07-12-ages-55-59',
      '2021-07-14-ages-55-59-reopening',
      '2021-07-19-ages-53-54',
      '2021-07-20-ages-50-52',
      'rescue',
      'smoke',
    ])
  })

  test.each(names)('%s loads, under its own name, with every variant', async (name) => {
    const { scenario } = await load(name)
    expect(scenario.name).toBe(name)
    for (const variant of scenario.variants) {
      const loaded = await load(name, variant.name)
      expect(loaded.variant).toBe(variant.name)
      expect(loaded.scenario).not.toEqual(scenario)
    }
  })

  test.each(names)('%s: every number carries evidence', async (name) => {
    const { document, evidence } = await load(name)
    const bare = claims.flatMap((section) => bareNumbers(document[section], section))
    expect(bare).toEqual([])
    expect(evidence.length).toBeGreaterThan(20)
  })

  test.each(nights)('%s: and a source', async (name) => {
    const { evidence } = await load(name)
    expect(evidence.filter(({ source }) => source === null || source === '')).toEqual([])
  })

  test('the check finds a bare number wherever it stands', () => {
    const labelled = { value: 3, evidence: 'reported' }
    expect(bareNumbers({ a: labelled, b: [labelled, { c: 4 }] }, 'x')).toEqual(['x.b[1].c'])
  })
})

describe('the other nights', () => {
  /** What a night says of its own beside crowd and clock; all else is that of 19 July. */
  const own: Record<string, readonly string[]> = {
    '2021-07-12-ages-55-59': [],
    '2021-07-14-ages-55-59-reopening': [],
    // Kept on ten servers, the bypass countered.
    '2021-07-20-ages-50-52': ['waitingRoom.failOpen', 'stack.instances', 'behaviour.bypass.share'],
  }

  /** Paths at which two documents differ, evidence and intervals included. */
  function differences(a: unknown, b: unknown, path: string): string[] {
    const isLeaf = (value: unknown) => !isMapping(value) || 'evidence' in value
    if (Array.isArray(a) && Array.isArray(b) && a.length === b.length) {
      return a.flatMap((item, i) => differences(item, b[i], `${path}[${i}]`))
    }
    if (isLeaf(a) || isLeaf(b)) return JSON.stringify(a) === JSON.stringify(b) ? [] : [path]
    if (!isMapping(a) || !isMapping(b)) return [path]
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])]
    return keys.flatMap((key) => differences(a[key], b[key], path === '' ? key : `${path}.${key}`))
  }

  test.each(Object.keys(own))(
    '%s: stack, behaviour, journey and waiting room are those of 19 July, but for what is declared',
    async (name) => {
      const [theirs, main] = await Promise.all([load(name), load(fitted)])
      const found = (['waitingRoom', 'journey', 'stack', 'behaviour'] as const).flatMap((section) =>
        differences(theirs.document[section], main.document[section], section),
      )
      expect(found).toEqual(own[name])
    },
  )

  /** As they were when every night stated everything by itself. */
  const figures = {
    '2021-07-12-ages-55-59': ['b0d80e3b46b775ab', '34806f26de0d30f6', '9c77b102f33e2e0d'],
    '2021-07-14-ages-55-59-reopening': ['82328ec6bc463c06', '34806f26de0d30f6', '440ad17964241020'],
    '2021-07-19-ages-53-54': ['9c89baf86822fd85', 'a180fefbae4b153b', '42296390380437b1'],
    '2021-07-20-ages-50-52': ['97ddb8233afb2b38', '27083378dd9ac683', 'c3384e2cb30394b5'],
  }
  test.each(Object.entries(figures))(
    '%s: what it extends makes the same document, evidence and sources included',
    async (name, expected) => {
      const { workloadHash, stackHash, document, inherited } = await load(name)
      const documentHash = createHash('sha256').update(JSON.stringify(document)).digest('hex')
      expect([workloadHash, stackHash, documentHash.slice(0, 16)]).toEqual(expected)
      expect(Object.keys(inherited ?? {})).toEqual(['base/2021-07.yaml'])
    },
  )

  test.each(nights)('%s: states nothing that its base states alike', async (name) => {
    const text = (file: string) => readFileSync(new URL(file, shipped), 'utf8')
    const base = readYaml(text('base/2021-07.yaml'))
    const own = readYaml(text(`${name}.yaml`))
    if ('fault' in base || 'fault' in own) throw new Error('no YAML')
    const alike = (a: unknown, b: unknown, path: string): string[] => {
      if (JSON.stringify(a) === JSON.stringify(b)) return [path]
      if (!isMapping(a) || !isMapping(b) || 'evidence' in b) return []
      return Object.keys(b).flatMap((key) => alike(a[key], b[key], `${path}.${key}`))
    }
    expect(alike(base.value, own.value, '')).toEqual([])
  })

  test('20 July has ten servers and a tight gate', async () => {
    const { scenario } = await load('2021-07-20-ages-50-52')
    expect(scenario.stack.instances).toBe(10)
    expect(scenario.waitingRoom.failOpen).toBe(0)
    expect(scenario.behaviour.bypass.share).toBe(0)
    expect(scenario.timeline).toEqual([])
  })

  test('all nights but 19 July are named here', () => {
    expect(Object.keys(own).toSorted()).toEqual(nights.filter((name) => name !== fitted).toSorted())
  })
})

test('the variants of 19 July are the four corners, and nothing else changes in them', async () => {
  const { scenario } = await load(fitted)
  const corners = await Promise.all(
    scenario.variants.map(async ({ name }) => {
      const { scenario: variant } = await load(fitted, name)
      const { stack, waitingRoom, behaviour, timeline } = variant
      expect(timeline.map(({ kind }) => kind)).toEqual(['eligibility-fault'])
      expect({ ...variant.population }).toEqual(scenario.population)
      expect(variant.arrivals).toEqual(scenario.arrivals)
      expect(variant.journey).toEqual(scenario.journey)
      expect(stack.stations).toEqual(scenario.stack.stations)
      const leaks = [waitingRoom.failOpen > 0, behaviour.bypass.share > 0]
      expect(leaks[0]).toBe(leaks[1])
      return `${stack.instances} ${leaks[0] === true ? 'leaking' : 'tight'}`
    }),
  )
  expect(corners.toSorted()).toEqual(['10 leaking', '10 tight', '4 leaking', '4 tight'])
})
