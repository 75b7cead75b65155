import { DambreakError, type Fault } from '../../../core/errors.ts'
import type { LoadedScenario } from '../../../scenario/load/parse.ts'
import type { Mapping } from '../../../scenario/plain.ts'
import type { RunTags } from '../points.ts'
import { overlap, readSegment, type Segment } from './segment.ts'

/** What a runner told of its run, read. */
export interface K6Run {
  readonly tags: RunTags
  readonly seed: number
  readonly population: number
  readonly speed: number
  /** Epoch ms of the wall. */
  readonly startsAtMs: number
  readonly opensAtMs: number
  /** Without user, password and query; `null` where it is no address. */
  readonly target: string | null
  /** Visitors that come in one iteration of k6. */
  readonly visitorsPerIteration: number
}

const tagNames = [
  'format',
  'scenario',
  'variant',
  'workload_hash',
  'stack_hash',
  'seed',
  'population',
  'speed',
  'starts_at',
  'opens_at',
  'target',
  'segment',
] as const satisfies (keyof RunTags)[]

const known: RunTags['format'] = '1'

/**
 * The run of a `dambreak_runners` point.
 * @throws DambreakError 'usage' where it is of another format, or not whole
 */
export function readRunner(given: Mapping, metadata: Mapping, file: string): K6Run {
  const { format } = given
  if (format !== known) {
    const is = typeof format === 'string' ? `format ${format}` : 'no known format'
    throw new DambreakError(
      'usage',
      `${file} is of ${is}; this version reads format ${known}: export the scenario again, or import with the version that wrote it`,
    )
  }
  const lacking = tagNames.filter((name) => typeof given[name] !== 'string')
  const tags = Object.fromEntries(tagNames.map((name) => [name, given[name]])) as unknown as RunTags
  const run = {
    tags,
    seed: Number(tags.seed),
    population: Number(tags.population),
    speed: Number(tags.speed),
    startsAtMs: Number(tags.starts_at),
    opensAtMs: Number(tags.opens_at),
    target: targetOf(tags.target),
    visitorsPerIteration: visitorsOf(metadata),
  }
  const faults: Fault[] = lacking.map((path) => ({ path, message: 'missing' }))
  const check = (name: keyof RunTags, isGood: boolean) => {
    if (isGood || lacking.includes(name)) return
    faults.push({ path: name, message: `cannot be "${tags[name]}"` })
  }
  check('seed', Number.isInteger(run.seed) && run.seed >= 0 && run.seed <= 0xffff_ffff)
  check('population', run.population > 0 && run.population <= 1e6)
  check('speed', run.speed > 0 && run.speed <= 1e6)
  check('starts_at', isEpochMs(run.startsAtMs))
  check('opens_at', isEpochMs(run.opensAtMs))
  check('segment', !lacking.includes('segment') && readSegment(tags.segment) !== null)
  if (faults.length === 0) return run
  throw new DambreakError('usage', `${file}: what its runner tells of the run is not whole`, faults)
}

function visitorsOf({ visitors }: Mapping): number {
  const n = Number(visitors ?? 1)
  return Number.isInteger(n) && n >= 1 && n <= 1e6 ? n : 1
}

const isEpochMs = (ms: number) => Number.isFinite(ms) && ms > 0 && ms < 8.64e15

function targetOf(text: string): string | null {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol)) return null
  return `${url.protocol}//${url.host}${url.pathname.replace(/\/$/, '')}`
}

/** One runner, and the file that told of it. */
export interface Runner {
  readonly file: string
  readonly segment: Segment
  readonly lateMs: number | null
}

/** The runners of one run: those of another are refused, and those that are there already. */
export class K6Runners {
  readonly run: K6Run
  readonly list: Runner[] = []
  private readonly file: string

  /** `run` is what the first runner told, in that file. */
  constructor(run: K6Run, file: string) {
    this.run = run
    this.file = file
  }

  /** @throws DambreakError 'usage' where it is of another run, or has a part that another has */
  add(tags: Mapping, metadata: Mapping, file: string): void {
    const { run } = this
    const other = readRunner(tags, metadata, file)
    const faults = tagNames
      .filter((name) => name !== 'segment' && other.tags[name] !== run.tags[name])
      .map((name) => ({
        path: name,
        message: `${run.tags[name]} in ${this.file}, ${other.tags[name]} in ${file}`,
      }))
    if (faults.length > 0) {
      throw new DambreakError(
        'usage',
        'these are runners of different runs, which do not add up: import each for itself',
        faults,
      )
    }
    const segment = readSegment(other.tags.segment)
    if (segment === null) return
    const twin = this.list.find((one) => overlap(one.segment, segment))
    if (twin !== undefined) throw overlapError(twin, { file, segment })
    this.list.push({ file, segment, lateMs: lateOf(metadata) })
  }
}

type Part = Pick<Runner, 'file' | 'segment'>

function overlapError(one: Part, other: Part): DambreakError {
  const both = one.file === other.file ? `${one.file} holds` : `${one.file} and ${other.file} hold`
  const what =
    one.segment.text === other.segment.text
      ? `the part ${one.segment.text} of the visitors twice`
      : `the parts ${one.segment.text} and ${other.segment.text} of the visitors, which overlap`
  return new DambreakError('usage', `${both} ${what}: they would be counted twice`)
}

function lateOf({ lateMs }: Mapping): number | null {
  const late = typeof lateMs === 'string' ? Number.parseFloat(lateMs) : lateMs
  return typeof late === 'number' && Number.isFinite(late) ? late : null
}

/** @throws DambreakError 'usage' where the scenario is not the one that k6 ran */
export function checkScenario({ tags }: K6Run, loaded: LoadedScenario): void {
  const pairs = [
    ['workload hash', tags.workload_hash, loaded.workloadHash],
    ['stack hash', tags.stack_hash, loaded.stackHash],
    ['variant', tags.variant, loaded.variant],
  ] as const
  const faults = pairs
    .filter(([, theirs, ours]) => theirs !== ours)
    .map(([path, theirs, ours]) => ({
      path,
      message: `k6 ran ${theirs}, the scenario has ${ours}`,
    }))
  if (faults.length === 0) return
  throw new DambreakError(
    'usage',
    `k6 ran the scenario ${tags.scenario}, and not ${loaded.scenario.name} as it is given: give the scenario.json of the export by --scenario`,
    faults,
  )
}
