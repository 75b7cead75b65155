import { DambreakError, type Fault } from '../core/errors.ts'
import { loadNotes } from '../record/assemble.ts'
import { consistencyFaults } from '../record/consistency.ts'
import type { RunRecord } from '../record/run.ts'
import { passes, type CheckOutcome, type GateCheck, type GateSubject } from './check.ts'
import type { Finding } from './finding.ts'
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
 * Whatever is missing fails: nothing passes by accident. Never throws for what a run holds.
 *
 * @returns every check with its outcome; `passed` only where all of them pass
 * @example
 * ```ts
 * import { gate, loadScenario, simulate } from 'dambreak'
 *
 * const record = await simulate(await loadScenario('smoke'))
 * const verdict = gate({ runs: [{ label: 'smoke', record }], objectives: ['errorShare < 0.01'] })
 * console.log(verdict.passed, verdict.subjects)
 * ```
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
    return { kind: 'run', label, checks }
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

function unreadable({ kind, message, faults }: DambreakError): GateCheck {
  const finding = { code: 'Unreadable', message, faults } as const
  return { kind: 'record', subject: null, outcome: byKind[kind], finding }
}

const notJudged = { code: 'NotJudged' } as const satisfies Finding

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
    return { ...check, outcome: 'skipped', finding: notJudged }
  })
  const isUsable = [record, ...stated].every(({ outcome }) => usable.includes(outcome))
  const objectives = asked ?? ownObjectives(run)
  const judged = objectives.map((text): GateCheck => {
    if (isUsable) return objectiveCheck(text, run)
    return { kind: 'objective', subject: text, outcome: 'skipped', finding: notJudged }
  })
  // What was held against a baseline was held to something.
  const none = objectives.length === 0 && !isCompared ? [noObjective(isUsable)] : []
  return [record, ...stated, ...judged, ...none]
}

/** More faults of one record than these are not listed. */
const maxFaults = 50

function recordCheck(faults: readonly Fault[]): GateCheck {
  const check = { kind: 'record', subject: null } as const
  if (faults.length === 0) return { ...check, outcome: 'passed', finding: { code: 'Consistent' } }
  const finding: Finding = {
    code: 'Contradictory',
    contradictions: faults.length,
    faults: faults.slice(0, maxFaults),
  }
  return { ...check, outcome: 'usage', finding }
}

function validCheck({ header, verdict, audit }: RunRecord): GateCheck {
  const { valid, saturated, ending, reasons } = verdict
  const check = { kind: 'valid', subject: null } as const
  const notes = loadNotes(header)
  if (!valid || ending.kind !== 'finished') {
    const finding: Finding = { code: 'Unusable', ending, reasons, notes }
    return { ...check, outcome: 'invalid', finding }
  }
  const heldBack = saturated ? audit.dropped.ceiling : null
  const finding: Finding = { code: 'Usable', engine: header.engine, heldBack, notes }
  return { ...check, outcome: 'passed', finding }
}

function arrivalsCheck({ summary }: RunRecord): GateCheck {
  const { arrived } = summary.visitors
  const check = { kind: 'arrivals', subject: null } as const
  return arrived === 0
    ? { ...check, outcome: 'failed', finding: { code: 'Empty' } }
    : { ...check, outcome: 'passed', finding: { code: 'Arrived', tickets: arrived } }
}

/** The objectives of the scenario that a record keeps. */
function ownObjectives({ scenario }: RunRecord): string[] {
  const listed = scenario['slo']
  return Array.isArray(listed)
    ? listed.map((entry) => (typeof entry === 'string' ? entry : JSON.stringify(entry)))
    : []
}

function noObjective(isUsable: boolean): GateCheck {
  const outcome = isUsable ? 'failed' : 'skipped'
  return { kind: 'objective', subject: null, outcome, finding: { code: 'NoObjective' } }
}

function baselineSubject(question: GateQuestion, isUsable: boolean): GateSubject {
  const { runs, baseline, baselineName = 'baseline' } = question
  const subject = (outcome: CheckOutcome, finding: Finding): GateSubject => ({
    kind: 'baseline',
    label: baselineName,
    checks: [{ kind: 'baseline', subject: baselineName, outcome, finding }],
  })
  if (baseline === undefined) return { kind: 'baseline', label: baselineName, checks: [] }
  if (baseline instanceof DambreakError) {
    const { kind, message, faults } = baseline
    return subject(byKind[kind], { code: 'BaselineUnavailable', message, faults })
  }
  if (!isUsable) return subject('skipped', notJudged)
  const faults = baseline.runs.flatMap((run, at) =>
    consistencyFaults(run).map((fault) => ({ run: at + 1, ...fault })),
  )
  if (faults.length > 0) {
    return subject('usage', { code: 'BaselineContradictory', faults: faults.slice(0, maxFaults) })
  }
  const records = runs.flatMap(({ record }) => (record instanceof DambreakError ? [] : [record]))
  return regressionChecks(baseline, records)
}
