import { secToMs } from '../core/units.ts'
import type { RunRecord } from '../record/run.ts'
import { localIso } from '../scenario/clock.ts'
import { evaluate } from '../objectives/evaluate.ts'
import { isFault, parseExpression, type Expression } from '../objectives/expression.ts'
import { objectiveTextFault } from '../objectives/slo.ts'
import { pathsOf, type ComparisonOperator } from '../objectives/term.ts'
import type { GateCheck } from './check.ts'
import type { Finding, Recorded } from './finding.ts'

/** Names that expressions over this run can use. */
export function namesOf(run: RunRecord) {
  return {
    steps: Object.keys(run.summary.steps),
    stations: Object.keys(run.timeline.stations),
    opensAt: run.header.opensAt,
  }
}

/** Holds a run to one objective: taken anew from its figures, whatever the record says of it. */
export function objectiveCheck(text: string, run: RunRecord): GateCheck {
  const found = (outcome: GateCheck['outcome'], finding: Finding): GateCheck => ({
    kind: 'objective',
    subject: text,
    outcome,
    finding,
  })
  const faulty = (message: string) => found('usage', { code: 'ObjectiveFaulty', message })
  const fault = objectiveTextFault(text, namesOf(run))
  if (fault !== null) return faulty(fault)
  const parsed = parseExpression(text, namesOf(run))
  if (isFault(parsed)) return faulty(parsed.message)
  const missing = missingData(parsed, run)
  if (missing !== null) return found('failed', missing)
  const { observed, ok } = evaluate(parsed, run)
  if (observed === null) return found('failed', { code: 'NoNumber' })
  return ok === true
    ? found('passed', { code: 'Met', observed })
    : found('failed', { code: 'Missed', observed, limit: limitOf(parsed, run) })
}

/** As seen from the side that was observed. */
const mirrored: Partial<Record<ComparisonOperator, ComparisonOperator>> = {
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
}

function limitOf(
  { left, comparison, clause, text }: Expression,
  run: RunRecord,
): Extract<Finding, { code: 'Missed' }>['limit'] {
  if (comparison === null) return null
  const { operator, right } = comparison
  if (left.kind === 'number') {
    return { operator: mirrored[operator] ?? operator, value: left.value }
  }
  if (right.kind === 'number') return { operator, value: right.value }
  const { observed } = evaluate({ text, left: right, comparison: null, clause }, run)
  return { operator, value: observed }
}

/** Why an objective has nothing to be judged on; `null` where every path of it has a value. */
function missingData(parsed: Expression, run: RunRecord): Finding | null {
  const { left, comparison, clause, text } = parsed
  const paths = [...pathsOf(left), ...(comparison === null ? [] : pathsOf(comparison.right))]
  const missing = paths.filter(
    (path) => evaluate({ text, left: path, comparison: null, clause }, run).observed === null,
  )
  const [first] = missing
  if (first === undefined) return null
  const whole = evaluate({ text, left: first, comparison: null, clause: { kind: 'whole' } }, run)
  const cause =
    clause.kind !== 'whole' && whole.observed !== null
      ? 'outsideRecord'
      : first.path.startsWith('waitSec.') && run.summary.visitors.queued > 0
        ? 'neverReached'
        : 'notObserved'
  return {
    code: 'NoData',
    paths: [...new Set(missing.map(({ path }) => path))],
    clause,
    cause,
    recorded: recordedOf(run),
  }
}

function recordedOf({ timeline, header }: RunRecord): Recorded {
  const { startSec, bucketSec, arrivals } = timeline
  const at = (sec: number) => localIso(secToMs(sec), header.opensAt)
  return { from: at(startSec), until: at(startSec + arrivals.length * bucketSec) }
}
