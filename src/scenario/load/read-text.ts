import { Lexer, LineCounter, parseDocument } from 'yaml'

/** What a file holds, or why it cannot be read. */
export type Read = { value: unknown } | { fault: string }

/** Aliases that a document may resolve to for one that it writes; beyond it is a bomb. */
const maxAliases = 100

/**
 * What the lexer may cut a file into, some 300,000 values. Building the tree takes a kilobyte and
 * more for each, so that eight megabytes of brackets would take minutes and gigabytes.
 */
const maxTokens = 1_000_000

/** Whether building the tree of a text would take more than is sensible. */
export function hasTooManyTokens(text: string): boolean {
  let left = maxTokens
  for (const _token of new Lexer().lex(text)) if (--left < 0) return true
  return false
}

/** Reads one YAML 1.2 document; a fault names line and column. */
export function readYaml(text: string): Read {
  const lines = new LineCounter()
  const options = { lineCounter: lines, prettyErrors: false, logLevel: 'error' } as const
  try {
    if (hasTooManyTokens(text)) {
      return { fault: 'YAML: too many values; write long lists (replayed times) as JSON' }
    }
    const yaml = parseDocument(text, options)
    const [problem] = [...yaml.errors, ...yaml.warnings]
    if (problem !== undefined) {
      const { line, col } = lines.linePos(problem.pos[0])
      const words =
        problem.code === 'RESOURCE_EXHAUSTION'
          ? 'nested too deeply'
          : problem.code === 'MULTIPLE_DOCS'
            ? 'a second document begins; a file holds one scenario'
            : problem.message
      return { fault: `YAML, line ${line}, column ${col}: ${words}` }
    }
    if (yaml.contents === null) return { fault: 'is empty' }
    return { value: yaml.toJS({ maxAliasCount: maxAliases }) }
  } catch (cause) {
    return { fault: yamlFault(cause) }
  }
}

function yamlFault(cause: unknown): string {
  const words = cause instanceof Error ? cause.message : 'unknown error'
  if (words.startsWith('Excessive alias count')) {
    return 'YAML: aliases that multiply beyond all measure (an alias bomb)'
  }
  if (cause instanceof RangeError) return 'YAML: nested too deeply'
  return `YAML: ${words}`
}

/** Reads JSON; a fault names line and column. */
export function readJson(text: string): Read {
  const words = jsonFault(text)
  if (words === null) {
    const value: unknown = JSON.parse(text)
    return { value }
  }
  if (words === tooDeep) return { fault: `JSON: ${words}` }
  const before = text.slice(0, faultPosition(text, words))
  const line = before.split('\n').length
  const column = before.length - before.lastIndexOf('\n')
  const short = words.replace(/ in JSON| at position.*$|, (\.\.\.)?".*$/gs, '')
  return { fault: `JSON, line ${line}, column ${column}: ${short}` }
}

const tooDeep = 'nested too deeply'

/** The parser's words, or `null` where the text is JSON. */
function jsonFault(text: string): string | null {
  try {
    JSON.parse(text)
    return null
  } catch (cause) {
    if (cause instanceof RangeError) return tooDeep
    return cause instanceof Error ? cause.message : 'unknown error'
  }
}

/**
 * Where the fault is. For some faults the parser shows the surroundings and no position: then it is
 * where the shortest beginning with that same fault ends, any shorter one being merely cut off.
 */
function faultPosition(text: string, words: string): number {
  const position = /at position (\d+)/.exec(words)?.[1]
  if (position !== undefined) return Number(position)
  if (!words.startsWith('Unexpected token')) return text.length
  let cutOff = 0
  let faulty = text.length
  while (faulty - cutOff > 1) {
    const middle = Math.floor((cutOff + faulty) / 2)
    if (jsonFault(text.slice(0, middle))?.startsWith('Unexpected token') === true) faulty = middle
    else cutOff = middle
  }
  return faulty - 1
}
