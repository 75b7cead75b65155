import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { DambreakError } from '../core/errors.ts'
import { diskError } from '../core/files/disk-error.ts'
import { fileNameOf } from '../core/files/file-name.ts'
import { repairDirectory } from '../record/interrupted-rename.ts'
import { existingKind, writeRunDirectory } from '../record/store.ts'
import type { Environment } from './environment.ts'

export type Files = Map<string, string | Uint8Array>

/** A place for results that was looked at before any work was done. */
export interface Output {
  readonly path: string
  /** The directory appears whole or not at all, even at a second Ctrl-C. */
  readonly write: (files: Files) => Promise<void>
}

function nearestExisting(path: string): string {
  return existsSync(path) ? path : nearestExisting(dirname(path))
}

/** Makes a directory where the result will be made, and takes it away again. */
function tryToWrite(path: string): void {
  try {
    rmSync(mkdtempSync(join(nearestExisting(path), '.dambreak-')), { recursive: true })
    if (existsSync(path)) readdirSync(path)
  } catch (error) {
    throw diskError(error, `write ${path}`)
  }
}

/** What commands write: a directory with anything else in it is not replaced. */
const ourNames =
  /^(report\.html|summary\.md|(timeline|figures|candidates|levers|sensitivity|collapse-map)\.csv|(run|plan|fit|arrivals|scenario|comparison)\.json|runs|k6|[\w-]+\.png)$/

/** An earlier process may have been killed while it replaced the directory. */
async function repairAt(path: string): Promise<void> {
  try {
    await repairDirectory(path)
  } catch (error) {
    throw diskError(error, `write ${path}`)
  }
}

async function kindAt(path: string): ReturnType<typeof existingKind> {
  try {
    return await existingKind(path)
  } catch (error) {
    throw diskError(error, `write ${path}`)
  }
}

/**
 * Finds out before the work is done whether its result can be written: throws a `disk` error
 * where not, a `usage` error where something else is there. An earlier one of ours is replaced.
 */
export async function openOutput(given: string, environment: Environment): Promise<Output> {
  const path = resolve(given)
  await repairAt(path)
  tryToWrite(path)
  const names = existsSync(path) ? readdirSync(path) : []
  const foreign = names.find((name) => !ourNames.test(name))
  if (foreign !== undefined || (await kindAt(path)) === 'foreign') {
    const what = foreign === undefined ? 'something else' : `something else (${foreign})`
    const text = `${path} holds ${what}: give another --out, or remove it first`
    throw new DambreakError('usage', text)
  }
  return {
    path,
    write: (files) => environment.hold(writeRunDirectory(path, Object.fromEntries(files))),
  }
}

/** `reports/<name>-<what>-<time>`, the time in UTC to the second. */
export function defaultOutput(environment: Environment, name: string, what: string): string {
  const iso = new Date(environment.clock.epochMs()).toISOString()
  return join('reports', `${fileNameOf(name)}-${what}-${iso.slice(0, 19).replaceAll(/[-:]/g, '')}`)
}
