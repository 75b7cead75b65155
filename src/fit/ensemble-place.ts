import { existsSync, readFileSync, statSync } from 'node:fs'
import { DambreakError } from '../core/errors.ts'
import { isEnsembleText, isMeasured, parseEnsemble } from './ensemble.ts'
import { diskError } from '../core/files/disk-error.ts'
import { tryWholeFile } from '../core/files/whole-file.ts'

/**
 * Finds out before anything is run whether an ensemble can be written there: only an ensemble is
 * replaced, and one that was measured by another measured one only. Throws a `usage` or a `disk` error.
 */
export function tryEnsemblePlace(path: string, kind: 'measured' | 'reported'): void {
  if (existsSync(path) && statSync(path).isFile()) {
    const text = textOf(path)
    const refuse = (what: string) => {
      throw new DambreakError(
        'usage',
        `${path} holds ${what}: give another --out, or remove it first`,
      )
    }
    if (!isEnsembleText(text)) refuse('something else')
    if (kind === 'reported' && wasMeasured(text, path)) {
      refuse('an ensemble that was measured, which tells more than one of reported figures')
    }
  }
  tryWholeFile(path)
}

/** A broken one was nothing to keep. */
function wasMeasured(text: string, path: string): boolean {
  try {
    return isMeasured(parseEnsemble(JSON.parse(text), path))
  } catch {
    return false
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw diskError(error, `read ${path}`)
  }
}
