import type { Node } from 'oxc-parser'
import { calledName, faultsOf, isForTests, textOf, type Source } from './source.ts'

/** Nothing parses English to decide: a reason has a code, and programs read the code. */

/** Files that read what other programs write, with the reason. */
export const englishReaders: Readonly<Record<string, string>> = {
  'src/cli/doctor/machine.ts': 'the pressure files of Linux',
  'src/cli/commands/rehearse.ts': 'the option pool:<n>',
  'src/cli/k6-process.ts': 'the log of k6',
  'src/engine/client/cookies.ts': 'names of HTTP headers',
  'src/engine/k6/script/http-sender.ts': 'errors of k6, which have no codes',
  'src/engine/live/transport/undici.ts': 'errors of a package, whose codes are those of Node',
  'src/engine/worker.ts': 'errors of V8, which have no codes',
  'src/lab/': 'laboratories read what the tools that they run print',
  'src/record/version-1.ts': 'sentences that version 1 of run.json wrote',
  'src/report/fonts.ts': 'CSS of a package',
  'src/scenario/load/read-text.ts': 'messages of the YAML and JSON parsers',
  'src/scenario/request/text-pattern.ts': 'messages of V8 about regular expressions',
  'src/stack/ledger/postgres.ts': 'messages of a package',
}

const textTests = new Set(['startsWith', 'endsWith', 'includes', 'indexOf', 'split'])

/** `several words`, or `a word:` that begins or ends a sentence. Methods and schemes are none. */
export function isEnglish(text: string): boolean {
  if (/^(?:GET|POST|PUT|DELETE|HEAD) |^https?:/.test(text)) return false
  return /\p{L}{2,} \p{L}{2,}/u.test(text) || /^[\p{L} ]{3,}: ?$/u.test(text)
}

/** A regular expression that holds words one after the other, or words before a colon. */
export function isEnglishPattern(pattern: string): boolean {
  if (/https?/.test(pattern)) return false
  const words = /\p{Ll}{3,}\)?(?: |\\s[+*]?)(?:\(\?:|\()?\p{Ll}{2,}/u
  return words.test(pattern) || /\p{Ll}{4,}\)?: ?/u.test(pattern)
}

function decidesByEnglish(node: Node): boolean {
  const isText = (side: Node | null | undefined) => isEnglish(textOf(side) ?? '')
  switch (node.type) {
    case 'CallExpression':
      return textTests.has(calledName(node) ?? '') && isText(node.arguments[0])
    case 'BinaryExpression':
      return /^[!=]==?$/.test(node.operator) && (isText(node.left) || isText(node.right))
    case 'SwitchCase':
      return isText(node.test)
    case 'Literal':
      return 'regex' in node && isEnglishPattern(node.regex.pattern)
    default:
      return false
  }
}

/** Comparisons with English text, wherever the file stands. */
export function englishIn(source: Source): string[] {
  return faultsOf(source, ({ node }) => decidesByEnglish(node))
}

/** Comparisons with English text in a file that reads nothing of others. */
export function englishFaults(source: Source): string[] {
  const allowed = Object.keys(englishReaders)
  if (isForTests(source.path) || allowed.some((place) => source.path.startsWith(place))) return []
  return englishIn(source)
}
