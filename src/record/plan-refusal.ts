import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DambreakError } from '../core/errors.ts'
import { isMapping } from '../scenario/plain.ts'

/** A plan where a run is asked for: the two look alike from outside. */

/** Whether parsed JSON is a `plan.json` of ours, in any version, as opposed to a run. */
export function isPlanValue(value: unknown): boolean {
  return (
    isMapping(value) && Array.isArray(value['candidates']) && isMapping(value['recommendation'])
  )
}

/** Whether a directory holds a plan and no run. */
export function holdsPlan(path: string): boolean {
  return existsSync(join(path, 'plan.json')) && !existsSync(join(path, 'run.json'))
}

export const planRefusal = (path: string): DambreakError =>
  new DambreakError('usage', `${path} is a plan, not a run: dambreak report shows it`)
