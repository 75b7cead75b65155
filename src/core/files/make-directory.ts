import nodeFs from 'node:fs/promises'
import { dirname } from 'node:path'
import { errorCode } from './disk-error.ts'

type Access = Pick<typeof nodeFs, 'mkdir' | 'lstat'>

/**
 * Makes a directory and those above it that are missing; gives the first it had to make. One by one:
 * Node's own recursive call never ends where a file system takes no new names, as `/proc` does (it
 * holds the ENOENT for a missing parent again and again).
 * @throws what the file system says
 */
export async function makeDirectory(
  path: string,
  fs: Access = nodeFs,
): Promise<string | undefined> {
  try {
    await fs.mkdir(path)
    return path
  } catch (error) {
    const parent = dirname(path)
    if (errorCode(error) === 'EEXIST') return undefined
    const isOrphan =
      errorCode(error) === 'ENOENT' && parent !== path && !(await isThere(parent, fs))
    if (!isOrphan) throw error
    const first = await makeDirectory(parent, fs)
    const own = await makeDirectory(path, fs)
    return first ?? own
  }
}

async function isThere(path: string, fs: Access): Promise<boolean> {
  return fs.lstat(path).then(
    () => true,
    () => false,
  )
}
