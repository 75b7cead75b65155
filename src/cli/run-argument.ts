import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DambreakError } from '../core/errors.ts'
import type { RunRecord } from '../record/run.ts'
import { readRun } from '../record/store.ts'

/**
 * A run that the command line names: its directory, or its `run.json`. A file that is no run is bad
 * usage; an invalid run (exit code 3) is one that can be read.
 */
export async function readRunArgument(path: string): Promise<RunRecord> {
  try {
    return await readRun(path)
  } catch (error) {
    if (error instanceof DambreakError && existsSync(join(path, 'runs'))) {
      const text = `${path} is no run but keeps several: give ${join(path, 'runs', '*')}`
      throw new DambreakError('usage', text, [], error)
    }
    if (!(error instanceof DambreakError) || error.kind !== 'invalid') throw error
    throw new DambreakError('usage', error.message, error.faults, error)
  }
}
