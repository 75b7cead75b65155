import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import { DambreakError } from '../core/errors.ts'
import { diskError } from '../core/files/disk-error.ts'
import { holdsPlan, planRefusal } from './plan-refusal.ts'
import type { RunRecord } from './run.ts'
import { readRun } from './store.ts'

const holdsRun = (path: string): boolean => existsSync(join(path, 'run.json'))

/** What cannot be looked at is none: whoever reads it says why. */
function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

/** The runs in a directory, or in its `runs/`, in the order of their names and numbers. */
function runsIn(path: string): string[] {
  if (!isDirectory(path)) return []
  try {
    const inner = existsSync(join(path, 'runs')) ? join(path, 'runs') : path
    const names = readdirSync(inner).toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    return names.map((name) => join(inner, name)).filter(holdsRun)
  } catch (error) {
    throw diskError(error, `read ${path}`)
  }
}

/**
 * A run that the command line names: its directory, or its `run.json`. A file that is no run is bad
 * usage; an invalid run (exit code 3) is one that can be read.
 */
export async function readRunArgument(path: string): Promise<RunRecord> {
  try {
    return await readRun(path)
  } catch (error) {
    if (!(error instanceof DambreakError)) throw error
    // Which of them are meant must be said: a directory may hold others, or lack one.
    const [first] = holdsRun(path) ? [] : runsIn(path)
    if (first !== undefined) {
      throw new DambreakError(
        'usage',
        `${path} is not a run but contains several: give ${join(first, '..', '*')}`,
        [],
        error,
      )
    }
    if (error.kind !== 'invalid') throw error
    throw new DambreakError('usage', error.message, error.faults, error)
  }
}

/**
 * The runs of one side of a comparison: each path is a run, or a directory of runs. Throws as
 * `readRunArgument` does, and a `usage` error for a directory without any.
 */
export async function readSide(paths: readonly string[]): Promise<RunRecord[]> {
  const records: RunRecord[] = []
  for (const path of paths) {
    const isRun = holdsRun(path) || !isDirectory(path)
    const found = isRun ? [path] : runsIn(path)
    if (found.length === 0) {
      if (holdsPlan(path)) throw planRefusal(path)
      throw new DambreakError('usage', `${path}: there is no run here, nor in its directories`)
    }
    for (const one of found) records.push(await readRunArgument(one))
  }
  return records
}

/** Throws a `usage` error where writing to `out` would replace one of the runs that are read. */
export function checkKept(out: string, paths: readonly string[]): void {
  if (!existsSync(out)) return
  const to = realpathSync(out)
  const sources = paths.flatMap((path) => (existsSync(path) ? [realpathSync(path)] : []))
  if (!sources.some((source) => source === to || source.startsWith(to + sep))) return
  throw new DambreakError('usage', `${out} holds a run that is to be read: give another --out`)
}
