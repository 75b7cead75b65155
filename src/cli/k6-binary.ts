import { execFile } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { DambreakError } from '../core/errors.ts'
import { errorCode } from '../core/files/disk-error.ts'
import type { Environment } from './environment.ts'

export interface K6Binary {
  readonly path: string
  readonly version: string
}

const run = promisify(execFile)
/** The first version that runs our script as it is. */
const minMajor = 2
const install = 'install it with: go install go.k6.io/k6/v2@v2.2.0 (Go 1.25 or later)'

/**
 * The k6 of this machine: `DAMBREAK_K6`, else the first on the PATH, else where `go install` puts it.
 * @throws DambreakError 'engine' with the line that installs it, where there is none or it is too old
 */
export async function findK6({
  variables = {},
}: Pick<Environment, 'variables'>): Promise<K6Binary> {
  const path = pathOf(variables)
  if (path === null) throw new DambreakError('engine', `there is no k6 on this machine; ${install}`)
  const told = await run(path, ['version'], { timeout: 20_000 }).catch((error: unknown) => {
    throw new DambreakError('engine', `${path} ${whyNot(error)}; ${install}`, [], error)
  })
  const [, version, major] = /k6(?:\.exe)? v((\d+)\.\d+\.\d+\S*)/.exec(told.stdout) ?? []
  if (version === undefined) {
    throw new DambreakError('engine', `${path} does not say which k6 it is; ${install}`)
  }
  if (Number(major) >= minMajor) return { path, version }
  throw new DambreakError('engine', `${path} is k6 ${version}, and 2.0 is needed; ${install}`)
}

function whyNot(error: unknown): string {
  const code = errorCode(error)
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'is not there, and is named as the k6 to run'
  if (code === 'EACCES') return 'is no program that may be run'
  const words = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : ''
  return `does not run (${words})`
}

/** Where k6 is looked for, and what is found first; `null` for nowhere. */
export function pathOf(variables: Readonly<Record<string, string | undefined>>): string | null {
  const { DAMBREAK_K6: stated, PATH = '', GOPATH: goPath } = variables
  // An explicit choice is not replaced by another.
  if (stated !== undefined && stated !== '') return stated
  const folders = [
    ...PATH.split(delimiter).filter((folder) => folder !== ''),
    join(goPath === undefined || goPath === '' ? join(homedir(), 'go') : goPath, 'bin'),
  ]
  return folders.map((folder) => join(folder, 'k6')).find(isProgram) ?? null
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
