import { readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { DambreakError } from '../core/errors.ts'
import { diskError, errorCode } from '../core/files/disk-error.ts'
import { readBack } from '../record/read-back.ts'
import { holdsPlan, isPlanValue } from '../record/plan-refusal.ts'
import { issueFaults } from '../record/schema-faults.ts'
import { isMapping } from '../scenario/plain.ts'
import type { Plan } from './plan-record.ts'
import { planSchema } from './plan-schema.ts'
import { planV1Schema } from './plan-v1.ts'

/** `plan.json`, read and written. */

/** Larger files are not read: 200 counts with a map are some 2 MB. */
const maxPlanBytes = 32 * 2 ** 20
/** Nobody reads more of them. */
const maxFaults = 100

/**
 * Text of `plan.json`, read back.
 * @throws DambreakError 'engine' with every fault
 */
export function serialisePlan(plan: Plan): string {
  return readBack('plan.json', `${JSON.stringify(plan, null, 1)}\n`, (value, name) => {
    parsePlan(value, name)
    return []
  })
}

/**
 * A plan from parsed JSON; version 1 is upgraded. `name` is what messages call it.
 * @throws DambreakError `usage` with every fault and its path
 */
export function parsePlan(value: unknown, name: string): Plan {
  const version: unknown = isMapping(value) ? value['schemaVersion'] : undefined
  if (version !== 1 && version !== 2) {
    const message = `must be 1 or 2, got ${JSON.stringify(version) ?? 'nothing'}`
    throw new DambreakError('usage', `${name} is not a plan`, [{ path: 'schemaVersion', message }])
  }
  const parsed = (version === 1 ? planV1Schema : planSchema).safeParse(value)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.flatMap((issue) => issueFaults(issue, value))
  const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`
  throw new DambreakError('usage', `${name} is not a plan: ${count}`, faults.slice(0, maxFaults))
}

/**
 * Reads a plan: a plan's directory, or its `plan.json`, of schema version 1 or 2.
 * @throws DambreakError `usage` where there is none or it has faults, `disk` where it cannot be read
 */
export async function readPlan(path: string): Promise<Plan> {
  return parsePlan(await readJson(path), path)
}

/**
 * The plan that a path names, recognised by its content: a directory with a `plan.json` and no
 * `run.json`, or a file that holds a plan; `null` where it is neither.
 * @throws DambreakError as `readPlan` does, where it is a plan that cannot be read
 */
export async function planAt(path: string): Promise<Plan | null> {
  const given = await stat(path).catch(() => null)
  if (given === null) return null
  if (given.isDirectory()) return holdsPlan(path) ? readPlan(path) : null
  // Run files are read once, by who knows them.
  if (basename(path) === 'run.json' || !given.isFile()) return null
  const value = await readJson(path).catch((error: unknown) => {
    if (error instanceof DambreakError && error.kind === 'usage') return null
    throw error
  })
  return isPlanValue(value) ? parsePlan(value, path) : null
}

async function readJson(path: string): Promise<unknown> {
  try {
    const given = await stat(path)
    const file = given.isDirectory() ? join(path, 'plan.json') : path
    const { size } = given.isDirectory() ? await stat(file) : given
    if (size > maxPlanBytes) {
      const mib = Math.ceil(size / 2 ** 20)
      throw new DambreakError('usage', `${path} is not a plan: ${mib} MiB, at most 32 are read`)
    }
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file)))
  } catch (error) {
    if (error instanceof DambreakError) throw error
    if (error instanceof SyntaxError) {
      throw new DambreakError('usage', `${path} is not a plan: it is not JSON`)
    }
    const code = errorCode(error)
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
      throw new DambreakError('usage', `${path} is not a plan: it is not UTF-8 text`)
    }
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new DambreakError('usage', `${path}: there is no plan here`, [], error)
    }
    throw code === '' ? error : diskError(error, `read ${path}`)
  }
}
