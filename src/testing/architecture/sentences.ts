import type { Node } from 'oxc-parser'
import { calledName, faultsOf, isForTests, textOf, type Place, type Source } from './source.ts'

/**
 * Sentences for people stand in `report/` and `cli/` only. What is below carries codes and values;
 * the messages of errors and of faults in a file are the exception.
 */

/** Where sentences may stand, by folder or file, with the reason. */
export const sentencePlaces: Readonly<Record<string, string>> = {
  'src/report/': 'turns codes into words',
  'src/cli/': 'help, and what is printed beside reports',
  'src/lab/': 'laboratories print what they find',
  'src/objectives/': 'messages of faults in an expression',
  'src/scenario/': 'messages of faults in a scenario, each with its path',
  'src/core/files/disk-error.ts':
    'what the codes of the operating system mean, for messages of errors',
  'src/stack/': 'a stack serves pages and HTTP answers; its errors say what to do',
}

/** Calls whose arguments end in the message of an error. */
const errorCalls = new Set(['assert', 'must', 'refuse', 'refusal', 'fault', 'requireParameters'])

/** Types of what a function gives that is, or becomes, the message of an error. */
const errorTypes = /\b(?:Fault|Complaint|DambreakError|Error|never)\b/

/** Four words and more, three of them in a row: `must be above 0` is one, `content-type: a/b` none. */
export function isSentence(text: string): boolean {
  const threeInARow = /\p{L}[\p{L}’']+[,:;]? [\p{L}’']+[,:;]? [\p{L}’']+/u
  return threeInARow.test(text) && text.trim().split(/\s+/).length >= 4
}

/** A node whose strings are messages of errors. */
function holdsMessage(node: Node, text: string): boolean {
  switch (node.type) {
    case 'ThrowStatement':
    case 'ImportDeclaration':
      return true
    case 'NewExpression':
      return calledName(node)?.endsWith('Error') === true
    case 'CallExpression':
      // The message of a class of errors goes to the class that it extends.
      return node.callee.type === 'Super' || errorCalls.has(calledName(node) ?? '')
    case 'Property':
      return node.key.type === 'Identifier' && node.key.name === 'message'
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression': {
      const type = node.returnType
      return (
        type !== null && type !== undefined && errorTypes.test(text.slice(type.start, type.end))
      )
    }
    default:
      return false
  }
}

/** Strings and templates – `must …` apart, as complaints about a parameter begin – that are sentences for people, wherever the file stands. */
export function sentencesIn(source: Source): string[] {
  return faultsOf(source, ({ node, around }: Place) => {
    const text = textOf(node)
    if (text === null || !isSentence(text) || text.startsWith('must ')) return false
    return !around.some((outer) => holdsMessage(outer, source.text))
  })
}

/** The sentences of a file that stands where none may be. */
export function sentenceFaults(source: Source): string[] {
  const allowed = Object.keys(sentencePlaces)
  if (isForTests(source.path) || allowed.some((place) => source.path.startsWith(place))) return []
  return sentencesIn(source)
}
