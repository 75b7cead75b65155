import nodeFs from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, resolve, sep } from 'node:path'
import { assert } from '../core/assert.ts'
import { DambreakError } from '../core/errors.ts'
import { diskError, errorCode } from '../core/files/disk-error.ts'
import { makeDirectory } from '../core/files/make-directory.ts'
import { holdsPlan, isPlanValue, planRefusal } from './plan-refusal.ts'
import { parseRun } from './run-schema.ts'
import type { RunRecord } from './run.ts'

import { repairDirectory } from './interrupted-rename.ts'
import { runText, serialiseRun } from './serialise.ts'

export { runText, serialiseRun }

/** The file operations that writing needs; tests pass ones that fail. */
export type DiskAccess = Pick<
  typeof nodeFs,
  | 'lstat'
  | 'mkdir'
  | 'mkdtemp'
  | 'open'
  | 'readdir'
  | 'realpath'
  | 'rename'
  | 'rm'
  | 'rmdir'
  | 'writeFile'
>

/** What a directory of ours holds, one of them: a run, a plan, a fit, or a comparison. */
const mainNames = ['run.json', 'plan.json', 'fit.json', 'comparison.json']

/** `run.json` of ours starts with its schema version, and so do the others. */
const runStart = /^\s*\{\s*"schemaVersion"\s*:\s*[12]\b/

/**
 * Writes the files of a run (names may have folders) so that the directory appears whole or not
 * at all: into a temporary sibling first, then by rename. An existing directory is left alone
 * unless it is empty, which is filled, or holds a run, study, plan or fit of ours, which is replaced.
 * @throws DambreakError 'disk', and nothing of what was written stays
 */
export async function writeRunDirectory(
  dir: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  fs: DiskAccess = nodeFs,
): Promise<void> {
  try {
    const wanted = resolve(dir)
    const existing = await existingKind(wanted, fs)
    if (existing === 'foreign') {
      throw new DambreakError('disk', `cannot write ${dir}: something else is there already`)
    }
    if (existing === 'empty') await fillDirectory(wanted, files, fs)
    else {
      const target = existing === 'run' ? await fs.realpath(wanted) : wanted
      await createDirectory({ target, replace: existing === 'run' }, files, fs)
    }
  } catch (error) {
    // Without a code it is no system error: a fault told already, or a bug of ours.
    throw errorCode(error) === '' ? error : diskError(error, `write ${dir}`)
  }
}

/**
 * Writes a run as `<dir>/run.json`, whole or not at all; an earlier run of ours there is replaced.
 * @throws DambreakError 'disk', and nothing of what was written stays
 */
export function writeRun(dir: string, run: RunRecord): Promise<void> {
  return writeRunDirectory(dir, { 'run.json': serialiseRun(run) })
}

/** What stands at a path where a run is to be written; `run` is one of ours, a study's, a plan's or a fit's. */
export async function existingKind(
  path: string,
  fs: DiskAccess = nodeFs,
): Promise<'none' | 'empty' | 'run' | 'foreign'> {
  try {
    const names = await fs.readdir(path)
    if (names.length === 0) return 'empty'
    const main = mainNames.find((name) => names.includes(name))
    const isOurs =
      main === undefined
        ? names.includes('runs') && (await isRunsFolder(join(path, 'runs'), fs))
        : await isRunFile(join(path, main), fs)
    return isOurs ? 'run' : 'foreign'
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
  }
  // A dangling link has no directory behind it, yet its name is taken.
  return fs.lstat(path).then(
    () => 'foreign' as const,
    (error: unknown) => {
      if (errorCode(error) === 'ENOENT') return 'none' as const
      throw error
    },
  )
}

/** A study keeps its runs in a folder each, and nothing else beside them. */
async function isRunsFolder(path: string, fs: DiskAccess): Promise<boolean> {
  if (!(await fs.lstat(path)).isDirectory()) return false
  const names = await fs.readdir(path)
  for (const name of names) if (!(await isRunFile(join(path, name, 'run.json'), fs))) return false
  return names.length > 0
}

async function isRunFile(path: string, fs: DiskAccess): Promise<boolean> {
  const found = await fs.lstat(path).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error))) return null
    throw error
  })
  if (found === null || !found.isFile()) return false
  const file = await fs.open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(256), 0, 256, 0)
    return runStart.test(buffer.subarray(0, bytesRead).toString('latin1'))
  } finally {
    await file.close()
  }
}

/** A sibling of the target takes the files, then its name. */
async function createDirectory(
  to: { target: string; replace: boolean },
  files: Readonly<Record<string, string | Uint8Array>>,
  fs: DiskAccess,
): Promise<void> {
  const { target, replace } = to
  const parent = dirname(target)
  const firstMade = await makeDirectory(parent, fs)
  try {
    await withTemporary(join(parent, `.${basename(target)}.`), fs, async (holder) => {
      const fresh = join(holder, 'new')
      await writeFiles(fresh, files, fs)
      if (!replace) return fs.rename(fresh, target)
      const old = join(holder, 'old')
      await fs.rename(target, old)
      await fs.rename(fresh, target).catch(async (error: unknown) => {
        await fs.rename(old, target)
        throw error
      })
      await fs.rm(old, { recursive: true, force: true }).catch(() => undefined)
    })
  } catch (error) {
    if (firstMade !== undefined) await removeEmpty(parent, firstMade, fs)
    throw error
  }
}

/** An empty directory may be a mount or someone's working directory: it stays, the main file last. */
async function fillDirectory(
  dir: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  fs: DiskAccess,
): Promise<void> {
  await withTemporary(join(dir, '.writing.'), fs, async (holder) => {
    const fresh = join(holder, 'new')
    await writeFiles(fresh, files, fs)
    const names = await fs.readdir(fresh)
    const inOrder = [...names.filter((name) => !mainNames.includes(name)).sort(), ...mainNames]
    const moved: string[] = []
    try {
      for (const name of inOrder.filter((each) => names.includes(each))) {
        await fs.rename(join(fresh, name), join(dir, name))
        moved.push(join(dir, name))
      }
    } catch (error) {
      for (const path of moved) await fs.rm(path, { recursive: true, force: true })
      throw error
    }
  })
}

async function withTemporary(
  prefix: string,
  fs: DiskAccess,
  work: (holder: string) => Promise<void>,
): Promise<void> {
  const holder = await fs.mkdtemp(prefix)
  try {
    await work(holder)
  } finally {
    // What the run came to is decided by now; a holder that cannot be removed changes nothing. An
    // old run that could be neither replaced nor put back stays in it.
    await fs.rm(join(holder, 'new'), { recursive: true, force: true }).catch(() => undefined)
    await fs.rmdir(holder).catch(() => undefined)
  }
}

async function writeFiles(
  dir: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  fs: DiskAccess,
): Promise<void> {
  // A directory of its own, because mkdtemp's is closed to everyone else.
  await fs.mkdir(dir)
  for (const [name, content] of Object.entries(files)) {
    const inside = !isAbsolute(name) && resolve(dir, name).startsWith(dir + sep)
    assert(inside, `a run's file must be inside its directory: ${name}`)
    const path = join(dir, name)
    if (dirname(path) !== dir) await makeDirectory(dirname(path), fs)
    // Flushed before the rename, or a power cut could leave the name without the content.
    await fs.writeFile(path, content, { flush: true })
  }
}

/** Takes back the parents made for a run that was not written, as far as they are empty. */
async function removeEmpty(from: string, upTo: string, fs: DiskAccess): Promise<void> {
  for (let dir = from; dir.startsWith(upTo); dir = dirname(dir)) {
    try {
      await fs.rmdir(dir)
    } catch {
      return
    }
  }
}

/** Larger files are not read: 2,000 buckets of dense histograms are some 10 MB. */
export const maxRunBytes = 256 * 2 ** 20

/**
 * Reads a run: a run directory, or its `run.json`.
 * @throws DambreakError 'usage' where there is none, 'invalid' with every fault and its path where
 * it is not a consistent record, 'disk' where it cannot be read
 */
export async function readRun(path: string): Promise<RunRecord> {
  const bytes = await readRunBytes(path)
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    throw new DambreakError(
      'invalid',
      `${path} is not a run: it is not ${error instanceof SyntaxError ? 'JSON' : 'UTF-8 text'}`,
    )
  }
  if (isPlanValue(value)) throw planRefusal(path)
  return parseRun(value, path)
}

async function readRunBytes(path: string): Promise<Uint8Array> {
  try {
    await repairDirectory(path)
    const given = await nodeFs.stat(path)
    const file = given.isDirectory() ? join(path, 'run.json') : path
    const stat = given.isDirectory() ? await nodeFs.stat(file) : given
    if (!stat.isFile()) {
      throw new DambreakError('usage', `${path} is not a run: it is neither a file nor a directory`)
    }
    if (stat.size > maxRunBytes) {
      const mib = Math.ceil(stat.size / 2 ** 20)
      throw new DambreakError('invalid', `${path} is not a run: ${mib} MiB, at most 256 are read`)
    }
    return await nodeFs.readFile(file)
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      if (holdsPlan(path)) throw planRefusal(path)
      throw new DambreakError('usage', `${path}: there is no run here`, [], error)
    }
    throw code === '' ? error : diskError(error, `read ${path}`)
  }
}
