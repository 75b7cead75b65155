import { execFileSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const left = new Set(['.git', 'dist', 'node_modules', 'reports', 'coverage'])

/** A TypeScript project outside the repository that has the packed package installed. */
export interface PackedProject {
  readonly path: string
  /** Type-checks all of the project's sources; gives what the compiler says, '' where all is well. */
  readonly check: () => string
  /** Writes a source of the project. */
  readonly write: (name: string, text: string) => void
  /** Runs a source; gives its standard output. */
  readonly run: (name: string, args?: readonly string[]) => string
  readonly remove: () => void
}

/** The options of a careful user; `skipLibCheck` is off, so that our declarations are checked too. */
const compilerOptions = {
  module: 'nodenext',
  target: 'es2024',
  lib: ['es2024'],
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  noEmit: true,
}

/**
 * Builds and packs the package from a copy of the repository, so that tests that run beside this one
 * do not share its `dist/`, and installs the tarball as npm would, without the network.
 */
export function packedProject(): PackedProject {
  const folder = mkdtempSync(join(tmpdir(), 'dambreak-package-'))
  const copy = join(folder, 'copy')
  cpSync(root, copy, {
    recursive: true,
    filter: (from) => !left.has(relative(root, from).split(sep)[0] ?? ''),
  })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: copy })
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'))
  const path = join(folder, 'project')
  install(path, join(folder, tarball ?? 'no-tarball'))
  writeFileSync(join(path, 'package.json'), JSON.stringify({ type: 'module', private: true }))
  writeFileSync(join(path, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }))
  return {
    path,
    check: () => said(path, [join(root, 'node_modules/typescript/bin/tsc'), '-p', path]),
    write: (name, text) => writeFileSync(join(path, name), text),
    run: (name, args = []) =>
      execFileSync(process.execPath, [name, ...args], { cwd: path, encoding: 'utf8' }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Our package as its tarball has it; what it depends on by links. */
function install(path: string, tarball: string): void {
  const modules = join(path, 'node_modules')
  const own = join(modules, 'dambreak')
  mkdirSync(own, { recursive: true })
  execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', own])
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (!name.startsWith('.')) symlinkSync(join(root, 'node_modules', name), join(modules, name))
  }
}

function said(cwd: string, args: readonly string[]): string {
  try {
    return execFileSync(process.execPath, args, { cwd, encoding: 'utf8' })
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    return `${stdout}${stderr}` || String(error)
  }
}
