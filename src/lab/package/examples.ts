import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A function of the library's face, as its source documents it. */
export interface FaceFunction {
  /** As `index.ts` exports it. */
  readonly name: string
  readonly docstring: string
  /** The code of its `@example`; `null` where there is none. */
  readonly example: string | null
}

const root = fileURLToPath(new URL('../../..', import.meta.url))
const face = join(root, 'src/index.ts')

/** The nine use cases, and any other function that is exported with an example. */
export function faceFunctions(names: readonly string[]): FaceFunction[] {
  const text = readFileSync(face, 'utf8')
  return names.map((name) => {
    const { inner, path } = exportOf(text, name)
    const docstring = docstringOf(readFileSync(join(dirname(face), path), 'utf8'), inner)
    return { name, docstring, example: exampleOf(docstring) }
  })
}

/** Names of the values that the face exports. */
export function exportedValues(): string[] {
  const text = readFileSync(face, 'utf8')
  const lists = [...text.matchAll(/^export \{([^}]*)\} from/gm)].map((match) => match[1] ?? '')
  return lists
    .flatMap((list) => list.split(','))
    .map((item) => item.trim())
    .filter((item) => item !== '' && !item.startsWith('type '))
    .map((item) => item.split(' as ').at(-1) ?? item)
}

/** Under which name, and where, the function is defined that the face exports as `name`. */
function exportOf(text: string, name: string): { inner: string; path: string } {
  for (const match of text.matchAll(/^export \{([^}]*)\} from '([^']+)'/gm)) {
    const [, list = '', path = ''] = match
    for (const item of list.split(',')) {
      const [inner = '', outer = inner] = item.trim().split(' as ')
      if (outer === name) return { inner, path }
    }
  }
  throw new Error(`src/index.ts does not export ${name}`)
}

function docstringOf(text: string, name: string): string {
  const at = text.search(new RegExp(`^export (?:async )?function ${name}\\b`, 'm'))
  const before = text.slice(0, Math.max(0, at)).trimEnd()
  return before.endsWith('*/') ? before.slice(before.lastIndexOf('/**')) : ''
}

function exampleOf(docstring: string): string | null {
  const found = /@example\n \* ```ts\n((?: \*.*\n)+?) \* ```/.exec(docstring)?.[1]
  return found === undefined ? null : found.replaceAll(/^ \* ?/gm, '')
}
