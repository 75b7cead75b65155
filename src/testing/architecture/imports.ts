import { posix } from 'node:path'
import { find, isForTests, textOf, calledName, type Source } from './source.ts'

/** Who may import whom. Each rule gives `path imports path` for every import that breaks it. */

/** Each layer may import those before it (and itself), never those after it. */
const layers = [
  'core',
  'scenario',
  'workload',
  'waitingroom',
  'statistics',
  'record',
  'queueing',
  'objectives',
  'logs',
  'engine',
  'stack',
  'preflight',
  'compare',
  'fit',
  'plan',
  'gate',
  'report',
  'cli',
  'lab',
] as const

/** Within `engine/`: a room imports from itself and from the rows before its own. */
const engineRows = [['sim', 'client'], ['live/transport'], ['live/control'], ['live', 'k6']]
const engineRooms = engineRows.flat().toSorted((a, b) => b.length - a.length)

/** What users of the package import; everything else is ours to change. */
export const publicFaces: readonly string[] = ['src/index.ts', 'src/queueing/index.ts']

/** For tests of all layers: in none of them. */
const testFolder = 'src/testing/'

/** The place of a file in the order of layers; -1 where it is in none. */
export function rankOf(path: string): number {
  return layers.findIndex((layer) => path.startsWith(`src/${layer}/`))
}

const computing = new Set(['ImportExpression', 'TSImportType', 'NewExpression'])

/** What a file imports or starts (`new URL('./worker.ts', …)`) by a relative path, types included. */
export function importsOf(source: Source): string[] {
  const { module } = source
  const named = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.map((entry) => entry.moduleRequest?.value),
    ),
  ]
  const isComputed = /\bimport\(|\bnew URL\(/.test(source.text)
  const computed = (isComputed ? find(source, ({ node }) => computing.has(node.type)) : []).map(
    (node) => {
      if (node.type === 'ImportExpression' || node.type === 'TSImportType')
        return textOf(node.source)
      if (node.type !== 'NewExpression' || calledName(node) !== 'URL') return null
      return textOf(node.arguments[0])
    },
  )
  const files = [...named, ...computed].filter(
    (name): name is string => name?.startsWith('.') === true,
  )
  return [...new Set(files.map((name) => posix.join(posix.dirname(source.path), name)))].filter(
    (path) => path.startsWith('src/') && /\.[jt]s$/.test(path),
  )
}

function forbidden(source: Source, test: (target: string) => boolean): string[] {
  return importsOf(source)
    .filter(test)
    .map((target) => `${source.path} imports ${target}`)
}

/** A file imports from its own layer and from those before it. */
export function layerFaults(source: Source): string[] {
  const rank = rankOf(source.path)
  if (rank < 0) return []
  return forbidden(source, (target) => {
    if (target.startsWith(testFolder)) return !isForTests(source.path)
    return rankOf(target) > rank || rankOf(target) < 0
  })
}

/** k6 and the simulator need nothing of the live engine. */
export function engineFaults(source: Source): string[] {
  const roomOf = (path: string) =>
    engineRooms.find((room) => path.startsWith(`src/engine/${room}/`)) ?? null
  const rowOf = (room: string) => engineRows.findIndex((row) => row.includes(room))
  const room = roomOf(source.path)
  if (room === null || isForTests(source.path)) return []
  return forbidden(source, (target) => {
    const other = roomOf(target)
    return other !== null && other !== room && rowOf(other) >= rowOf(room)
  })
}

/** `testing/` is for tests and for laboratories: it is in no package. */
export function testingFaults(source: Source): string[] {
  if (isForTests(source.path) || source.path.startsWith('src/lab/')) return []
  return forbidden(source, isForTests)
}

/** A public face is for others: inside, each thing is imported from where it is. */
export function publicFaceFaults(source: Source): string[] {
  if (isForTests(source.path)) return []
  return forbidden(source, (target) => publicFaces.includes(target))
}

/** Every circle of imports, as `a → b → a`. */
export function importCycles(sources: readonly Source[]): string[] {
  const graph = new Map(sources.map((source) => [source.path, importsOf(source)]))
  const done = new Set<string>()
  const cycles: string[] = []
  const visit = (path: string, trail: readonly string[]) => {
    if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '))
    if (trail.includes(path) || done.has(path)) return
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path])
    done.add(path)
  }
  for (const path of graph.keys()) visit(path, [])
  return cycles
}
