import type { Node } from 'oxc-parser'
import { publicFaces } from './imports.ts'
import { faultsOf, isTest, textOf, type Place, type Source } from './source.ts'

/** What may stand where: the process, the clock, chance, and the shapes of files. */

/** Where the process itself begins. */
const startsHere = ['src/cli/', 'src/lab/']

const isIn = (path: string, places: readonly string[]) =>
  places.some((place) => path.startsWith(place))

/** The name is that of a member or of a field, not of a variable: `child.process`, `{ process: 1 }`. */
function isFieldName({ node, around }: Place): boolean {
  const parent = around.at(-1)
  if (parent?.type === 'MemberExpression') return parent.property === node && !parent.computed
  if (parent?.type === 'Property') return parent.key === node && !parent.shorthand
  return parent?.type === 'TSPropertySignature' || parent?.type === 'PropertyDefinition'
}

/** A parameter or a constant of one's own that has the name. */
function isDeclared(name: string, { around }: Place): boolean {
  const namesIt = (node: Node) => node.type === 'Identifier' && node.name === name
  return around.some(
    (node) =>
      (node.type === 'ArrowFunctionExpression' ||
        node.type === 'FunctionDeclaration' ||
        node.type === 'FunctionExpression' ||
        node.type === 'TSFunctionType' ||
        node.type === 'TSMethodSignature') &&
      node.params.some(namesIt),
  )
}

/** `process` stands only where a process begins, and in `core/host.ts`. */
export function processFaults(source: Source): string[] {
  if (isTest(source.path) || isIn(source.path, ['src/core/host.ts', ...startsHere])) return []
  return faultsOf(source, (place) => {
    const { node } = place
    if (node.type === 'ImportDeclaration') return /^(node:)?process$/.test(node.source.value)
    if (node.type !== 'Identifier' || node.name !== 'process') return false
    const parent = place.around.at(-1)
    const isGlobal =
      parent?.type === 'MemberExpression' && textOfName(parent.object) === 'globalThis'
    return isGlobal || !(isFieldName(place) || isDeclared('process', place))
  })
}

const textOfName = (node: Node) => (node.type === 'Identifier' ? node.name : null)

/** Names that mean the real clock or real chance wherever they stand. */
const realNames = /^(?:set(?:Timeout|Interval)|hrtime|random(?:UUID|Bytes|Int)|getRandomValues)$/

const realMembers = ['Date.now', 'performance.now', 'performance.timeOrigin', 'Math.random']

/** The real clock, timers and real chance stand only in `core/`'s two files, and where something begins. */
export function realTimeFaults(source: Source): string[] {
  const allowed = ['src/core/clock.ts', 'src/core/host.ts', ...startsHere]
  const isForBrowsers = source.path.includes('/browser/')
  if (isTest(source.path) || isForBrowsers || isIn(source.path, allowed)) return []
  return faultsOf(source, ({ node }) => {
    if (node.type === 'Identifier') return realNames.test(node.name)
    if (node.type === 'NewExpression') {
      return textOfName(node.callee) === 'Date' && node.arguments.length === 0
    }
    if (node.type !== 'MemberExpression') return false
    const member = node.computed ? textOf(node.property) : textOfName(node.property)
    return realMembers.includes(`${textOfName(node.object)}.${member}`)
  })
}

export function defaultExportFaults(source: Source): string[] {
  return faultsOf(source, ({ node }) => {
    if (node.type === 'ExportDefaultDeclaration') return true
    if (node.type !== 'ExportSpecifier') return false
    const { exported } = node
    return exported.type === 'Literal' ? exported.value === 'default' : exported.name === 'default'
  })
}

/** No file but the public faces only passes on what others export, or is named `index`. */
export function barrelFaults({ path, program }: Source): string[] {
  if (publicFaces.includes(path)) return []
  if (/\/index\.[jt]s$/.test(path)) return [path]
  const passesOn = program.body.every(
    (node) =>
      node.type === 'ImportDeclaration' ||
      node.type === 'ExportAllDeclaration' ||
      (node.type === 'ExportNamedDeclaration' && node.declaration === null),
  )
  return passesOn && program.body.some(({ type }) => type.startsWith('Export')) ? [path] : []
}

export function anyFaults(source: Source): string[] {
  return faultsOf(source, ({ node }) => node.type === 'TSAnyKeyword')
}

/** No file over 400 lines, tables of test data apart. */
export function lengthFaults({ path, text }: Source): string[] {
  const lines = text.split('\n').length - 1
  return path.includes('/testing/') || lines <= 400 ? [] : [`${path}: ${lines} lines`]
}

/** Where text of others becomes text, and where a process writes it. */
const sinks = {
  escape: 'src/report/escape.ts',
  streams: ['src/cli/environment.ts', 'src/cli/stack-child.ts'],
}

/**
 * Only `escape.ts` knows which characters are dangerous where, and only the guarded streams of `cli/` reach
 * a console: in `report/` and `cli/` nobody else looks for control characters, makes entities or writes to the
 * streams of the process.
 */
export function sinkFaults(source: Source): string[] {
  const { path } = source
  if (isTest(path) || path === sinks.escape || !isIn(path, ['src/report/', 'src/cli/'])) return []
  return faultsOf(source, ({ node }) => {
    if (node.type === 'Literal') {
      if ('regex' in node) return /\\p\{C[cf]\}/.test(node.regex.pattern)
      return typeof node.value === 'string' && /&(?:amp|lt|gt|quot);/.test(node.value)
    }
    if (node.type !== 'MemberExpression' || node.computed || sinks.streams.includes(path))
      return false
    return (
      textOfName(node.object) === 'process' &&
      node.property.type === 'Identifier' &&
      /^std(?:out|err)$/.test(node.property.name)
    )
  })
}
