import { Lexer, LineCounter, parseDocument, visit } from 'yaml'

/** What a file holds, or why it cannot be read. */
export type Read = { value: unknown } | { fault: string }

/** Aliases that a document may resolve to for one that it writes; beyond it is a bomb. */
const maxAliases = 100

/**
 * What the lexer may cut a file into, some 300,000 values. Building the tree takes a kilobyte and
 * more for each, so that eight megabytes of brackets would take minutes and gigabytes.
 */
const maxTokens = 1_000_000

/** Whether building the tree of a text would take too much memory and time. */
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
    return 'YAML: aliases expand to too many values (an alias bomb)'
  }
  if (cause instanceof RangeError) return 'YAML: nested too deeply'
  return `YAML: ${words}`
}

/** Reads JSON; a fault names line and column where they are known. */
export function readJson(text: string): Read {
  try {
    const value: unknown = JSON.parse(text)
    return { value }
  } catch (cause) {
    if (cause instanceof RangeError) return { fault: 'JSON: nested too deeply' }
    const words = cause instanceof Error ? cause.message : 'unknown error'
    const position = jsonFaultPosition(text, words)
    const short = words.replace(/ in JSON| at position.*$|, (\.\.\.)?".*$/gs, '')
    if (position === null) return { fault: `JSON: ${short}` }
    const { line, col } = lineAndColumn(text, position)
    return { fault: `JSON, line ${line}, column ${col}: ${short}` }
  }
}

/**
 * Where JSON goes wrong. For some faults `JSON.parse` names no position: YAML has one for what is
 * neither, and else it is the first part that YAML knows and JSON does not.
 */
function jsonFaultPosition(text: string, words: string): number | null {
  const position = /at position (\d+)/.exec(words)?.[1]
  if (position !== undefined) return Number(position)
  if (words.includes('end of JSON input')) return text.length
  if (hasTooManyTokens(text)) return null
  const options = { keepSourceTokens: true, prettyErrors: false, logLevel: 'silent' } as const
  const document = parseDocument(text, options)
  const faults = document.errors.map(({ pos }) => pos[0])
  visit(document, {
    Scalar: (_key, { type, source, range }) => {
      const isJson = type === 'QUOTE_DOUBLE' || (type === 'PLAIN' && isJsonWord(source))
      if (!isJson && range) faults.push(range[0])
    },
    Collection: (_key, { srcToken }) => {
      // A comma with nothing after it.
      const last = srcToken?.type === 'flow-collection' ? srcToken.items.at(-1) : undefined
      if (last?.value === undefined && last?.key === undefined) {
        faults.push(...(last?.start ?? []).map(({ offset }) => offset))
      }
    },
  })
  if (faults.length === 0) return null
  // A value that is missing begins where the blanks do.
  const first = Math.min(...faults)
  return first + Math.max(0, text.slice(first).search(/\S/))
}

/** A number, `true`, `false` or `null`. */
function isJsonWord(source: string | undefined): boolean {
  return /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)$/.test(source ?? '')
}

function lineAndColumn(text: string, position: number): { line: number; col: number } {
  const before = text.slice(0, position)
  return { line: before.split('\n').length, col: before.length - before.lastIndexOf('\n') }
}
