import nodeFs from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { errorCode } from '../core/files/disk-error.ts'

type RepairAccess = Pick<typeof nodeFs, 'readdir' | 'rename' | 'rm'>

/**
 * Finishes a replacement of a directory that was killed between its two renames: the old directory had
 * been moved aside, the new one, which was complete by then, had not yet got its name.
 *
 *   .run.Ab3dEf/old   what stood at `run`
 *   .run.Ab3dEf/new   what was to stand there
 *
 * Does nothing where something stands at `path`, or nothing was moved aside.
 */
export async function repairDirectory(path: string, fs: RepairAccess = nodeFs): Promise<void> {
  const target = resolve(path)
  const parent = dirname(target)
  const names = await namesIn(parent, fs)
  if (names.includes(basename(target))) return
  const prefix = `.${basename(target)}.`
  for (const name of names) {
    if (!name.startsWith(prefix) || name.length !== prefix.length + randomChars) continue
    const holder = join(parent, name)
    const held = await namesIn(holder, fs)
    if (!held.includes('old')) continue
    await fs.rename(join(holder, held.includes('new') ? 'new' : 'old'), target)
    await fs.rm(holder, { recursive: true, force: true })
    return
  }
}

/** What `mkdtemp` puts at the end of a name. */
const randomChars = 6

async function namesIn(path: string, fs: RepairAccess): Promise<string[]> {
  try {
    return await fs.readdir(path)
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(errorCode(error))) return []
    throw error
  }
}
