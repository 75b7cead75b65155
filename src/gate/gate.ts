import { DambreakError, faultText, type Fault } from '../core/errors.ts'
import { loadNotes } from '../record/assemble.ts'
import { consistencyFaults } from '../record/consistency.ts'
import type { RunRecord } from '../record/run.ts'
import { invalidCodes } from '../record/verdict-codes.ts'
import { passes, type CheckOutcome, type GateCheck, type GateSubject } from './check.ts'
import { objectiveCheck } from './objective.ts'
import { regressionChecks, type GateBaseline } from './regression.ts'

/** A run that was asked for: its record, or why there is none. */
export interface GatedRun {
  readonly label: string
  readonly record: RunRecord | DambreakError
}

export interface GateQuestion {
  readonly runs: readonly GatedRun[]
  /** Absent: those of each run's own scenario. */
  readonly objectives?: readonly string[]
  /** Why a baseline that was asked for is not there; absent: none was asked for. */
  readonly baseline?: GateBaseline | DambreakError
  readonly baselineName?: string
}

export interface GateVerdict {
  readonly passed: boolean
  /** The runs in their order, then the baseline where one was asked for. */
  readonly subjects: readonly GateSubject[]
}

/**
 * The verdict of a pipeline on runs: all of them must be readable, whole and valid, must have had
 * visitors, and must meet every objective; against a baseline none may be significantly worse.
 * Whatever is missing fails: nothing passes by accident.
 */
export function gate(question: GateQuestion): GateVerdict {
  const { runs, objectives, baseline } = question
  const faults = new Map(
    runs.flatMap(({ record }) =>
      record instanceof DambreakError ? [] : [[record, consistencyFaults(record)] as const],
    ),
  )
  const isUsable = ({ record }: GatedRun) =>
    !(record instanceof DambreakError) && record.verdict.valid && faults.get(record)?.length === 0
  const against = baseline === undefined ? null : baselineSubject(question, runs.every(isUsable))
  const isCompared = against?.checks.some(({ kind }) => kind === 'regression') ?? false
  const subjects = runs.map(({ label, record }): GateSubject => {
    const checks =
      record instanceof DambreakError
        ? [unreadable(record)]
        : runChecks(record, faults.get(record) ?? [], { asked: objectives, isCompared })
    return { label, checks }
  })
  const all = against === null ? subjects : [...subjects, against]
  return {
    passed: runs.length > 0 && all.every(({ checks }) => checks.every(passes)),
    subjects: all,
  }
}

const byKind: Readonly<Record<DambreakError['kind'], CheckOutcome>> = {
  usage: 'usage',
  scenario: 'usage',
  // A file that is no run is bad usage; an invalid run is one that can be read.
  invalid: 'usage',
  engine: 'disk',
  disk: 'disk',
  interrupted: 'disk',
}

function unreadable(error: DambreakError): GateCheck {
  return {
    kind: 'record',
    name: 'the record can be used',
    outcome: byKind[error.kind],
    words: error.message,
    ...(error.faults.length === 0 ? {} : { details: error.faults.map(faultText) }),
  }
}

const notJudged = 'not judged: the figures of this run must not be used'

/** An empty run is judged like any other: it has failed already. */
const usable: readonly CheckOutcome[] = ['passed', 'failed']

function runChecks(
  run: RunRecord,
  faults: readonly Fault[],
  { asked, isCompared }: { asked: readonly string[] | undefined; isCompared: boolean },
): GateCheck[] {
  const record = recordCheck(faults)
  // What a record says of itself is worth nothing where it contradicts itself, unless it is bad.
  const stated = [validCheck(run), arrivalsCheck(run)].map((check): GateCheck => {
    if (passes(record) || !passes(check)) return check
    return { ...check, outcome: 'skipped', words: notJudged }
  })
  const isUsable = [record, ...stated].every(({ outcome }) => usable.includes(outcome))
  const objectives = asked ?? ownObjectives(run)
  const judged = objectives.map((text): GateCheck => {
    if (isUsable) return objectiveCheck(text, run)
    return { kind: 'objective', name: text, outcome: 'skipped', words: notJudged }
  })
  // What was held against a baseline was held to something.
  const none = objectives.length === 0 && !isCompared ? [noObjective(isUsable)] : []
  return [record, ...stated, ...judged, ...none]
}

/** The most faults that are told of one record. */
const maxFaults = 50

function recordCheck(faults: readonly Fault[]): GateCheck {
  const name = 'the record can be used'
  if (faults.length === 0) {
    return { kind: 'record', name, outcome: 'passed', words: 'its figures follow from its counts' }
  }
  const number = faults.length === 1 ? '1 figure' : `${faults.length} figures`
  return {
    kind: 'record',
    name,
    outcome: 'usage',
    words: `run.json contradicts itself: ${number} cannot be true`,
    details: faults.slice(0, maxFaults).map(faultText),
  }
}

function validCheck(run: RunRecord): GateCheck {
  const { valid, ending, saturated } = run.verdict
  const name = 'the run is whole and valid'
  const told = (outcome: CheckOutcome, words: string): GateCheck => ({
    kind: 'valid',
    name,
    outcome,
    words,
    ...notes,
  })
  const said = loadNotes(run.header).map(({ code }) => code)
  const notes = said.length === 0 ? {} : { details: said }
  const why = invalidCodes(run.verdict)
  if (ending.kind === 'interrupted') {
    return told(
      'invalid',
      `it was interrupted before its end, and the rest of it was never seen (${why})`,
    )
  }
  if (ending.kind !== 'finished') return told('invalid', `it was cut short before its end (${why})`)
  if (!valid) {
    return told('invalid', `it is invalid, its figures must not be used (${why})`)
  }
  const { ceiling } = run.audit.dropped
  return told(
    'passed',
    saturated
      ? `it is, but a ceiling held ${ceiling} requests back, which count as failed`
      : run.header.engine === 'sim'
        ? 'a simulation keeps its schedule'
        : 'its generator kept its schedule',
  )
}

function arrivalsCheck({ summary }: RunRecord): GateCheck {
  const { arrived } = summary.visitors
  const told = { kind: 'arrivals', name: 'somebody came' } as const
  if (arrived === 0) {
    return {
      ...told,
      outcome: 'failed',
      words: 'the run is empty: nobody arrived, so it shows nothing',
    }
  }
  return { ...told, outcome: 'passed', words: arrived === 1 ? '1 ticket' : `${arrived} tickets` }
}

/** The objectives of the scenario that a record keeps. */
export function ownObjectives({ scenario }: RunRecord): string[] {
  const listed = scenario['slo']
  return Array.isArray(listed)
    ? listed.map((entry) => (typeof entry === 'string' ? entry : JSON.stringify(entry)))
    : []
}

function noObjective(isUsable: boolean): GateCheck {
  return {
    kind: 'objective',
    name: 'there is an objective',
    outcome: isUsable ? 'failed' : 'skipped',
    words:
      'nothing to hold the run to: its scenario has no slo and no --slo was given, and no verdict passes by default',
  }
}

function baselineSubject(question: GateQuestion, isUsable: boolean): GateSubject {
  const { runs, baseline, baselineName = 'baseline' } = question
  const label = `against baseline ${baselineName}`
  const told = (outcome: CheckOutcome, words: string, details: readonly string[] = []) => ({
    label,
    checks: [
      {
        kind: 'baseline' as const,
        name: `baseline ${baselineName}`,
        outcome,
        words,
        ...(details.length === 0 ? {} : { details }),
      },
    ],
  })
  if (baseline === undefined) return { label, checks: [] }
  if (baseline instanceof DambreakError) {
    return told(byKind[baseline.kind], baseline.message, baseline.faults.map(faultText))
  }
  if (!isUsable) return told('skipped', 'not compared: not every run can be used')
  const broken = baseline.runs.flatMap((run, at) =>
    consistencyFaults(run).map((fault) => `run ${at + 1}: ${faultText(fault)}`),
  )
  if (broken.length > 0) {
    return told('usage', 'a run of it contradicts itself', broken.slice(0, maxFaults))
  }
  const records = runs.flatMap(({ record }) => (record instanceof DambreakError ? [] : [record]))
  return regressionChecks(baseline, records)
}
