import { parseSync, visitorKeys, type EcmaScriptModule, type Node, type Program } from 'oxc-parser'

/** A source file as the rules of this folder see it. */
export interface Source {
  /** Relative to the repository, with forward slashes: `src/core/clock.ts`. */
  readonly path: string
  readonly text: string
  readonly program: Program
  /** Its imports and exports, types included. */
  readonly module: EcmaScriptModule
}

/** A node and the nodes around it, the outermost first. */
export interface Place {
  readonly node: Node
  readonly around: readonly Node[]
}

/** @throws Error where the text is not TypeScript */
export function parseSource(path: string, text: string): Source {
  const { program, module, errors } = parseSync(path, text)
  const fault = errors.find(({ severity }) => String(severity) === 'Error')
  if (fault !== undefined) throw new Error(`${path}: ${fault.message}`)
  return { path, text, program, module }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value
}

function childrenOf(node: Node): Node[] {
  const children: Node[] = []
  for (const key of visitorKeys[node.type] ?? []) {
    const value: unknown = Reflect.get(node, key)
    if (Array.isArray(value)) children.push(...value.filter(isNode))
    else if (isNode(value)) children.push(value)
  }
  return children
}

/** Every node of a file that the test holds for, in the order of the text. */
export function find(source: Source, test: (place: Place) => boolean): Node[] {
  const found: Node[] = []
  const around: Node[] = []
  const visit = (node: Node) => {
    if (test({ node, around })) found.push(node)
    around.push(node)
    for (const child of childrenOf(node)) visit(child)
    around.pop()
  }
  visit(source.program)
  return found
}

/** `path:line: text of the line`, as every rule reports a fault. */
function faultAt({ path, text }: Source, offset: number): string {
  const line = text.slice(0, offset).split('\n').length
  return `${path}:${line}: ${text.split('\n')[line - 1]?.trim() ?? ''}`
}

/** The lines with nodes for which the test holds. */
export function faultsOf(source: Source, test: (place: Place) => boolean): string[] {
  return [...new Set(find(source, test).map((node) => faultAt(source, node.start)))]
}

/** The text of a string or of a template, `…` in place of each value put in; null for other nodes. */
export function textOf(node: Node | null | undefined): string | null {
  if (node?.type === 'Literal') return typeof node.value === 'string' ? node.value : null
  if (node?.type !== 'TemplateLiteral') return null
  return node.quasis.map(({ value }) => value.cooked ?? value.raw).join('…')
}

/** `name` of `name(…)`, of `x.name(…)` and of `new name(…)`; null for other nodes. */
export function calledName(node: Node): string | null {
  if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return null
  const { callee } = node
  if (callee.type === 'Identifier') return callee.name
  if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return null
  return callee.property.name
}

export const isTest = (path: string): boolean => path.endsWith('.test.ts')

/** Tests and what they stand on: `x.test.ts`, `testing/…`. */
export const isForTests = (path: string): boolean => isTest(path) || path.includes('/testing/')
