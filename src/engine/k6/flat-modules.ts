import { must } from '../../core/assert.ts'

/** The script that k6 is given, as it is called in its folder. */
export const scriptName = 'surge.ts'
/** Where it stands in the sources. */
const entryPath = 'scenarios/k6/surge.ts'

/** One import or re-export of a file of ours; the house style puts no string before its `from`. */
const importPattern = /^(import|export) (type )?([^'";]*?)from '(\.[^']+)'\n/gm

/**
 * The script and every module that it needs at run time, as flat files by name: k6 on another machine,
 * or a ConfigMap, has no folders. `read` gives a file's text by its path in the sources.
 */
export function flatModules(read: (path: string) => string): Map<string, string> {
  const files = new Map<string, string>()
  const visit = (path: string) => {
    const name = flatNameOf(path)
    if (files.has(name)) return
    files.set(name, '')
    const needed: string[] = []
    const text = read(path).replaceAll(importPattern, (whole, _verb, isType, names, specifier) => {
      if (isType !== undefined || isTypesOnly(String(names))) return ''
      const target = pathFrom(path, String(specifier))
      needed.push(target)
      return String(whole).replace(`'${String(specifier)}'`, `'./${flatNameOf(target)}'`)
    })
    files.set(name, text)
    needed.forEach(visit)
  }
  visit(entryPath)
  return files
}

/** `{ type A, type B }`: nothing that is there at run time. */
function isTypesOnly(names: string): boolean {
  const inside = /^\s*\{([^}]*)\}\s*$/.exec(names)?.[1]
  const list = (inside ?? '').split(',').filter((name) => name.trim() !== '')
  return inside !== undefined && list.every((name) => name.trim().startsWith('type '))
}

/** `src/core/chance.ts` is `core-chance.ts`. */
function flatNameOf(path: string): string {
  return path === entryPath ? scriptName : path.replace(/^src\//, '').replaceAll('/', '-')
}

function pathFrom(path: string, specifier: string): string {
  const parts = path.split('/').slice(0, -1)
  for (const part of specifier.split('/')) {
    if (part === '..') must(parts.pop(), 'a folder above')
    else if (part !== '.') parts.push(part)
  }
  return parts.join('/')
}
