import type { After, Clock } from '../core/clock.ts'
import { DambreakError } from '../core/errors.ts'
import { msToSec, secToMs } from '../core/units.ts'
import type { PersonTables } from '../scenario/request/person-data.ts'
import { answerRulesOf } from '../scenario/request/answer-rules.ts'
import type { Scenario } from '../scenario/schema/schema.ts'
import type { ControlClient } from '../engine/live/control/control-client.ts'
import { createJourneyCalls, createUndoCalls } from '../engine/client/create-journey-calls.ts'
import { personName, type Identity } from '../engine/client/identity.ts'
import { GateWord } from '../engine/client/gate-calls.ts'
import type { Target } from '../engine/client/transport.ts'
import type { Environment as Variables } from '../engine/client/values.ts'
import { Checks, Person } from './checks.ts'
import { Courier } from './courier.ts'
import { Door } from './door.ts'
import type { Judgement } from './judge.ts'
import { preflightRows, type PlannedRow, type PreflightPhase } from './matrix.ts'
import {
  preflightVerdict,
  type PhaseSource,
  type PreflightReport,
  type PreflightRow,
} from './verdict.ts'
import { Visitors } from './visitors.ts'

export interface PreflightOptions {
  readonly target: Target
  readonly phase: PreflightPhase
  readonly phaseFrom: PhaseSource
  /** When it opens, ms since the epoch, where that is known. */
  readonly opensAtEpochMs: number | null
  readonly control: ControlClient | null
  /** How long a visitor stands in line before its rows are given up, ms. */
  readonly patienceMs: number
  /** How often devices of one person book at once, at most. */
  readonly deviceTries: number
  /** '' for none. */
  readonly testKey: string
  readonly offersPath: string
  /** Limit of requests a second; `null`: as fast as answers come. */
  readonly maxPerSec: number | null
  readonly allowsUnchecked: boolean
  readonly runCode: string
  readonly variables: Variables
  readonly tables: PersonTables
}

export interface PreflightEnvironment {
  readonly clock: Clock
  readonly after: After
  readonly signal: AbortSignal
  /** Called with each row as it is done, and how many there are. */
  readonly onRow: (row: PreflightRow, of: number) => void
}

/**
 * Goes through the matrix of a scenario, one visitor at a time, and leaves no booking behind.
 * @throws DambreakError `engine` where the target does not answer at all, `scenario` where its data
 * or variables are short, `interrupted` once what was booked is taken back
 */
export async function runPreflight(
  scenario: Scenario,
  options: PreflightOptions,
  environment: PreflightEnvironment,
): Promise<PreflightReport> {
  const { clock } = environment
  const startedMs = clock.monotonicMs()
  const startedAt = new Date(clock.epochMs()).toISOString()
  const planned = preflightRows(scenario, options.phase)
  const { checks, visitors, courier, door } = stage(scenario, { planned, options, environment })
  try {
    await reach(door, visitors, options.target)
    const { opensAtEpochMs } = options
    const isOpen = () => opensAtEpochMs !== null && clock.epochMs() >= opensAtEpochMs
    const rows = await performAll(checks, planned, { ...environment, isOpen })
    const seconds = msToSec(clock.monotonicMs() - startedMs)
    return {
      schemaVersion: 2,
      scenario: scenario.name,
      target: options.target.host,
      phase: options.phase,
      phaseFrom: options.phaseFrom,
      startedAt,
      wallSec: msToSec(Math.round(secToMs(seconds))),
      rows,
      verdict: preflightVerdict(rows, options.allowsUnchecked),
    }
  } finally {
    await visitors.takeBack()
    await courier.close()
  }
}

function stage(
  scenario: Scenario,
  given: {
    planned: readonly PlannedRow[]
    options: PreflightOptions
    environment: PreflightEnvironment
  },
) {
  const { options, environment } = given
  const { target, control, phase, testKey, runCode, variables, tables, maxPerSec, patienceMs } =
    options
  const { clock, after } = environment
  const bodies = answerRulesOf(scenario)
  const courier = new Courier({ target, maxPerSec, clock, after, bodies })
  const { basePath } = target
  const door = new Door({
    scenario,
    basePath,
    courier,
    clock,
    phase,
    control,
    testKey,
    patienceMs,
  })
  const people = peopleOf(scenario, given.planned, runCode)
  const inputs = {
    population: { came: people.count, eligibleCame: people.count },
    seed: 1,
    runCode,
    identity: people.identity,
    environment: variables,
    tables,
    target,
    epochMs: () => clock.epochMs(),
  }
  const visitors = new Visitors({
    scenario,
    courier,
    calls: createJourneyCalls(scenario, inputs),
    undoCalls: createUndoCalls(scenario, inputs),
    control,
    nameOf: people.identity.person,
  })
  const countBookings = async () => {
    const told = await control?.findings()
    return told?.ok === true ? told.value.booked : null
  }
  const { offersPath } = options
  const checks = new Checks({
    scenario,
    phase,
    courier,
    door,
    visitors,
    clock,
    countBookings,
    offersPath: basePath + offersPath,
    deviceTries: options.deviceTries,
    setBirthYear: people.setBirthYear,
  })
  return { checks, visitors, courier, door }
}

/** Persons of this check alone: their names begin with its code, their birth years are the rows'. */
function peopleOf(
  { population, inventory }: Scenario,
  planned: readonly PlannedRow[],
  code: string,
) {
  let birthYear = population.birthYears.from
  const years = planned.flatMap(({ check }) => ('birthYear' in check ? [check.birthYear] : []))
  const offers = inventory?.offers ?? []
  const identity: Identity = {
    person: (person) => personName(code, person),
    birthYear: (person) => years[person - Person.firstOfCohorts] ?? birthYear,
    choice: (entity) => offers[entity % Math.max(1, offers.length)] ?? null,
  }
  return {
    identity,
    count: Person.firstOfCohorts + years.length,
    setBirthYear: (year: number) => {
      birthYear = year
    },
  }
}

/** A target that is not there is no failed row. */
async function reach(door: Door, visitors: Visitors, target: Target): Promise<void> {
  const status = door.isGated ? await gateStatus(door) : await pageStatus(visitors)
  if (status !== null) return
  throw new DambreakError('engine', `${target.host} does not answer`)
}

async function gateStatus(door: Door): Promise<number | null> {
  const answer = await door.enter(0)
  if (answer.word !== GateWord.failed || answer.outcome >= firstWithStatus) {
    await door.leave(0, answer.fields.key ?? '')
    return answer.outcome
  }
  return null
}

/** Outcomes from here on are of answers that came: http4xx, http5xx, malformed. */
const firstWithStatus = 5

async function pageStatus(visitors: Visitors): Promise<number | null> {
  const { status } = await visitors.step(visitors.newVisitor(0, Person.forger, ''), 0)
  return status === 0 ? null : status
}

async function performAll(
  checks: Checks,
  planned: readonly PlannedRow[],
  { clock, signal, onRow, isOpen }: PreflightEnvironment & { readonly isOpen: () => boolean },
): Promise<PreflightRow[]> {
  const rows: PreflightRow[] = []
  const add = (row: PlannedRow, judged: Judgement, tookMs: number) => {
    const done = { ...row, ...judged, tookMs: Math.round(tookMs) }
    rows.push(done)
    onRow(done, planned.length)
  }
  for (const row of planned) {
    if (signal.aborted)
      throw new DambreakError('interrupted', 'stopped before every row was looked at')
    const fromMs = clock.monotonicMs()
    const judged = await checks.perform(row.check)
    if (row.check.kind === 'cleanUp') {
      const again = await lastLook(checks, rows, isOpen)
      if (again !== null) rows.splice(0, 1, again)
    }
    add(row, judged, clock.monotonicMs() - fromMs)
  }
  return rows
}

/** The gate once more, if it was shut at first: its row with what it showed, or `null`. */
async function lastLook(
  checks: Checks,
  rows: readonly PreflightRow[],
  isOpen: () => boolean,
): Promise<PreflightRow | null> {
  const [first] = rows
  if (first?.check.kind !== 'shut' || first.result !== 'passed') return null
  const { result, came } = await checks.stillShut()
  if (result === 'passed') return { ...first, came: { code: 'AlsoAtTheEnd', came: first.came } }
  if (isOpen()) return { ...first, result: 'unchecked', came: { code: 'OpenedDuringCheck' } }
  return { ...first, result, came: { code: 'OnlyAtTheEnd', came } }
}
