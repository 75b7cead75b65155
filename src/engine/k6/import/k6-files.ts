import { statSync } from 'node:fs'
import { DambreakError } from '../../../core/errors.ts'
import type { K6File } from './k6-file.ts'
import { diskError, errorCode } from '../../../core/files/disk-error.ts'
import { chunksOf } from '../../../core/files/read-bytes.ts'

/**
 * Outputs of k6 on disk, plain or gzip.
 * @throws DambreakError 'usage' where one is not there or is no file; 'disk' where it cannot be seen
 */
export function k6Files(paths: readonly string[], signal: AbortSignal): K6File[] {
  return paths.map((path) => {
    checkFile(path)
    return { name: path, open: () => chunksOf(path, signal) }
  })
}

function checkFile(path: string): void {
  try {
    if (!statSync(path).isFile()) {
      throw new DambreakError('usage', `${path} is no file; k6 writes one with --out json=<file>`)
    }
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new DambreakError('usage', `${path}: there is no such file`, [], error)
    }
    throw error instanceof DambreakError ? error : diskError(error, `read ${path}`)
  }
}
