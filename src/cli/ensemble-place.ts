import { existsSync, readFileSync, statSync } from 'node:fs'
import { DambreakError } from '../core/errors.ts'
import { isEnsembleText } from '../model/fit/ensemble.ts'
import { diskError } from '../record/disk-error.ts'
import { tryWholeFile } from './whole-file.ts'

/**
 * Finds out before anything is run whether an ensemble can be written there: only an ensemble is
 * replaced. Throws a `usage` or a `disk` error.
 */
export function tryEnsemblePlace(path: string): void {
  if (existsSync(path) && statSync(path).isFile() && !isEnsembleText(textOf(path))) {
    const words = `${path} holds something else: give another --out, or remove it first`
    throw new DambreakError('usage', words)
  }
  tryWholeFile(path)
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw diskError(error, `read ${path}`)
  }
}
