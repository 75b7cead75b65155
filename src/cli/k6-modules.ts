import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { flatModules } from '../engine/k6/flat-modules.ts'

/** Where a build keeps the script's modules, flat already. */
const builtUrl = new URL('./k6-script/', import.meta.url)
const rootUrl = new URL('../../', import.meta.url)

/** The k6 script and its modules, as flat files by name: as built, or from the sources. */
export function k6Modules(): Map<string, string> {
  const built = fileURLToPath(builtUrl)
  if (existsSync(built)) {
    const names = readdirSync(built)
    return new Map(names.map((name) => [name, readFileSync(join(built, name), 'utf8')]))
  }
  return flatModules((path) => readFileSync(new URL(path, rootUrl), 'utf8'))
}
