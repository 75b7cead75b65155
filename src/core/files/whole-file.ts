import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { DambreakError } from '../errors.ts'
import { uniqueName } from '../host.ts'
import { diskError } from './disk-error.ts'

const temporaryOf = (path: string): string =>
  join(dirname(path), `.${basename(path)}.${uniqueName()}`)

/** Finds out before the work is done whether a file can be written. Throws a `disk` error where not. */
export function tryWholeFile(path: string): void {
  if (existsSync(path) && statSync(path).isDirectory()) {
    throw new DambreakError('usage', `${path} is a directory: give the name of a file`)
  }
  const temporary = temporaryOf(path)
  try {
    writeFileSync(temporary, '')
    rmSync(temporary)
  } catch (error) {
    throw diskError(error, `write ${path}`)
  }
}

/** Writes a file so that it appears whole or not at all. Throws a `disk` error. */
export async function writeWholeFile(path: string, text: string): Promise<void> {
  const temporary = temporaryOf(path)
  try {
    // Flushed before the rename, or a power cut could leave the name without the content.
    await writeFile(temporary, text, { flag: 'wx', flush: true })
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw diskError(error, `write ${path}`)
  }
}
