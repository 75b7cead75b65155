import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { DambreakError } from '../core/errors.ts'
import { minRuns } from '../compare/compare.ts'
import type { GateBaseline } from './regression.ts'
import { diskError, errorCode } from '../core/files/disk-error.ts'
import { readSide } from '../record/run-argument.ts'
import type { RunHeader, RunRecord } from '../record/run.ts'
import { readBack } from '../record/read-back.ts'
import { issueFaults } from '../record/schema-faults.ts'
import { readRun, serialiseRun, writeRunDirectory } from '../record/store.ts'

/**
 * Named baselines: what later runs are held against.
 *
 *   reports/baselines/<name>/<time>/baseline.json     where its runs come from, and the verdict on them
 *                                   runs/<n>/run.json
 *
 * An entry is written once and never changed. Of a name the newest entries count that passed their
 * gate and are of the same kind as the runs to be held against them.
 */
const entrySchema = z.object({
  schemaVersion: z.literal(1),
  savedAt: z.iso.datetime(),
  /** Version or commit of the target that the runs were made on. */
  targetVersion: z.string().nullable(),
  machine: z.string(),
  gate: z.object({ passed: z.boolean(), text: z.string() }),
  kind: z.object({
    engine: z.string(),
    workloadHash: z.string(),
    stackHash: z.string(),
    timing: z.string(),
    population: z.number(),
    speed: z.number(),
  }),
  runs: z.int().min(1),
})

type Entry = z.infer<typeof entrySchema>
type Kind = Entry['kind']

/** Names that are safe as a folder, and that no path can be. */
export const isBaselineName = (text: string): boolean => /^[\w][\w.-]{0,99}$/.test(text)

function kindOf({ header }: RunRecord): Kind {
  const { engine, workloadHash, stackHash, timing, population, speed } = header
  return { engine, workloadHash, stackHash, timing, population, speed }
}

/** Machines of a class are taken to be as fast as each other: `linux x64, 4 cores, 16 GiB`. */
function machineClass({ host }: Pick<RunHeader, 'host'>): string {
  const { platform, arch, cores, memoryBytes } = host
  const gib = typeof memoryBytes === 'number' ? `${Math.round(memoryBytes / 2 ** 30)} GiB` : '? GiB'
  return `${platform ?? '?'} ${arch ?? '?'}, ${cores ?? '?'} cores, ${gib}`
}

export interface ToSave {
  readonly name: string
  readonly records: readonly RunRecord[]
  readonly targetVersion: string | null
  readonly gate: Entry['gate']
  readonly epochMs: number
}

/** Runs that can stand beside each other in one entry; throws a `usage` error where they cannot. */
function kindOfAll(name: string, records: readonly RunRecord[]): Kind {
  const kinds = records.map(kindOf)
  const [kind] = kinds
  const other = kinds.find((one) => JSON.stringify(one) !== JSON.stringify(kind))
  if (kind !== undefined && other === undefined) return kind
  throw new DambreakError(
    'usage',
    `baseline ${name} keeps runs of one workload on one stack: save runs of several scenarios under a name each`,
  )
}

/** Keeps the runs under the name; gives the entry's directory. Throws as `writeRunDirectory` does. */
export async function saveBaseline(root: string, save: ToSave): Promise<string> {
  const { name, records, targetVersion, gate, epochMs } = save
  const kind = kindOfAll(name, records)
  const [first] = records
  const savedAt = new Date(epochMs).toISOString()
  const entry: Entry = {
    schemaVersion: 1,
    savedAt,
    targetVersion,
    machine: first === undefined ? '?' : machineClass(first.header),
    gate,
    kind,
    runs: records.length,
  }
  const stamp = savedAt.slice(0, 19).replaceAll(/[-:]/g, '')
  const base = join(root, name, stamp)
  let path = base
  for (let n = 2; existsSync(path); n += 1) path = `${base}-${n}`
  const runs = records.map((run, at) => [`runs/${at + 1}/run.json`, serialiseRun(run)] as const)
  const files = {
    'baseline.json': readBack('baseline.json', `${JSON.stringify(entry, null, 2)}\n`, (value) => {
      const parsed = entrySchema.safeParse(value)
      return parsed.success ? [] : parsed.error.issues.flatMap((issue) => issueFaults(issue, value))
    }),
    ...Object.fromEntries(runs),
  }
  await writeRunDirectory(path, files)
  return path
}

interface Found {
  readonly path: string
  readonly entry: Entry
}

function entriesOf(root: string, name: string): { found: Found[]; damaged: number } {
  const dir = join(root, name)
  let names: string[] = []
  try {
    names = readdirSync(dir).filter((one) => /^\d{8}T\d{6}(-\d+)?$/.test(one))
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw diskError(error, `read ${dir}`)
  }
  const read = names.map((one) => ({ path: join(dir, one), entry: readEntry(join(dir, one)) }))
  const found = read.flatMap(({ path, entry }) => (entry === null ? [] : [{ path, entry }]))
  // The newest first; of one second the one that was written later.
  found.sort(
    (a, b) =>
      b.entry.savedAt.localeCompare(a.entry.savedAt) ||
      b.path.length - a.path.length ||
      b.path.localeCompare(a.path),
  )
  return { found, damaged: read.length - found.length }
}

function readEntry(path: string): Entry | null {
  try {
    const parsed = entrySchema.safeParse(
      JSON.parse(readFileSync(join(path, 'baseline.json'), 'utf8')),
    )
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

/** Why entries of a name are passed over, in the order in which it is asked. */
const reasons: readonly { words: string; holds: (entry: Entry, like: RunRecord) => boolean }[] = [
  { words: 'failed the gate', holds: ({ gate }) => !gate.passed },
  {
    words: 'of another workload',
    holds: ({ kind }, { header }) => kind.workloadHash !== header.workloadHash,
  },
  { words: 'of another engine', holds: ({ kind }, { header }) => kind.engine !== header.engine },
  { words: 'timed otherwise', holds: ({ kind }, { header }) => kind.timing !== header.timing },
  {
    words: 'of another scale',
    holds: ({ kind }, { header }) =>
      kind.population !== header.population || kind.speed !== header.speed,
  },
  {
    // A simulation is the same on every machine.
    words: 'of another machine',
    holds: ({ machine }, { header }) => header.engine !== 'sim' && machine !== machineClass(header),
  },
]

/**
 * The baseline that is given by a name, whose runs are kept in `root`, or by paths of runs. With a name and
 * without a run to hold against it there is nothing to compare, and it has no runs.
 * @throws DambreakError 'usage' where there is none, 'invalid' or 'disk' where a run cannot be read
 */
export async function readBaseline(
  given: readonly string[],
  root: string,
  like: RunRecord | undefined,
): Promise<GateBaseline> {
  const [only = ''] = given
  const isName = given.length === 1 && isBaselineName(only)
  if (isName && (existsSync(join(root, only)) || !existsSync(only))) {
    return like === undefined
      ? { name: only, sources: [], runs: [] }
      : findBaseline(root, only, like)
  }
  return { name: given.join(', '), sources: [], runs: await readSide(given) }
}

/**
 * The last good runs of that name that `like` can be held against: of the newest entry that passed,
 * and of older ones of the same stack until there are enough to tell a regression from chance.
 * Throws a `usage` error that says what was passed over where there are none.
 */
async function findBaseline(root: string, name: string, like: RunRecord): Promise<GateBaseline> {
  const { found, damaged } = entriesOf(root, name)
  if (found.length + damaged === 0) {
    throw new DambreakError(
      'usage',
      `there is no baseline ${name} in ${root}: gate … --save-baseline ${name} keeps one`,
    )
  }
  const judged = found.map((one) => ({
    ...one,
    why: reasons.find(({ holds }) => holds(one.entry, like))?.words ?? null,
  }))
  const good = judged.filter(({ why }) => why === null)
  const newest = good[0]
  if (newest === undefined) {
    const counts = reasons.flatMap(({ words }) => {
      const count = judged.filter(({ why }) => why === words).length
      return count === 0 ? [] : [`${count} ${words}`]
    })
    const told = [...counts, ...(damaged === 0 ? [] : [`${damaged} damaged`])].join(', ')
    throw new DambreakError(
      'usage',
      `baseline ${name} holds no good run of this workload to compare with: of ${found.length + damaged} kept, ${told}`,
    )
  }
  const taken: Found[] = []
  let count = 0
  for (const one of good) {
    if (one.entry.kind.stackHash !== newest.entry.kind.stackHash) continue
    if (count >= minRuns) break
    taken.push(one)
    count += one.entry.runs
  }
  const runs = await Promise.all(taken.flatMap(runPaths).map((path) => readRun(path)))
  const sources = taken.map(({ entry: { targetVersion, savedAt, machine } }) => ({
    targetVersion,
    savedAt,
    machine,
  }))
  return { name, sources, runs }
}

const runPaths = ({ path, entry }: Found): string[] =>
  Array.from({ length: entry.runs }, (_, at) => join(path, 'runs', `${at + 1}`))
