import { readFileSync, statSync } from 'node:fs'
import { extname } from 'node:path'
import { DambreakError, type Fault } from '../core/errors.ts'
import { objectiveTextFault } from './slo.ts'
import { diskError, errorCode } from '../core/files/disk-error.ts'
import type { ParseOptions } from './expression.ts'
import { readJson, readYaml } from '../scenario/load/read-text.ts'

/** Longer lists are rejected: nobody reads so many verdicts. */
const maxObjectives = 1000
const maxBytes = 2 ** 20

/** An objective, and where in its file it stands. */
interface Placed {
  readonly text: string
  readonly place: string
}

/**
 * The objectives of a file: a list in YAML or JSON, or a line each, where `#` begins a comment.
 * `names` are those of every run that is held to them. Throws a `usage` error with every fault and
 * its place, a `disk` error where it cannot be read.
 */
export function readObjectives(path: string, names: readonly ParseOptions[]): string[] {
  const text = readText(path)
  const isList = ['.yaml', '.yml', '.json'].includes(extname(path).toLowerCase())
  const found = isList ? listed(path, text) : lined(text)
  const faults = found.flatMap(({ text: objective, place }): Fault[] => {
    const all = [{}, ...names].map((options) => objectiveTextFault(objective, options))
    const [first] = all.filter((fault) => fault !== null)
    return first === undefined ? [] : [{ path: place, message: `${first} (in "${objective}")` }]
  })
  if (faults.length > 0) throw refusal(path, faults)
  if (found.length === 0) {
    throw refusal(path, [{ path: '', message: 'holds no objective, such as errorShare < 0.01' }])
  }
  return found.map((objective) => objective.text)
}

function refusal(path: string, faults: readonly Fault[]): DambreakError {
  return new DambreakError('usage', `${path} is no list of objectives`, faults)
}

function readText(path: string): string {
  try {
    const { size } = statSync(path)
    if (size > maxBytes) throw refusal(path, [{ path: '', message: 'is larger than 1 MiB' }])
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path))
  } catch (error) {
    if (error instanceof TypeError && errorCode(error) === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
      throw refusal(path, [{ path: '', message: 'is not UTF-8 text' }])
    }
    if (errorCode(error) === 'ENOENT') {
      throw new DambreakError('usage', `${path}: there is no such file`, [], error)
    }
    throw errorCode(error) === '' ? error : diskError(error, `read ${path}`)
  }
}

function listed(path: string, text: string): Placed[] {
  const read = extname(path).toLowerCase() === '.json' ? readJson(text) : readYaml(text)
  if ('fault' in read) throw refusal(path, [{ path: '', message: read.fault }])
  if (!Array.isArray(read.value)) {
    throw refusal(path, [{ path: '', message: 'must be a list of objectives, each a text' }])
  }
  const entries: unknown[] = read.value
  if (entries.length > maxObjectives) {
    throw refusal(path, [{ path: '', message: `has more than ${maxObjectives} objectives` }])
  }
  const faults = entries.flatMap((entry, at): Fault[] =>
    typeof entry === 'string' ? [] : [{ path: `[${at}]`, message: 'must be a text' }],
  )
  if (faults.length > 0) throw refusal(path, faults)
  return entries.map((entry, at) => ({ text: String(entry), place: `[${at}]` }))
}

function lined(text: string): Placed[] {
  const found = text.split(/\r?\n/).flatMap((line, at) => {
    const objective = line.trim()
    if (objective === '' || objective.startsWith('#')) return []
    return [{ text: objective, place: `line ${at + 1}` }]
  })
  return found
}
