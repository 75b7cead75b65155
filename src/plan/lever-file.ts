import { readFile, stat } from 'node:fs/promises'
import { z } from 'zod'
import { DambreakError } from '../core/errors.ts'
import type { Fault } from '../core/errors.ts'
import { diskError, errorCode } from '../core/files/disk-error.ts'
import { parseScenario } from '../scenario/load/parse.ts'
import type { Mapping } from '../scenario/plain.ts'
import { explain } from '../scenario/schema/explain.ts'
import { readYaml } from '../scenario/load/read-text.ts'
import { pullLever, type Lever, type LeverChange, type LeverOption } from './lever.ts'

const change = {
  set: z.record(z.string(), z.unknown()).default({}),
  scale: z.record(z.string(), z.number().min(0)).default({}),
  dropEvents: z.array(z.string()).default([]),
  splitInto: z.int().min(1).max(1000).default(1),
  wrongDayShare: z.number().min(0).max(1).default(0),
  preQueueSec: z.number().min(0).max(86_400).default(0),
}

const leverSchema = z.strictObject({
  name: z.string().min(1),
  description: z.string().default(''),
  ...change,
  /** Several changes in place of one; the best is used. */
  oneOf: z
    .array(z.strictObject({ label: z.string().min(1), ...change }))
    .min(1)
    .optional(),
})

const leversSchema = z.strictObject({ levers: z.array(leverSchema).min(1) })

/**
 * The levers in data of any origin; `name` is what messages call it.
 * @throws DambreakError `usage` with every fault and its path
 */
export function parseLevers(data: unknown, name: string): Lever[] {
  const parsed = leversSchema.safeParse(data)
  if (!parsed.success) throw refusal(name, explain(leversSchema, data))
  const levers = parsed.data.levers.map(leverOf)
  const names = levers.flatMap(({ options }, i) => options.map((one) => ({ name: one.name, i })))
  const idle = levers.flatMap(({ options }, i) => options.flatMap((one) => idleFaults(one, i)))
  const again = names.flatMap(({ name: own, i }, k): Fault[] =>
    names.findIndex((one) => one.name === own) === k
      ? []
      : [{ path: `levers[${i}].name`, message: `"${own}" is listed twice` }],
  )
  const faults = [...again, ...idle]
  if (faults.length > 0) throw refusal(name, faults)
  return levers
}

function leverOf({ name, description, oneOf, ...own }: z.output<typeof leverSchema>): Lever {
  const option = (called: string, changes: LeverChange): LeverOption => ({
    ...changes,
    name: called,
    lever: name,
    what: { code: 'Text', name: called, description },
  })
  const options =
    oneOf === undefined
      ? [option(name, own)]
      : oneOf.map(({ label, ...changes }) => option(`${name}: ${label}`, combined(own, changes)))
  return { name, options }
}

/** Parts of a lever that have no effect. */
function idleFaults(option: LeverOption, at: number): Fault[] {
  const { name, splitInto, wrongDayShare, preQueueSec, set, scale, dropEvents } = option
  if (wrongDayShare > 0 && splitInto === 1) {
    const message = `"${name}" requires splitInto of at least 2: without other openings nobody comes on a wrong day`
    return [{ path: `levers[${at}].wrongDayShare`, message }]
  }
  const changes = Object.keys(set).length + Object.keys(scale).length + dropEvents.length
  if (changes > 0 || splitInto > 1 || preQueueSec > 0) return []
  return [{ path: `levers[${at}]`, message: `"${name}" changes nothing` }]
}

/** What all options share, and what one has of its own. */
function combined(shared: LeverChange, own: LeverChange): LeverChange {
  return {
    set: { ...shared.set, ...own.set },
    scale: { ...shared.scale, ...own.scale },
    dropEvents: [...shared.dropEvents, ...own.dropEvents],
    splitInto: shared.splitInto * own.splitInto,
    wrongDayShare: Math.max(shared.wrongDayShare, own.wrongDayShare),
    preQueueSec: Math.max(shared.preQueueSec, own.preQueueSec),
  }
}

function refusal(name: string, faults: readonly Fault[]): DambreakError {
  const count = faults.length === 1 ? 'a fault' : `${faults.length} faults`
  return new DambreakError('usage', `the levers of ${name} have ${count}`, faults)
}

/** Larger files are not read. */
const largestBytes = 2 ** 20

/**
 * Reads a file of levers (YAML or JSON).
 * @throws DambreakError `usage` where there is none or it has faults, `disk` where it cannot be read
 */
export async function readLevers(path: string): Promise<Lever[]> {
  try {
    const { size } = await stat(path)
    if (size > largestBytes) throw new DambreakError('usage', `${path} is larger than 1 MiB`)
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path))
    const read = readYaml(text)
    if ('fault' in read) throw new DambreakError('usage', `the levers of ${path}: ${read.fault}`)
    return parseLevers(read.value, path)
  } catch (error) {
    if (error instanceof DambreakError) throw error
    if (error instanceof TypeError) throw new DambreakError('usage', `${path} is not UTF-8 text`)
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(errorCode(error))) {
      throw new DambreakError('usage', `there is no file of levers at ${path}`, [], error)
    }
    throw diskError(error, `read ${path}`)
  }
}

/** What a lever requires and the scenario does not have, each with its path. */
function leverFaults(option: LeverOption, document: Mapping): Fault[] {
  const pulled = pullLever(document, option)
  if (!pulled.ok) return pulled.faults
  const parsed = parseScenario(pulled.document)
  return parsed.ok ? [] : parsed.faults
}

/**
 * Checks the levers of a user's file against the scenario.
 * @throws DambreakError `usage` with every fault
 */
export function requireLevers(levers: readonly Lever[], document: Mapping, name: string): void {
  const faults = levers.flatMap((lever) =>
    lever.options.flatMap((option) =>
      leverFaults(option, document).map(({ path, message }) => ({
        path: path === '' ? option.name : `${option.name}: ${path}`,
        message,
      })),
    ),
  )
  if (faults.length > 0) throw refusal(name, faults)
}

/** Those levers, and of each those options, that the scenario has the fields for and that change it. */
export function applicableLevers(levers: readonly Lever[], document: Mapping): Lever[] {
  const before = parsedText(document)
  return levers.flatMap((lever) => {
    const options = lever.options.filter((option) => {
      const pulled = pullLever(document, option)
      const after = pulled.ok ? parsedText(pulled.document) : null
      const isShape = option.splitInto > 1 || option.preQueueSec > 0
      return after !== null && (isShape || after !== before)
    })
    return options.length === 0 ? [] : [{ ...lever, options }]
  })
}

/** `null` where it is no scenario. */
function parsedText(document: Mapping): string | null {
  const parsed = parseScenario(document)
  return parsed.ok ? JSON.stringify({ ...parsed.loaded.scenario, variants: [] }) : null
}
