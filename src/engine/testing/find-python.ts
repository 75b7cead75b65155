import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** The first of some interpreters that is there and has all the modules; null where none has. */
export function findPython(
  candidates: readonly (string | undefined)[],
  modules: readonly string[],
): string | null {
  const found = candidates.find((path) => path !== undefined && path !== '' && existsSync(path))
  if (found === undefined) return null
  try {
    execFileSync(found, ['-c', `import ${modules.join(', ')}`], { stdio: 'ignore' })
    return found
  } catch {
    return null
  }
}
