import { DambreakError } from '../errors.ts'

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of the path is a file, not a directory',
  EISDIR: 'it is a directory',
  EEXIST: 'something else is there already',
  ENOTEMPTY: 'something else is there already',
  ENOENT: 'no such file or directory',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'the path goes round in circles',
  EBUSY: 'it is in use',
  EXDEV: 'it is on another file system',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files',
  EFBIG: 'the file would be too large',
  EIO: 'the disk failed',
}

/** The `code` of a system error, or ''. */
export function errorCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : ''
}

/** A system error for people: `cannot write <path>: the disk is full`. */
export function diskError(error: unknown, doing: string): DambreakError {
  const code = errorCode(error)
  const reason = reasons[code] ?? (code === '' ? 'the disk failed' : `error ${code}`)
  return new DambreakError('disk', `cannot ${doing}: ${reason}`, [], error)
}
