import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DambreakError } from '../errors.ts'
import { ownPid, probeProcess } from '../host.ts'
import { diskError, errorCode } from './disk-error.ts'

/** In the directory itself, so that it is found by whatever name the directory is called. */
export const lockName = 'dambreak.lock'

/**
 * Makes a directory this process's own, until it ends or calls the function that this gives; creates
 * it where it is not there. What a process has left behind that is gone is taken over. Throws a
 * DambreakError of kind `engine` where another one has it, of kind `disk` where it cannot be used.
 */
export function lockDirectory(path: string): () => void {
  const lock = join(path, lockName)
  try {
    mkdirSync(path, { recursive: true })
    while (!isCreated(lock)) {
      const holder = pidIn(lock)
      if (holder === null) continue
      if (isAlive(holder)) throw inUse(path, holder)
      removeOf(holder, lock)
    }
  } catch (error) {
    if (error instanceof DambreakError) throw error
    throw diskError(error, `use the directory ${path}`)
  }
  return () => {
    if (pidIn(lock) === ownPid) rmSync(lock, { force: true })
  }
}

function inUse(path: string, holder: number): DambreakError {
  const who = Number.isNaN(holder) ? 'something else' : `process ${holder}`
  const text =
    `another stack (${who}) uses the directory ${path}: give each its own, ` +
    `or remove ${lockName} from it if that is no stack`
  return new DambreakError('engine', text)
}

/** False where there is one already. */
function isCreated(lock: string): boolean {
  try {
    writeFileSync(lock, `${ownPid}\n`, { flag: 'wx' })
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    // One that could not be written to its end says nobody's name.
    if (errorCode(error) === 'ENOSPC') rmSync(lock, { force: true })
    throw error
  }
}

/** Whose lock it is; NaN: it does not say; `null`: there is none any more. */
function pidIn(lock: string): number | null {
  try {
    const text = readFileSync(lock, 'utf8').trim()
    return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : NaN
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    throw error
  }
}

function isAlive(pid: number): boolean {
  // Nobody knows: what does not say whose it is is left alone.
  if (Number.isNaN(pid)) return true
  // Numbers are given again: it was another process that had this one.
  if (pid === ownPid) return false
  try {
    probeProcess(pid)
    return true
  } catch (error) {
    return errorCode(error) !== 'ESRCH'
  }
}

/**
 * Removes the lock of a process that is gone. Moved away first, for that only one can do; if it has
 * become somebody else's meanwhile, it is put back.
 */
function removeOf(holder: number, lock: string): void {
  const aside = `${lock}.${ownPid}`
  try {
    renameSync(lock, aside)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return
    throw error
  }
  if (pidIn(aside) === holder) rmSync(aside, { force: true })
  else renameSync(aside, lock)
}
