import { must } from '../core/assert.ts'
import { DambreakError } from '../core/errors.ts'
import type { SimJob } from '../engine/worker.ts'
import { evaluate } from '../objectives/evaluate.ts'
import { isFault, parseExpression } from '../objectives/expression.ts'
import { judge } from '../objectives/verdict.ts'
import type { ReportedResult, RunRecord } from '../record/run.ts'
import { loadScenario } from '../scenario/load/load.ts'
import { parseScenario, type LoadedScenario } from '../scenario/load/parse.ts'
import { sampleDocuments } from '../scenario/request/sample.ts'
import { baseVariant, variantDocument } from '../scenario/load/variants.ts'

/**
 * The reported facts again on further seeds, and over the box of what was assumed. A case is one
 * seed at the middle of all assumptions, or one point of the box with seed 1; it takes one run for
 * each of the nights below.
 */

const mainName = '2021-07-19-ages-53-54'
export type CaseKind = 'seed' | 'point'

interface Night {
  readonly key: string
  readonly scenario: string
  readonly variant: string
  /** Where it may end and still say what its rows ask, seconds after the opening. */
  readonly untilSec?: Partial<Record<CaseKind, number>>
}

const hour = 3600
export const nights: readonly Night[] = [
  { key: 'base', scenario: mainName, variant: baseVariant },
  {
    key: '4-leaking',
    scenario: mainName,
    variant: '4-leaking',
    untilSec: { seed: 2 * hour, point: 2 * hour },
  },
  {
    key: '4-tight',
    scenario: mainName,
    variant: '4-tight',
    untilSec: { seed: 2 * hour, point: 2 * hour },
  },
  // Its row is of the whole night; over the box, of the four hours in which nearly all come.
  { key: '10-tight', scenario: mainName, variant: '10-tight', untilSec: { point: 4 * hour } },
  {
    key: '12 July',
    scenario: '2021-07-12-ages-55-59',
    variant: baseVariant,
    untilSec: { seed: hour, point: hour },
  },
  {
    key: '14 July',
    scenario: '2021-07-14-ages-55-59-reopening',
    variant: baseVariant,
    untilSec: { seed: hour, point: hour },
  },
]

/** Which runs were cut short, as sentences for the output. */
export const cuts: readonly string[] = [
  'V8 is judged on runs until 22:00, V10 on runs of the first hour: later hours are not asked for.',
  'Over the box, V9 is judged on tickets and errors until midnight instead of until noon.',
]

export interface FactCase {
  readonly kind: CaseKind
  /** The seed, or the number of the point, from 1. */
  readonly index: number
  readonly jobs: readonly SimJob[]
}

export interface FactOptions {
  readonly seeds: readonly number[]
  readonly points: number
  readonly population: number
}

/** Every case, seeds first. Throws a `scenario` error if a point of the box is no valid scenario. */
export async function planFacts(options: FactOptions): Promise<FactCase[]> {
  const { seeds, points, population } = options
  const documents = new Map<string, Record<string, unknown>>()
  for (const { scenario } of nights) {
    const { document } = await loadScenario(scenario, { allowCode: false })
    documents.set(scenario, document)
  }
  const caseOf = (kind: CaseKind, index: number, sampled: Record<string, unknown> | null) => {
    const seed = kind === 'seed' ? index : 1
    const jobs = nights.map(({ key, scenario, variant, untilSec }): SimJob => {
      const own = must(documents.get(scenario), scenario)
      const document = sampled === null ? own : atPoint(own, sampled, scenario === mainName)
      const until = untilSec?.[kind]
      return {
        id: `${kind} ${index} ${key}`,
        loaded: loadDocument(document, variant),
        seed,
        population,
        speed: 1,
        ...(until === undefined ? {} : { untilSec: until }),
      }
    })
    return { kind, index, jobs }
  }
  const main = must(documents.get(mainName), mainName)
  const box = sampleDocuments(main, { seed: 1, points, box: true })
  return [
    ...seeds.map((seed) => caseOf('seed', seed, null)),
    ...box.map((sampled, i) => caseOf('point', i + 1, sampled)),
  ]
}

/** The other openings keep their own crowd and clock, and take stack and behaviour of the point. */
function atPoint(
  own: Record<string, unknown>,
  sampled: Record<string, unknown>,
  isMain: boolean,
): Record<string, unknown> {
  if (isMain) return sampled
  const { waitingRoom, journey, stack, behaviour } = sampled
  return { ...own, waitingRoom, journey, stack, behaviour }
}

function loadDocument(document: Record<string, unknown>, variant: string): LoadedScenario {
  const chosen = variantDocument(document, variant)
  const parsed = chosen.ok ? parseScenario(chosen.document) : chosen
  if (parsed.ok) return { ...parsed.loaded, variant }
  throw new DambreakError('scenario', 'a point of the box is no valid scenario', parsed.faults)
}

/** One row in one case. */
export interface Observation extends ReportedResult {
  readonly mark: FactKind
}

export type FactKind = 'in sample' | 'by construction' | 'out of sample' | 'free'

/** What is kept of a finished run: the run itself is megabytes. */
export interface NightFacts {
  readonly key: string
  readonly rows: readonly Observation[]
  readonly bookedBy22: number | null
  readonly waitingAtMidnight: number | null
}

export function factsOfRun(key: string, job: SimJob, run: RunRecord): NightFacts {
  const { reported } = judge(run, job.loaded.scenario, { reportedAtAnyPopulation: true }).verdict
  const isOther = job.loaded.scenario.name !== mainName
  return {
    key,
    // What the other openings report beside V10 is not among the facts that are held here.
    rows: reported
      .filter(({ id }) => !isOther || id === 'V10')
      .map((row) => ({
        ...row,
        label: isOther ? `${key}: ${row.label}` : row.label,
        mark: isOther ? 'out of sample' : markOf(row),
      })),
    bookedBy22: key.startsWith('4-') ? figure('people.booked at 22:00', run) : null,
    waitingAtMidnight: key === '10-tight' ? figure('waiting at 24:00', run) : null,
  }
}

function markOf({ inSample, byConstruction }: ReportedResult): FactKind {
  if (byConstruction) return 'by construction'
  return inSample ? 'in sample' : 'free'
}

function figure(text: string, run: RunRecord): number | null {
  const expression = parseExpression(text)
  return isFault(expression) ? null : evaluate(expression, run).observed
}

/**
 * All rows of a case whose runs have ended. V8 has two halves; the second compares two runs: with a
 * leaking gate fewer than a tenth book of those who do with a tight one.
 */
export function factsOfCase(ended: readonly NightFacts[]): Observation[] {
  const rows = ended.flatMap((night) => night.rows)
  const booked = (key: string) => ended.find((night) => night.key === key)?.bookedBy22 ?? null
  const [leaking, tight] = [booked('4-leaking'), booked('4-tight')]
  if (leaking === null || tight === null) return rows
  const observed = tight > 0 ? leaking / tight : null
  const second: Observation = {
    id: 'V8b',
    label: 'bookings by 22:00, leaking gate over tight gate',
    expr: 'people.booked at 22:00',
    target: { max: 0.1 },
    tolerance: null,
    observed,
    ok: observed !== null && observed < 0.1,
    inSample: false,
    byConstruction: false,
    source: 'what a locked system means',
    mark: 'free',
  }
  const at = rows.findIndex(({ id }) => id === 'V8')
  return rows.toSpliced(at + 1, 0, second)
}
