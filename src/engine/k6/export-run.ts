import { DambreakError } from '../../core/errors.ts'
import { msToSec, secToMs } from '../../core/units.ts'
import { codeHash } from '../../scenario/code-hash.ts'
import type { LoadedScenario } from '../../scenario/load/parse.ts'
import {
  cellOf,
  shortageFaults,
  tableKeyOf,
  type PersonTable,
} from '../../scenario/request/person-data.ts'
import { scaleScenario } from '../../scenario/scale.ts'
import type { Scenario } from '../../scenario/schema/schema.ts'
import { planFromWallSec } from '../../workload/plan.ts'
import { populationOf } from '../../workload/population.ts'
import { windowOf } from '../window.ts'
import type { RunData, ScriptScenario, ScriptTable } from './run-data.ts'
import { arrivalStages, expectedCurve, type Stage } from './stages.ts'
import { virtualUsersFor, type VirtualUsers } from './virtual-users.ts'

export interface ExportOptions {
  readonly seed: number
  readonly population: number
  readonly speed: number
  /** Visitors that one iteration performs. */
  readonly visitorsPerVu: number
  /** Runners that share the arrivals. */
  readonly parts: number
}

/** A scenario as k6 performs it. */
export interface ExportedRun {
  readonly data: RunData
  readonly users: VirtualUsers
  readonly stages: readonly Stage[]
  /** The files beside the script, by name. */
  readonly files: ReadonlyMap<string, string>
  /** How long the run goes on, wall seconds. */
  readonly lastsSec: number
  /** When service opens, wall seconds after the run's beginning. */
  readonly opensAfterSec: number
}

/**
 * The data of the k6 script for a loaded scenario.
 * @throws DambreakError 'scenario' where its data files are short of rows, or nobody comes
 */
export function exportRun(loaded: LoadedScenario, options: ExportOptions): ExportedRun {
  const { seed, population: f, speed, visitorsPerVu, parts } = options
  const scenario = scaleScenario(loaded.scenario, { population: f, speed })
  const population = populationOf(scenario, seed)
  const faults = shortageFaults(scenario, loaded.tables, population.came)
  if (faults.length > 0) {
    throw new DambreakError('scenario', `${scenario.name} cannot be performed`, faults)
  }
  const fromWallSec = planFromWallSec(scenario)
  const window = windowOf(scenario, { speed, fromSec: fromWallSec * speed, untilSec: Infinity })
  const firstEventMs = window.events.map(({ atMs }) => atMs)
  const startsAtMs = Math.min(window.opensAtMs + secToMs(fromWallSec), ...firstEventMs)
  const untilWallSec = msToSec(window.endsAtMs - window.opensAtMs)
  const { stages, ...arrivals } = arrivalStages(scenario, population, {
    untilWallSec,
    finestSec: 1 / speed,
  })
  if (arrivals.visitors === 0) {
    throw new DambreakError('scenario', `nobody comes in ${scenario.name}: there is nothing to run`)
  }
  const { curve } = expectedCurve(scenario, population)
  const users = virtualUsersFor({
    scenario,
    curve,
    visitors: arrivals.visitors,
    fromWallSec,
    untilWallSec,
    visitorsPerVu,
  })
  const tables = tablesOf(loaded)
  const { ticketsOf: _ticketsOf, ...crowd } = population
  const waitMs = window.opensAtMs + secToMs(fromWallSec) - startsAtMs
  const data: RunData = {
    format: 1,
    scenario: scriptScenario(scenario),
    seed,
    population: crowd,
    window: {
      ...window,
      bypassUntilMs: Number.isFinite(window.bypassUntilMs) ? window.bypassUntilMs : null,
    },
    startsAtMs,
    arrivals: { ...arrivals, startTarget: waitMs > 0 ? 0 : arrivals.startTarget },
    visitorsPerVu,
    vus: { atOnce: users.atOnce, most: users.most },
    parts,
    tags: tagsOf(loaded, options),
    tables: tables.map(({ pieces, ...table }) => ({
      ...table,
      files: pieces.map(([file]) => file),
    })),
    authorisationSha256: hashOf(loaded.scenario.authorisation),
  }
  const allStages = [...idleStages(waitMs, arrivals.startTarget), ...stages]
  return {
    data,
    users,
    stages: allStages,
    files: new Map([
      ['run-data.json', JSON.stringify(data)],
      ['stages.json', JSON.stringify(allStages)],
      ['scenario.json', `${JSON.stringify(loaded.document, null, 2)}\n`],
      ...tables.flatMap(({ pieces }) => pieces),
    ]),
    lastsSec: msToSec(window.endsAtMs - startsAtMs),
    opensAfterSec: msToSec(window.opensAtMs - startsAtMs),
  }
}

/** Before the first visitor there may be an event: nobody comes until then. */
function idleStages(waitMs: number, startTarget: number): Stage[] {
  if (waitMs <= 0) return []
  return [
    { target: 0, durationMs: waitMs },
    { target: startTarget, durationMs: 0 },
  ]
}

function hashOf(code: string | undefined): string | null {
  if (code === undefined || code.trim() === '') return null
  return codeHash(code)
}

function scriptScenario(scenario: Scenario): ScriptScenario {
  const { name, population, waitingRoom, journey, behaviour, inventory, timeline } = scenario
  return { name, population, waitingRoom, journey, behaviour, inventory, timeline }
}

function tagsOf(loaded: LoadedScenario, { seed, population, speed }: ExportOptions) {
  return {
    scenario: loaded.scenario.name,
    variant: loaded.variant,
    workload_hash: loaded.workloadHash,
    stack_hash: loaded.stackHash,
    seed: String(seed),
    population: String(population),
    speed: String(speed),
  }
}

/** Characters of one file of rows: it must fit into a ConfigMap, in UTF-8. */
const maxPieceBytes = 600_000

/** The scenario's data files as lists of texts by person, cut into files of a size. */
function tablesOf({ scenario, tables }: LoadedScenario) {
  const found = new Map<string, Omit<ScriptTable, 'files'> & { pieces: [string, string][] }>()
  for (const { data } of scenario.journey) {
    if (data?.csv === undefined) continue
    const key = tableKeyOf(data)
    const table = tables.get(key)
    if (table === undefined || found.has(key)) continue
    const { columns, rows } = table
    found.set(key, { key, columns, rows, pieces: piecesOf(table, `table-${found.size + 1}`) })
  }
  return [...found.values()]
}

function piecesOf(table: PersonTable, name: string): [string, string][] {
  const pieces: string[][] = [[]]
  let bytes = 0
  for (let row = 0; row < table.rows; row++) {
    const text = JSON.stringify(table.columns.map((_name, column) => cellOf(table, row, column)))
    bytes += Buffer.byteLength(text) + 1
    if (bytes > maxPieceBytes && pieces.at(-1)!.length > 0) {
      pieces.push([])
      bytes = Buffer.byteLength(text) + 1
    }
    pieces.at(-1)!.push(text)
  }
  return pieces.map((rows, i) => [`${name}-${i + 1}.json`, `[${rows.join(',')}]`])
}
